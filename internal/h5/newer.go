package h5

import "fmt"

// The chunk indexes of layout messages of version 4, which a file has whose writer
// asked for the newest structures. The format's specification leaves some of the
// arithmetic to libhdf5, which is the judge in the tests. Every block has a checksum.

func (g *grid) layout4(b []byte) (finder, error) {
	rank := len(g.chunk)
	unknown := fmt.Errorf("%w: layout of version 4", ErrForm)
	if len(b) < 3 || int(b[1]) != rank+1 {
		return nil, unknown
	}
	const plainEdges, filteredSingle = 1, 2
	flags, width := b[0], int(b[2])
	g.plainEdges = flags&plainEdges != 0
	b = b[3:]
	if width < 1 || width > 8 || len(b) < (rank+1)*width+1 {
		return nil, unknown
	}
	for axis, length := range g.chunk {
		if number(b[axis*width:(axis+1)*width]) != uint64(length) {
			return nil, unknown
		}
	}
	kind := b[(rank+1)*width]
	b = b[(rank+1)*width+1:]
	skip := map[byte]int{1: 0, 2: 0, 3: 1, 4: 5, 5: 6}[kind]
	only := place{size: uint32(g.bytes)}
	if kind == 1 && flags&filteredSingle != 0 {
		if len(b) < 12 {
			return nil, unknown
		}
		only.size, only.skipped = little.Uint32(b), little.Uint32(b[8:])
		skip = 12
	}
	if len(b) < skip+8 {
		return nil, unknown
	}
	address := little.Uint64(b[skip:])
	only.address = address
	switch {
	case address == undefined: // nothing was written
		return onePiece{nowhere}, nil
	case kind == 1:
		return onePiece{only}, nil
	case kind == 2:
		return &implicit{g, address}, nil
	case kind == 3:
		return &fixedArray{g, address}, nil
	case kind == 4:
		return &extensibleArray{g, address}, nil
	case kind == 5:
		return &tree2{g, address}, nil
	}
	return nil, unknown
}

// each calls visit with the chunks from first on: their place, and their number in
// an array that counts them in the order of the axes, with the dimension without
// limit, if there is one, in front.
func (g *grid) each(first int, places []place, visit func(number uint64, p *place) error) error {
	order := make([]int, 0, len(g.count))
	for axis, most := range g.most {
		if most == 0 {
			order = append(order, axis)
		}
	}
	for axis, most := range g.most {
		if most != 0 {
			order = append(order, axis)
		}
	}
	at := make([]int, len(g.count))
	for i := range places {
		g.coordinates(first+i, at)
		number := uint64(0)
		for _, axis := range order {
			most := g.count[axis]
			if g.most[axis] != 0 {
				most = (g.most[axis] + g.chunk[axis] - 1) / g.chunk[axis]
			}
			number = number*uint64(most) + uint64(at[axis])
		}
		if err := visit(number, &places[i]); err != nil {
			return err
		}
	}
	return nil
}

// implicit is no index at all: the chunks lie one after the other.
type implicit struct {
	grid    *grid
	address uint64
}

func (x *implicit) find(_ *image, first int, places []place) error {
	return x.grid.each(first, places, func(number uint64, p *place) error {
		*p = place{address: x.address + number*uint64(x.grid.bytes), size: uint32(x.grid.bytes)}
		return nil
	})
}

// element reads the entry of an array for a chunk: its address, and where there
// are filters its size and which of them were skipped.
func (g *grid) element(b []byte) place {
	p := place{address: little.Uint64(b), size: uint32(g.bytes)}
	if len(g.filters) > 0 {
		p.size, p.skipped = uint32(number(b[8:len(b)-4])), little.Uint32(b[len(b)-4:])
	}
	return p
}
