package conformance

import (
	"encoding/json"
	"fmt"

	"gonum.org/v1/gonum/spatial/r3"

	"extrapasha/extradata/geometry"
)

// floatsOf is a list of numbers, nil for none.
func floatsOf(value any) (all []float64) {
	if value == nil {
		return nil
	}
	for _, number := range as[[]any]("numbers", value) {
		f, err := as[json.Number]("number", number).Float64()
		if err != nil {
			panic(bad("%v", err))
		}
		all = append(all, f)
	}
	return all
}

// rowsOf is a list of lists of numbers.
func rowsOf(value any) (all [][]float64) {
	for _, row := range as[[]any]("rows", value) {
		all = append(all, floatsOf(row))
	}
	return all
}

func intsOf(value any) (all []int) {
	if value == nil {
		return nil
	}
	for _, number := range as[[]any]("numbers", value) {
		all = append(all, integer(number))
	}
	return all
}

// vector is x, y and z, of which the last may be missing.
func vector(value any) r3.Vec {
	var v [3]float64
	copy(v[:], floatsOf(value))
	return r3.Vec{X: v[0], Y: v[1], Z: v[2]}
}

func listed(v r3.Vec) []float64 { return []float64{v.X, v.Y, v.Z} }

func quadsOf(value any) (quads [4][2]float64, err error) {
	rows := rowsOf(value)
	if len(rows) != 4 {
		return quads, fmt.Errorf("%d quadrants, where the type asks for four", len(rows))
	}
	for q, row := range rows {
		copy(quads[q][:], row)
	}
	return quads, nil
}

// spacings are gaps and a unit, where they are given.
func spacings(a arguments) (options []geometry.Option) {
	if a.has("asic_gap") {
		options = append(options, geometry.ASICGap(a.float("asic_gap", 0)))
	}
	if gaps, ok := a["panel_gap"].([]any); ok {
		xy := floatsOf(gaps)
		options = append(options, geometry.PanelGaps(xy[0], xy[1]))
	} else if a.has("panel_gap") {
		options = append(options, geometry.PanelGap(a.float("panel_gap", 0)))
	}
	if a.has("unit") {
		options = append(options, geometry.Unit(a.float("unit", 0)))
	}
	return options
}

// placements are modules, as many as the shorter of lists has for JUNGFRAU.
func placements(class geometry.Class, a arguments) (modules []geometry.Placement, err error) {
	name, turns := "offsets", "orientations"
	if class == geometry.LPDMini {
		name, turns = "positions", "rotations"
	}
	rows := [][]float64{{0, 0}}
	if a.has(name) {
		rows = rowsOf(a[name])
	}
	turned := []any{}
	if a.has(turns) {
		turned = a.list(turns)
		if class == geometry.LPDMini && len(turned) != len(rows) {
			return nil, fmt.Errorf("%d rotations of %d modules, where the type has both in one", len(turned), len(rows))
		}
		rows = rows[:min(len(rows), len(turned))]
	}
	for i, row := range rows {
		module := geometry.Placement{X: row[0], Y: row[1]}
		if len(row) > 2 {
			module.Z = row[2]
		}
		if class == geometry.LPDMini && len(turned) > 0 {
			module.Turn = floatsOf(turned[i : i+1])[0]
		} else if len(turned) > 0 {
			sides := floatsOf(turned[i])
			module.FlipX, module.FlipY = sides[0] < 0, sides[1] < 0
		}
		modules = append(modules, module)
	}
	return modules, nil
}

func description(a arguments) geometry.Description {
	d := geometry.Description{
		PixelSize: a.float("pixel_size", 0),
		Slow:      a.int("slow_pixels"), Fast: a.int("fast_pixels"),
		Corners: []r3.Vec{{}},
		SS:      r3.Vec{X: 1}, FS: r3.Vec{Y: 1},
		Tiles:    a.count("n_tiles_per_module"),
		TileStep: vector(a["tile_vec"]), TileGap: a.float("tile_gap", 0),
	}
	if a.has("corner_coordinates") {
		d.Corners = nil
		for _, corner := range a.list("corner_coordinates") {
			d.Corners = append(d.Corners, vector(corner))
		}
	}
	if a.has("ss_vec") {
		d.SS = vector(a["ss_vec"])
	}
	if a.has("fs_vec") {
		d.FS = vector(a["fs_vec"])
	}
	return d
}

// sliced are the positions that a slice in Python takes, given as its one, two or three
// numbers.
func sliced(value any, length int) (picked []int) {
	first, end, step := 0, length, 1
	if value != nil {
		list := as[[]any]("slice", value)
		at := func(i, or int) int {
			if i >= len(list) || list[i] == nil {
				return or
			}
			n := integer(list[i])
			if n < 0 && i < 2 {
				n += length
			}
			return n
		}
		first, end, step = at(0, 0), min(at(1, length), length), at(2, 1)
	}
	for i := first; i < end; i += step {
		picked = append(picked, i)
	}
	return picked
}
