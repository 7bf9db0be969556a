package detector

import (
	"errors"
	"fmt"

	"extrapasha/extradata/geometry"
	"extrapasha/internal/h5"
)

// ReadOffsets reads where the facility's HDF5 files of LPD 1M and DSSC 1M have quadrants,
// modules and tiles, for [geometry.FromOffsets]. Positions of quadrants may be missing. The
// error wraps [geometry.ErrGeometry] where something is not x and y.
func ReadOffsets(path string) (o geometry.Offsets, err error) {
	file, err := h5.Open(path)
	if err != nil {
		return o, fmt.Errorf("detector: %w", err)
	}
	defer file.Close()
	if o.Quads, err = quadsIn(file); err != nil {
		return o, err
	}
	for m := range 16 {
		group := fmt.Sprintf("Q%d/M%d", m/4+1, m%4+1)
		at, err := pointIn(file, group)
		if err != nil {
			return o, err
		}
		tiles, err := tilesIn(file, group)
		if err != nil {
			return o, err
		}
		o.Modules, o.Tiles = append(o.Modules, at), append(o.Tiles, tiles)
	}
	return o, nil
}

// quadsIn are the positions of quadrants, nil where one is missing.
func quadsIn(file *h5.File) (*[4][2]float64, error) {
	var quads [4][2]float64
	for q := range quads {
		at, err := pointIn(file, fmt.Sprintf("Q%d", q+1))
		if errors.Is(err, h5.ErrNoObject) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		quads[q] = at
	}
	return &quads, nil
}

// tilesIn are the tiles of a module, as many as there are.
func tilesIn(file *h5.File, module string) (tiles [][2]float64, err error) {
	for t := range 99 { // numbers have two digits
		at, err := pointIn(file, fmt.Sprintf("%s/T%02d", module, t+1))
		if errors.Is(err, h5.ErrNoObject) {
			break
		}
		if err != nil {
			return nil, err
		}
		tiles = append(tiles, at)
	}
	return tiles, nil
}

// pointIn reads the position of a group: x and y, which a z may follow.
func pointIn(file *h5.File, group string) (point [2]float64, err error) {
	dataset, err := file.Once(group + "/Position")
	if err != nil {
		return point, fmt.Errorf("detector: %w", err)
	}
	firstTwo := h5.Region{Start: []int{0}, Count: []int{2}, Step: []int{1}}
	shape := dataset.Shape()
	switch dtype := dataset.DType(); {
	case len(shape) == 1 && shape[0] >= 2 && dtype == h5.Float64:
		err = h5.Read(dataset, firstTwo, point[:])
	case len(shape) == 1 && shape[0] >= 2 && dtype == h5.Float32:
		var short [2]float32
		err = h5.Read(dataset, firstTwo, short[:])
		point = [2]float64{float64(short[0]), float64(short[1])}
	default:
		err = fmt.Errorf("%w: %s/Position in %s is %s of %v, expected floats x and y", geometry.ErrGeometry, group, file.Path(), dataset.TypeName(), shape)
	}
	if err != nil {
		return point, fmt.Errorf("detector: %w", err)
	}
	return point, nil
}

// WriteOffsets writes such a file, which appears complete or not at all and replaces one of
// that name.
func WriteOffsets(path string, o geometry.Offsets) error {
	w, err := h5.Create(path)
	if err != nil {
		return fmt.Errorf("detector: %w", err)
	}
	defer w.Discard()
	put := func(group string, point [2]float64) {
		if err == nil {
			err = h5.Put(w, group+"/Position", []int{2}, point[:], h5.Layout{})
		}
	}
	if o.Quads != nil {
		for q, at := range o.Quads {
			put(fmt.Sprintf("Q%d", q+1), at)
		}
	}
	for m, at := range o.Modules {
		put(fmt.Sprintf("Q%d/M%d", m/4+1, m%4+1), at)
	}
	for m, tiles := range o.Tiles {
		for t, at := range tiles {
			put(fmt.Sprintf("Q%d/M%d/T%02d", m/4+1, m%4+1, t+1), at)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return fmt.Errorf("detector: %w", err)
	}
	return nil
}
