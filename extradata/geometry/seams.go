package geometry

import (
	"fmt"

	psh "extrapasha/pasha"
)

// Seams marks the pixels of one module that are wider than others, as they bridge the
// gap between two chips: (slow scan, fast scan). AGIPD have them in the rows where tiles
// meet (400 µm × 200 µm), ePix in the rows and the columns. The error wraps
// [ErrGeometry] for classes of which no such pixels are known.
func Seams(class Class) (psh.Array[bool], error) {
	l := layouts[class]
	switch class {
	case AGIPD1M, AGIPD500K, Epix100, Epix10K:
	default:
		return psh.Array[bool]{}, fmt.Errorf("geometry: %w: wide pixels of class %q are not known", ErrGeometry, class)
	}
	height, width := l.moduleShape()
	data := make([]bool, height*width)
	for i := range data {
		data[i] = seam(i/width, l.slow, height) || seam(i%width, l.fast, width)
	}
	return array(data, []int{height, width}), nil
}

// seam tells whether a pixel of a line is beside another tile.
func seam(pixel, tile, line int) bool {
	return pixel%tile == 0 && pixel > 0 || pixel%tile == tile-1 && pixel < line-1
}

// PixelAreas are the areas of the pixels of an ePix in square metres: (slow scan, fast
// scan). The error wraps [ErrGeometry] for other classes.
func PixelAreas(class Class) (psh.Array[float64], error) {
	l, wide := layouts[class], inner[class]
	if wide == 0 {
		return psh.Array[float64]{}, fmt.Errorf("geometry: %w: areas of pixels of class %q are not known", ErrGeometry, class)
	}
	height, width := l.moduleShape()
	size := func(pixel, tile, line int) float64 {
		if seam(pixel, tile, line) {
			return wide
		}
		return l.pixel
	}
	data := make([]float64, height*width)
	for i := range data {
		data[i] = size(i/width, l.slow, height) * size(i%width, l.fast, width)
	}
	return array(data, []int{height, width}), nil
}
