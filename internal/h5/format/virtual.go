package format

import "math"

// Source is a dataset that a virtual one takes elements from.
type Source struct {
	File string // path, "." for the file itself
	Path string
}

// Mapping is a part of a virtual dataset, and the part of a source that it is.
type Mapping struct {
	Source
	Here, There Selection
}

// Selection is elements of a dataset.
type Selection struct {
	// All tells that it is all of them.
	All bool
	// Start and Count are those of a box, nil where it is something else.
	Start, Count []int
	// First and End are the ends of its rows: positions along the first dimension.
	First, End int
	// Endless tells that it has no end along some dimension.
	Endless bool
}

// Mappings are what a virtual dataset is made of, in the order of the file.
func (f *File) Mappings(o *Object) ([]Mapping, error) {
	if o.Layout.Class != Virtual || o.Layout.heap.address == undefined {
		return nil, nil
	}
	m := f.look()
	defer m.done()
	heap, err := m.collection(o.Layout.heap.address)
	if err != nil {
		return nil, err
	}
	b, ok := heap.object(o.Layout.heap.index)
	if !ok || len(b) < 13 || checksum(b[:len(b)-4]) != little.Uint32(b[len(b)-4:]) {
		return nil, corrupt("what a virtual dataset is made of")
	}
	p := parser{b: b[:len(b)-4]}
	if version := p.byte(); version != 0 {
		return nil, exotic("a virtual dataset of version %d", version)
	}
	var mappings []Mapping
	for n := p.length(8, len(b)); n > 0 && !p.short; n-- {
		mapping := Mapping{Source: Source{p.text(1), p.text(1)}}
		if mapping.There, err = p.selection(); err != nil {
			return nil, err
		}
		if mapping.Here, err = p.selection(); err != nil {
			return nil, err
		}
		mappings = append(mappings, mapping)
	}
	return mappings, p.err("what a virtual dataset is made of")
}

// Sources are the datasets that a virtual dataset is made of, each once.
func (f *File) Sources(o *Object) ([]Source, error) {
	mappings, err := f.Mappings(o)
	var sources []Source
	known := map[Source]bool{}
	for _, mapping := range mappings {
		if !known[mapping.Source] {
			known[mapping.Source] = true
			sources = append(sources, mapping.Source)
		}
	}
	return sources, err
}

// selection takes a selection of elements.
func (p *parser) selection() (Selection, error) {
	const hyperslab, all = 2, 3
	kind, version := p.number(4), p.number(4)
	s := Selection{All: kind == all, End: math.MaxInt}
	switch {
	case version == 1 && kind == hyperslab:
		p.take(8)
		rank := p.length(4, rankLimit)
		s.blocks(p, rank, p.length(4, len(p.b)), 4)
	case version == 1:
		p.take(4)
		p.take(p.length(4, len(p.b)))
	case version == 2 && kind == hyperslab:
		p.take(5)
		s.regular(p, p.length(4, rankLimit), 8)
	case version == 3 && kind == hyperslab:
		regular, width := p.byte()&1 != 0, p.length(1, 8)
		rank := p.length(4, rankLimit)
		if regular {
			s.regular(p, rank, width)
		} else {
			s.blocks(p, rank, p.length(width, len(p.b)), width)
		}
	default:
		return s, exotic("a selection of kind %d and version %d", kind, version)
	}
	return s, p.err("a selection")
}

// regular takes blocks at regular distances. They are a box where they touch.
func (s *Selection) regular(p *parser, rank, width int) {
	box := true
	unlimited := uint64(math.MaxUint64) >> (64 - 8*width)
	for axis := range rank {
		start, stride, count, block := p.number(width), p.number(width), p.number(width), p.number(width)
		if count == unlimited || block == unlimited {
			s.Endless, box = true, false
			if axis == 0 {
				s.First = clamp(start)
			}
			continue
		}
		length, end := extent(start, stride, count, block)
		if axis == 0 {
			s.First, s.End = clamp(start), end
		}
		box = box && (count == 1 || stride == block) && end < math.MaxInt
		s.Start, s.Count = append(s.Start, clamp(start)), append(s.Count, length)
	}
	if !box || p.short {
		s.Start, s.Count = nil, nil
	}
}

// extent is how long blocks at regular distances are from the first element to behind
// the last, and where that is.
func extent(start, stride, count, block uint64) (length, end int) {
	const most = math.MaxInt32 // keeps products in range, and no dimension is longer that can be read
	if count == 0 || block == 0 {
		return 0, clamp(start)
	}
	if stride > most || count > most || block > most || start > math.MaxInt/4 {
		return math.MaxInt, math.MaxInt
	}
	length = int(stride*(count-1) + block)
	return length, int(start) + length
}

func clamp(n uint64) int { return int(min(n, math.MaxInt)) }

// blocks takes blocks one by one. One block is a box.
func (s *Selection) blocks(p *parser, rank, n, width int) {
	s.First, s.End = math.MaxInt, 0
	start, end := make([]int, rank), make([]int, rank)
	for i := 0; i < n && !p.short; i++ {
		for _, ends := range [][]int{start, end} {
			for axis := range ends {
				ends[axis] = int(min(p.number(width), math.MaxInt-1))
			}
		}
		if rank > 0 {
			s.First, s.End = min(s.First, start[0]), max(s.End, end[0]+1)
		}
	}
	if n == 1 && !p.short {
		for axis := range end {
			end[axis] = max(end[axis]-start[axis]+1, 0)
		}
		s.Start, s.Count = start, end
	}
}
