package h5

import (
	"fmt"
	"slices"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// plan is how something in memory is made of a record in its file: a struct, or a
// field with all its elements.
type plan struct {
	steps  []step
	stride int  // bytes in memory from that of one record to that of the next
	same   bool // records are in memory as they are in the file
}

// step is a part of each record that goes to one place.
type step struct {
	from, to int // in bytes, from where the record begins
	size     int // bytes in the file
	how      how
	word     int // what how is about: numbers of so many bytes
}

// how is what must be done to bytes of a file.
type how uint8

const (
	copied how = iota
	swapped
	asBool   // other values than 0 and 1 are 1
	fromText // of a fixed size
	fromHeap // texts of any length
)

// stepOf is how an element that is no record is read, which must be of a type that can
// be.
func stepOf(t *format.Type, from, to int) step {
	s := step{from: from, to: to, size: t.Size}
	word, swap, _ := wordOf(t)
	switch d := dtypeOf(t); {
	case d == String && t.Class == format.Variable:
		s.how = fromHeap
	case d == String:
		s.how = fromText
	case d == Bool:
		s.how = asBool
	case swap:
		s.how, s.word = swapped, word
	}
	return s
}

// mostSteps is how many pieces of a record are put together at the most.
const mostSteps = 1 << 16

// add adds a step, to the last one if it goes on there.
func (p *plan) add(s step) error {
	if n := len(p.steps); n > 0 && s.how < fromText {
		last := &p.steps[n-1]
		if last.how == s.how && last.word == s.word && last.from+last.size == s.from && last.to+last.size == s.to {
			last.size += s.size
			return nil
		}
	}
	if p.steps = append(p.steps, s); len(p.steps) > mostSteps {
		return fmt.Errorf("%w: a record is to be read in more than %d pieces", ErrType, mostSteps)
	}
	return nil
}

// inPlace tells whether each part of a record stays where it is.
func (p *plan) inPlace() bool {
	return !slices.ContainsFunc(p.steps, func(s step) bool { return s.how != copied || s.from != s.to })
}

// elementPlan is how one element of a view is read that is no record.
func (v view) elementPlan() (*plan, error) {
	if v.raw {
		return &plan{stride: 1, steps: []step{{size: 1}}}, nil
	}
	goes := v.dtype().Go()
	if goes == nil {
		return nil, fmt.Errorf("%w: %v", ErrType, v.kind)
	}
	return &plan{stride: int(goes.Size()), steps: []step{stepOf(v.kind, 0, 0)}}, nil
}

// repeat is the plan for the elements of a view in a region of its arrays, one behind
// the other.
func (p *plan) repeat(v view, region Region) (*plan, error) {
	places, run := v.places(region)
	out := &plan{stride: p.stride * run * len(places)}
	for i, place := range places {
		to := i * run * p.stride
		if p.dense() {
			s := p.steps[0]
			if err := out.add(step{from: place, to: to, size: s.size * run, how: s.how, word: s.word}); err != nil {
				return nil, err
			}
			continue
		}
		for j := range run {
			for _, s := range p.steps {
				s.from, s.to = s.from+place+j*v.size(), s.to+to+j*p.stride
				if err := out.add(s); err != nil {
					return nil, err
				}
			}
		}
	}
	size := v.of.ElementSize()
	whole := p.same || len(out.steps) == 1 && out.steps[0].from == 0 && out.steps[0].size == size
	out.same = whole && out.inPlace() && out.stride == size
	return out, nil
}

// dense tells whether elements that follow each other do so in memory, too.
func (p *plan) dense() bool {
	return len(p.steps) == 1 && p.steps[0].how < fromText && p.steps[0].size == p.stride
}

// size is how many bytes an element of a view has in the file.
func (v view) size() int {
	if v.raw {
		return 1
	}
	return v.kind.Size
}

// places are where in a record the elements lie that are in a region of a view's
// arrays: some, one behind the other, at each place.
func (v view) places(region Region) (places []int, run int) {
	run = 1
	rank := len(region.Count)
	for rank > 0 && region.Count[rank-1] == v.dims[rank-1] && v.steps[rank-1] == run*v.size() {
		rank--
		run *= v.dims[rank]
	}
	places = []int{v.offset}
	for axis := range rank {
		outer := places
		places = make([]int, 0, len(outer)*region.Count[axis])
		for _, place := range outer {
			for i := range region.Count[axis] {
				places = append(places, place+(region.Start[axis]+i*region.Step[axis])*v.steps[axis])
			}
		}
	}
	return places, run
}

// run makes things in memory of records, of size bytes each. Texts are looked up in the
// file.
func (p *plan) run(f *File, records []byte, size int, out []byte) error {
	for _, s := range p.steps {
		switch s.how {
		case fromText:
			s.texts(records, size, out, p.stride)
		case fromHeap:
			if err := s.heapTexts(f, records, size, out, p.stride); err != nil {
				return err
			}
		default:
			s.move(records, size, out, p.stride)
		}
	}
	return nil
}

// move copies numbers, in pieces of the size of a machine's registers where two of them
// will do.
func (s step) move(records []byte, size int, out []byte, stride int) {
	n := len(records) / size
	switch {
	case n == 0:
	case s.how != copied || s.size > 32 || s.size < 4:
		for i := range n {
			into := out[s.to+i*stride:][:s.size]
			copy(into, records[s.from+i*size:])
			s.mend(into)
		}
	case s.size < 8:
		moveWords[uint32](s, n, records, size, out, stride)
	case s.size < 16:
		moveWords[uint64](s, n, records, size, out, stride)
	default:
		moveWords[[2]uint64](s, n, records, size, out, stride)
	}
}

// moveWords copies a part of each of n records, which is at least one word and at most
// two: the first word, then the last, which may overlap.
func moveWords[W uint32 | uint64 | [2]uint64](s step, n int, records []byte, size int, out []byte, stride int) {
	_, _ = records[s.from+(n-1)*size+s.size-1], out[s.to+(n-1)*stride+s.size-1] // all is within
	from, to := unsafe.Pointer(&records[s.from]), unsafe.Pointer(&out[s.to])
	last := s.size - int(unsafe.Sizeof(*new(W)))
	for i := range n {
		in, into := unsafe.Add(from, i*size), unsafe.Add(to, i*stride)
		*(*W)(into) = *(*W)(in)
		*(*W)(unsafe.Add(into, last)) = *(*W)(unsafe.Add(in, last))
	}
}

// mend makes this machine's numbers of those that were copied.
func (s step) mend(numbers []byte) {
	switch s.how {
	case swapped:
		swap(numbers, s.word)
	case asBool:
		for i := range numbers {
			numbers[i] = min(numbers[i], 1)
		}
	}
}

// textAt is the text in memory that is made of strings there.
func textAt(memory []byte, at int) *string { return (*string)(unsafe.Pointer(&memory[at])) }

func (s step) texts(records []byte, size int, out []byte, stride int) {
	for i := range len(records) / size {
		from := i*size + s.from
		fixedTexts(records[from:from+s.size], s.size, unsafe.Slice(textAt(out, i*stride+s.to), 1))
	}
}

// heapTexts looks up texts of all records together: many lie in one heap.
func (s step) heapTexts(f *File, records []byte, size int, out []byte, stride int) error {
	n := len(records) / size
	where, texts := make([]byte, 0, n*s.size), make([]string, n)
	for i := range n {
		from := i*size + s.from
		where = append(where, records[from:from+s.size]...)
	}
	if err := f.structure.Texts(where, texts); err != nil {
		return err
	}
	for i, text := range texts {
		*textAt(out, i*stride+s.to) = text
	}
	return nil
}
