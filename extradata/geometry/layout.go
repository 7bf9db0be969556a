package geometry

import (
	"fmt"
	"math"
	"slices"
)

// Class is a class of detectors: what its data look like, and of what tiles it is made.
// Its text is the name that EXtra-geom has for it.
type Class string

// Classes.
const (
	AGIPD1M   Class = "AGIPD-1M"
	AGIPD500K Class = "AGIPD-500K2G"
	LPD1M     Class = "LPD-1M"
	LPDMini   Class = "LPD-Mini" // of any number of modules
	DSSC1M    Class = "DSSC-1M"
	Jungfrau  Class = "JUNGFRAU" // of any number of modules
	Epix100   Class = "ePix100"
	Epix10K   Class = "ePix10K"
	PnCCD     Class = "PNCCD1MP"
	Generic   Class = "Generic Detector" // of any tiles, see [NewGeneric]
)

// layout says how the data of a class of detectors are made of modules and tiles.
type layout struct {
	class      Class
	pixel      float64 // distance of neighbours along the fast scan, in metres
	quads      int     // 0 where the modules are not in quadrants
	modules    int     // 0 for any number
	perModule  int     // tiles of a module
	across     int     // those of them that are beside each other along the fast scan
	slow, fast int     // pixels of a tile along the two scans
}

var layouts = map[Class]layout{
	AGIPD1M:   {AGIPD1M, 2e-4, 4, 16, 8, 1, 64, 128},
	AGIPD500K: {AGIPD500K, 2e-4, 0, 8, 8, 1, 64, 128},
	LPD1M:     {LPD1M, 5e-4, 4, 16, 16, 2, 32, 128},
	LPDMini:   {LPDMini, 5e-4, 0, 0, 2, 2, 32, 128},
	DSSC1M:    {DSSC1M, 236e-6, 4, 16, 2, 2, 128, 256},
	Jungfrau:  {Jungfrau, 7.5e-5, 0, 0, 8, 4, 256, 256},
	Epix100:   {Epix100, 50e-6, 0, 1, 4, 2, 352, 384},
	Epix10K:   {Epix10K, 100e-6, 0, 1, 4, 2, 176, 192},
	PnCCD:     {PnCCD, 75e-6, 0, 2, 1, 1, 512, 1024},
}

// layoutOf is the layout of a class. A generic detector has none of its own.
func layoutOf(class Class) (layout, error) {
	if l, ok := layouts[class]; ok {
		return l, nil
	}
	return layout{}, fmt.Errorf("%w: class %q has no layout that is known, expected one of %q", ErrGeometry, class, classes())
}

// classes are those that have a layout, in the order of their names.
func classes() []Class {
	var all []Class
	for class := range layouts {
		all = append(all, class)
	}
	slices.Sort(all)
	return all
}

// moduleShape is how many pixels a module has along the two scans.
func (l layout) moduleShape() (slow, fast int) {
	return l.slow * (l.perModule / l.across), l.fast * l.across
}

// start is where a tile starts in the data of its module.
func (l layout) start(tile int) (slow, fast int) {
	if l.class != LPD1M {
		return l.slow * (tile / l.across), l.fast * (tile % l.across)
	}
	if tile < 8 { // they count downwards, and upwards again
		return l.slow * (7 - tile), 0
	}
	return l.slow * (tile - 8), l.fast
}

// tileAt is the tile that has a pixel of the module.
func (l layout) tileAt(slow, fast int) int {
	row, column := slow/l.slow, fast/l.fast
	switch {
	case l.class != LPD1M:
		return row*l.across + column
	case column == 0:
		return 7 - row
	}
	return 8 + row
}

// hexagons tells whether the pixels are hexagons: the pixels of odd rows lie half a
// pixel further along the fast scan.
func (l layout) hexagons() bool { return l.class == DSSC1M }

// cell is the size of a pixel of an image in metres, along x and y.
func (l layout) cell() (x, y float64) {
	if l.hexagons() {
		return l.pixel, 1.5 / math.Sqrt(3) * l.pixel
	}
	return l.pixel, l.pixel
}

// diagnosticRows are rows before and after those of an ePix, of pixels that see no light.
func (l layout) diagnosticRows() int {
	if l.class == Epix100 || l.class == Epix10K {
		return 2
	}
	return 0
}

// moduleRows is how many rows a module has.
func (l layout) moduleRows() int {
	slow, _ := l.moduleShape()
	return slow
}

// frame is the shape of the data of a frame, of 3 dimensions, or of a module, of 2.
func (l layout) frame(dims int) []int {
	slow, fast := l.moduleShape()
	return []int{l.modules, slow, fast}[3-dims:]
}

// fits tells whether data are a frame (3) or a module (2). Modules may be joined along the
// slow scan, and diagnostic rows may be there.
func (l layout) fits(data []int, dims int) bool {
	slow, fast := l.moduleShape()
	switch {
	case dims == 3 && len(data) == 3:
		if data[0] != l.modules {
			return false
		}
		data = data[1:]
	case dims == 3:
		slow *= l.modules
	}
	return len(data) == 2 && data[1] == fast && (data[0] == slow || data[0] == slow+2*l.diagnosticRows())
}

// skipped is how many of so many rows come before those that see light.
func (l layout) skipped(rows int) int {
	if l.diagnosticRows() > 0 && rows > l.moduleRows()*l.modules {
		return l.diagnosticRows()
	}
	return 0
}
