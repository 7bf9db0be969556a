package geometry

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/spatial/r3"
)

// FromCrystFEL reads a geometry of a class of detectors from a CrystFEL geometry file.
// What else the file says is in its [Geometry.Header]. Panels are told by the part of the
// data that they have, not by name. The error wraps [ErrGeometry] where the file is not of
// that class, or wrong.
func FromCrystFEL(path string, class Class) (*Geometry, error) {
	l, err := layoutOf(class)
	if err != nil {
		return nil, fmt.Errorf("geometry: cannot read %s: %w", path, err)
	}
	file, err := ReadCrystFEL(path)
	if err != nil {
		return nil, err
	}
	g, err := file.geometry(l)
	if err != nil {
		return nil, fmt.Errorf("geometry: %s: %w", path, err)
	}
	return g, nil
}

// place is where a panel is in the data.
type place struct{ module, slow, fast int }

func (f *CrystFEL) geometry(l layout) (*Geometry, error) {
	panels, modules, err := f.byPlace(l)
	if err != nil {
		return nil, err
	}
	if l.modules > 0 {
		modules = l.modules
	}
	var tiles [][]Tile
	names := map[string]string{}
	for m := range modules {
		module := make([]Tile, l.perModule)
		for t := range module {
			slow, fast := l.start(t)
			panel, ok := panels[place{m, slow, fast}]
			if !ok {
				return nil, fmt.Errorf("%w: no panel for module %d of %s, from slow scan %d and fast scan %d", ErrGeometry, m, l.class, slow, fast)
			}
			if module[t], err = panel.tile(l); err != nil {
				return nil, err
			}
			names[panel.Name] = tileName(m, t)
		}
		tiles = append(tiles, module)
	}
	g, err := build(l, tiles)
	if err != nil {
		return nil, err
	}
	g.motors = f.Motors
	g.header = f.header(l, panels[place{}], names)
	return g, nil
}

func tileName(module, tile int) string { return fmt.Sprintf("p%da%d", module, tile) }

// byPlace are the panels by where they are in the data, and how many modules those have.
func (f *CrystFEL) byPlace(l layout) (map[place]*Panel, int, error) {
	height, _ := l.moduleShape()
	panels := map[place]*Panel{}
	modules := 0
	for i := range f.Panels {
		panel := &f.Panels[i]
		at := place{slow: panel.MinSS, fast: panel.MinFS}
		index := panel.indices()
		switch len(index) {
		case 0: // modules are joined along the slow scan
			at.module, at.slow = panel.MinSS/height, panel.MinSS%height
		case 1:
			at.module = index[0]
		default:
			return nil, 0, fmt.Errorf("%w: panel %s has dimensions %v, expected one index at most, that of the module", ErrGeometry, panel.Name, panel.Dims)
		}
		panels[at] = panel
		modules = max(modules, at.module+1)
	}
	return panels, modules, nil
}

// indices are the dimensions that are fixed.
func (p *Panel) indices() (all []int) {
	for _, dim := range p.Dims {
		if index, err := strconv.Atoi(dim); err == nil {
			all = append(all, index)
		}
	}
	return all
}

// tile is the panel in metres.
func (p *Panel) tile(l layout) (Tile, error) {
	slow, fast := p.MaxSS-p.MinSS+1, p.MaxFS-p.MinFS+1
	if slow != l.slow || fast != l.fast {
		return Tile{}, fmt.Errorf("%w: panel %s has %d × %d pixels, expected %d × %d of %s", ErrGeometry, p.Name, slow, fast, l.slow, l.fast, l.class)
	}
	step := func(v r3.Vec) r3.Vec { return r3.Vec{X: v.X / p.Res, Y: v.Y / p.Res, Z: v.Z / p.Res} }
	return l.tile(r3.Vec{X: p.X / p.Res, Y: p.Y / p.Res, Z: p.Coffset}, step(p.SS), step(p.FS)), nil
}

// header is what the file says beyond its panels: of all that the first one has. names are
// those of the panels' tiles.
func (f *CrystFEL) header(l layout, first *Panel, names map[string]string) Header {
	h := Header{
		Data: first.Data, Mask: first.Mask, ADUPerEV: first.ADUPerEV, Clen: first.Clen,
		PhotonEnergy: f.PhotonEnergy, Dims: first.header(), LeftOut: f.leftOut(),
	}
	if h.Dims == nil {
		h.LeftOut = append(h.LeftOut, "there is no dimension of frames")
	}
	height, _ := l.moduleShape()
	for _, bad := range f.Bad {
		name, known := names[bad.Panel]
		switch {
		case bad.Panel != "" && !known:
			h.LeftOut = append(h.LeftOut, fmt.Sprintf("bad region %s: there is no panel %q", bad.Name, bad.Panel))
			continue
		case bad.InPanel && bad.Panel == "":
			h.LeftOut = append(h.LeftOut, fmt.Sprintf("bad region %s: no panel is named", bad.Name))
			continue
		case !bad.InPanel && !bad.bounded():
			h.LeftOut = append(h.LeftOut, fmt.Sprintf("bad region %s: not all bounds are said", bad.Name))
			continue
		}
		bad.Panel = name
		if bad.InPanel && len(first.indices()) == 0 {
			bad.MinSS, bad.MaxSS = bad.MinSS%height, bad.MaxSS%height
		}
		h.Bad = append(h.Bad, bad)
	}
	return h
}

// header is the panel's dimensions as a header has them, nil where none is of frames.
func (p *Panel) header() []string {
	if !slices.Contains(p.Dims, "%") {
		return nil
	}
	dims := slices.Clone(p.Dims)
	for i, dim := range dims {
		switch dim {
		case "ss", "fs":
		case "%":
			dims[i] = "frame"
		default:
			dims[i] = "modno"
		}
	}
	return dims
}

// leftOut is what of the file's lines is not in a geometry and its header.
func (f *CrystFEL) leftOut() []string {
	all := slices.Clone(f.LeftOut)
	if f.MaskGood != 0 || f.MaskBad != 0 {
		all = append(all, fmt.Sprintf("mask_good %#x, mask_bad %#x", f.MaskGood, f.MaskBad))
	}
	for _, group := range f.Groups {
		if !ownGroup.MatchString(group.Name) {
			all = append(all, "rigid group "+group.Name)
		}
	}
	return all
}

// ownGroup are names of groups that are written anew.
var ownGroup = regexp.MustCompile(`^[pq]\d+$`)
