package conformance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/spatial/r3"

	"extrapasha/extradata/geometry"
	psh "extrapasha/pasha"
)

func answerDistortion(q *geometryQuestion) (any, error) {
	distortion := q.g.Distortion()
	if !q.flag("allow_negative_xy") {
		geometry.FromZero(distortion)
	}
	answer := pointsOf(q, distortion, 1e6)
	answer["dtype"] = "float32"
	return answer, nil
}

// pointsOf are points that are wanted of an array whose last dimension are three axes, and
// what is told of all values of an axis.
func pointsOf[T float32 | float64](q *geometryQuestion, a psh.Array[T], perUnit float64) fields {
	shape, n := a.Shape(), a.NDim()-1
	var points [][]float64
	for _, point := range q.wanted("points").([]any) {
		at := floatsOf(point)[:n]
		offset := 0
		for axis, i := range at {
			offset += int(i) * a.Strides()[axis]
		}
		for axis := range 3 {
			at = append(at[:len(at):len(at)], float64(a.Data[offset+axis]))
		}
		points = append(points, at)
	}
	low, high, mean, sums := []float64{}, []float64{}, []float64{}, []any{}
	digests, _ := q.wanted("sha").([]any)
	for axis := range 3 {
		values := make([]int64, 0, len(a.Data)/3)
		least, most, sum := math.Inf(1), math.Inf(-1), 0.0
		for i := axis; i < len(a.Data); i += 3 {
			x := float64(a.Data[i])
			least, most, sum = min(least, x), max(most, x), sum+x
			values = append(values, int64(math.RoundToEven(x*perUnit)))
		}
		low, high, mean = append(low, least), append(high, most), append(mean, sum/float64(len(values)))
		if digests[axis] == nil {
			sums = append(sums, nil)
		} else {
			sums = append(sums, shaOf(values))
		}
	}
	return fields{"shape": shape, "points": points, "min": low, "max": high, "mean": mean, "sha": sums}
}

func answerSnapped(q *geometryQuestion) (any, error) {
	grid, err := q.g.Grid()
	if err != nil {
		return nil, err
	}
	var tiles [][][]int
	var first [][]string
	ties := 0
	width, height := grid.Cell()
	for m := range q.g.Shape()[0] {
		var boxes [][]int
		var names []string
		for t, tile := range q.g.Tiles(m) {
			box, name := boxOf(grid, q.g, m, t, tile)
			boxes, names = append(boxes, box), append(names, name)
			ties += tied(tile.Corner.X/width) + tied(tile.Corner.Y/height)
		}
		tiles, first = append(tiles, boxes), append(first, names)
	}
	y, x := grid.Centre()
	return fields{"size": grid.Shape(), "centre": []int{y, x}, "ties": ties, "tiles": tiles, "first": first}, nil
}

// tied is 1 where a corner lies in the middle of two pixels, or nearly so.
func tied(pixels float64) int {
	if math.Abs(pixels-math.Floor(pixels)-0.5) < 1e-6 {
		return 1
	}
	return 0
}

// boxOf is the part of an image that a tile has, and in which of its corners its first
// pixel is.
func boxOf(grid *geometry.Grid, g *geometry.Geometry, m, t int, tile geometry.Tile) (box []int, first string) {
	slow, fast := g.TileStart(t)
	y, x := grid.Pixel(m, slow, fast)
	oppositeY, oppositeX := grid.Pixel(m, slow+tile.Slow-1, fast+tile.Fast-1)
	alongY, _ := grid.Pixel(m, slow, fast+tile.Fast-1)
	first = "B"
	if y > oppositeY {
		first = "T"
	}
	if x > oppositeX {
		first += "L"
	} else {
		first += "R"
	}
	if alongY != y {
		first += "t"
	}
	low, high := []int{min(y, oppositeY), min(x, oppositeX)}, []int{max(y, oppositeY), max(x, oppositeX)}
	return append(low, high[0]-low[0]+1, high[1]-low[1]+1), first
}

func answerRadial(q *geometryQuestion) (any, error) {
	bins, err := geometry.NewBins(q.g, geometry.Integration{Axes: []geometry.Axis{{Of: geometry.Radius, Width: q.float("width", 0)}}})
	if err != nil {
		return nil, err
	}
	data, err := geometryData[float32](q.g.Shape(), 1)
	if err != nil {
		return nil, err
	}
	sums, counts := make([]float64, bins.Len()), make([]float64, bins.Len())
	if err := geometry.Integrate(bins, sums, counts, data.Row(0)); err != nil {
		return nil, err
	}
	least, most := math.Inf(1), 0.0
	positions := q.g.Positions().Data
	for i := 0; i < len(positions); i += 3 {
		r := math.Hypot(positions[i], positions[i+1])
		least, most = min(least, r), max(most, r)
	}
	return fields{"bins": bins.Len(), "counts": counts, "sums": sums, "r_min": least, "r_max": most}, nil
}

func answerSeams(q *geometryQuestion) (any, error) {
	class := q.g.Class()
	seams, err := geometry.Seams(class)
	if err != nil {
		return nil, err
	}
	count := 0
	for _, wide := range seams.Data {
		if wide {
			count++
		}
	}
	return fields{"shape": seams.Shape(), "true": count, "sha": shaOf(seams.Data)}, nil
}

func answerPixelAreas(q *geometryQuestion) (any, error) {
	areas, err := geometry.PixelAreas(q.g.Class())
	if err != nil {
		return nil, err
	}
	rounded, counts := make([]int64, len(areas.Data)), map[string]int{}
	for i, area := range areas.Data {
		rounded[i] = int64(math.Round(area * 1e15))
		counts[fmt.Sprint(rounded[i])]++
	}
	return fields{"shape": areas.Shape(), "areas_1e-15_m2": counts, "sha": shaOf(rounded)}, nil
}

// spread is vectors: one, one a module, or one a tile.
type spread struct {
	depth int
	all   [][]r3.Vec
}

func newSpread(value any, modules, tiles, least, most int) (*spread, error) {
	s := &spread{}
	lists := as[[]any]("vectors", value)
	for inner := lists; len(inner) > 0; s.depth++ {
		next, ok := inner[0].([]any)
		if !ok {
			if len(inner) < least || len(inner) > most {
				return nil, fmt.Errorf("vectors of %d, where the type has three", len(inner))
			}
			break
		}
		inner = next
	}
	switch s.depth {
	case 0:
		s.all = [][]r3.Vec{{vector(value)}}
	case 1:
		for _, item := range lists {
			s.all = append(s.all, []r3.Vec{vector(item)})
		}
	case 2:
		for _, items := range lists {
			var row []r3.Vec
			for _, item := range items.([]any) {
				row = append(row, vector(item))
			}
			s.all = append(s.all, row)
		}
	}
	if s.depth > 0 && len(s.all) != modules || s.depth > 1 && len(s.all[0]) != tiles {
		return nil, fmt.Errorf("%d vectors of %d modules, where a function has one for each", len(s.all), modules)
	}
	return s, nil
}

// at is the vector of a tile among those that are moved, zero for others.
func (s *spread) at(module, tile int) r3.Vec {
	switch {
	case module < 0 || tile < 0:
		return r3.Vec{}
	case s.depth == 0:
		return s.all[0][0]
	case s.depth == 1:
		return s.all[module][0]
	}
	return s.all[module][tile]
}
