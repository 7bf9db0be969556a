package crew

// Parcel is what of a job crosses to a worker process, but for its place there.
type Parcel struct {
	Recipe  string
	Items   int
	Kind    Kind
	Args    []byte
	Functor []byte
	Parts   []byte // of a reduction
}

// Kind tells how a functor has crossed.
type Kind int

// The kinds of crossing.
const (
	Itself  Kind = iota // by its own encoding
	Flat                // a slice, as an array in shared memory
	Element             // a slice, element by element
)

// Packed is a parcel and what the program keeps of it.
type Packed struct {
	Parcel
	slabs []Slabs
	free  []func()
}

// Meet notes an array that crosses: whether it is one with slabs.
func (p *Packed) Meet(memory []byte) {
	found, ok := slabsWith(memory)
	for _, s := range p.slabs {
		ok = ok && !within(s.memory, found.memory)
	}
	if ok {
		p.slabs = append(p.slabs, found)
	}
}

// OnFree has what was made for the job ended with it.
func (p *Packed) OnFree(free func()) { p.free = append(p.free, free) }

// Free ends the use of what was made for the job.
func (p *Packed) Free() {
	for _, free := range p.free {
		free()
	}
	p.free = nil
}
