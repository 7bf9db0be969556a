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
	// Places are the arrays that cross, Inputs those of them that nobody writes to,
	// Scratch memory that holds nothing before the job and after it.
	Places, Inputs []Place
	Scratch        [][]byte
	slabs          []Slabs
	copies         []Slabs // of the slabs, in their order, see Job.Retries
	free           []func()
}

// Slabs are the arrays with slabs among those that cross.
func (p *Packed) Slabs() []Slabs { return p.slabs }

// Meet notes an array that crosses.
func (p *Packed) Meet(place Place) {
	if len(place.Memory) == 0 {
		return
	}
	found, ok := slabsWith(place.Memory)
	if !ok {
		p.Places = append(p.Places, place)
	}
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
