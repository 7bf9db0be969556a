package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/spatial/r3"

	"extrapasha/extradata/geometry"
	psh "extrapasha/pasha"
)

// geometryQuestion is a check that is asked. What is wanted tells which of many points
// are to be answered.
type geometryQuestion struct {
	*geometryCase
	g *geometry.Geometry
	arguments
	want any
}

// wanted is a part of what is wanted.
func (q *geometryQuestion) wanted(name string) any {
	parts, _ := q.want.(map[string]any)
	return parts[name]
}

func (q *geometryQuestion) path() string { return filepath.Join(q.dir, q.text("file")) }

type geometryOp struct {
	arguments string
	within    float64
	answer    func(q *geometryQuestion) (any, error)
}

var geometryOps map[string]geometryOp

func init() {
	geometryOps = map[string]geometryOp{
		"info":            {"", 1e-12, answerInfo},
		"tiles":           {"some", 1e-9, answerTiles},
		"tile_points":     {"module tile", 1e-9, answerTilePoints},
		"pixel_positions": {"centre", 1e-9, answerPixelPositions},
		"distortion":      {"allow_negative_xy", 1e-7, answerDistortion},
		"snapped":         {"", 0, answerSnapped},
		"split_tiles":     {"module dtype", 0, answerSplitTiles},
		"data_coords":     {"module_no slow_scan fast_scan", 1e-9, answerDataCoords},
		"compare":         {"other scale most", 1e-6, answerCompare},
		"move":            {"step some", 1e-9, answerMove},
		"quad_positions":  {"file", 1e-6, answerQuadPositions},
		"motors":          {"tracker by at reference axes", 1e-9, answerMotors},
		"motor_positions": {"", 0, answerMotorPositions},
		"radial":          {"width", 1e-9, answerRadial},
		"seams":           {"of", 0, answerSeams},
		"pixel_areas":     {"", 0, answerPixelAreas},
		"write_h5":        {"file", 1e-6, answerWriteH5},

		"output_array":       {"dtype extra_shape", 0, answerOutputArray},
		"position":           {"dtype frames data_shape out diagnostic_rows", 0, answerPosition},
		"position_subset":    {"dtype frames labels outside", 0, answerPositionSubset},
		"position_symmetric": {"dtype out_shape", 0, answerPositionSymmetric},

		"write_crystfel": {"file args bad motor_positions keep panels", 1e-6, answerWriteCrystFEL},
		"crystfel_file":  {"file", 1e-6, answerCrystFELFile},
		"metadata":       {"", 1e-6, answerGeometryMetadata},
	}
}

func answerInfo(q *geometryQuestion) (any, error) {
	tiles := q.g.Tiles(0)
	return fields{
		"detector_type_name": q.g.Class(), "pixel_size": q.g.PixelSize(), "expected_data_shape": q.g.Shape(),
		"n_quads": q.g.Quadrants(), "n_modules": q.g.Shape()[0], "n_tiles_per_module": len(tiles),
		"frag_ss_pixels": tiles[0].Slow, "frag_fs_pixels": tiles[0].Fast,
	}, nil
}

// tilesOf are some modules' tiles, all where none are named. Steps are as near as they
// must be, which is nearer than corners.
func tilesOf(g *geometry.Geometry, some any, want any) (all [][][]float64, err error) {
	modules := sliced(nil, g.Shape()[0])
	if some != nil {
		modules = intsOf(some)
	}
	for _, m := range modules {
		var tiles [][]float64
		for _, t := range g.Tiles(m) {
			tiles = append(tiles, slices.Concat(listed(t.Corner), listed(t.SS), listed(t.FS)))
		}
		all = append(all, tiles)
	}
	for m, tiles := range want.([]any) {
		for t, tile := range tiles.([]any) {
			for i, want := range floatsOf(tile)[3:] {
				if got := all[m][t][3+i]; !(math.Abs(got-want) <= 1e-12) {
					return nil, fmt.Errorf("[%d][%d][%d]: want a step of %v, got %v", m, t, 3+i, want, got)
				}
			}
		}
	}
	return all, nil
}

func answerTiles(q *geometryQuestion) (any, error) { return tilesOf(q.g, q.arguments["some"], q.want) }

func answerTilePoints(q *geometryQuestion) (any, error) {
	tile := q.g.Tiles(q.int("module"))[q.int("tile")]
	var corners [][]float64
	for _, corner := range tile.Corners() {
		corners = append(corners, listed(corner))
	}
	return fields{"corners": corners, "centre": listed(tile.Centre())}, nil
}

func answerPixelPositions(q *geometryQuestion) (any, error) {
	positions := q.g.Positions()
	if !q.flag("centre") {
		positions = q.g.Corners()
	}
	return pointsOf(q, positions, 1e7), nil
}

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

func answerSplitTiles(q *geometryQuestion) (any, error) {
	shape := q.g.Shape()
	data, err := geometryData[uint16](shape, 1)
	if err != nil {
		return nil, err
	}
	var all []any
	for t, tile := range q.g.Tiles(q.int("module")) {
		slow, fast := q.g.TileStart(t)
		part, err := data.View(psh.At(0), psh.At(q.int("module")), psh.Span(slow, slow+tile.Slow), psh.Span(fast, fast+tile.Fast))
		if err != nil {
			return nil, err
		}
		all = append(all, fields{"shape": part.Shape(), "sha": digestOf(part).SHA})
	}
	return all, nil
}

func answerDataCoords(q *geometryQuestion) (any, error) {
	slow, fast := floatsOf(q.arguments["slow_scan"]), floatsOf(q.arguments["fast_scan"])
	all := [][]float64{}
	for i, m := range intsOf(q.arguments["module_no"]) {
		at, err := q.g.Position(m, slow[i], fast[i])
		if err != nil {
			return nil, err
		}
		all = append(all, listed(at))
	}
	return all, nil
}

func answerCompare(q *geometryQuestion) (any, error) {
	text, err := json.Marshal(q.arguments["other"])
	if err != nil {
		return nil, err
	}
	other := geometrySpec{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&other); err != nil {
		return nil, err
	}
	g, err := other.make(q.dir)
	if err != nil {
		return nil, err
	}
	arrows, err := q.g.Compare(g)
	if err != nil {
		return nil, err
	}
	scale, most := q.float("scale", 1), int(q.float("most", 40))
	listed := [][]float64{}
	for _, a := range arrows[:min(most, len(arrows))] {
		listed = append(listed, []float64{a.X, a.Y, a.DX * scale, a.DY * scale})
	}
	return fields{"count": len(arrows), "arrows": listed}, nil
}

func answerMove(q *geometryQuestion) (any, error) {
	g, err := moved(q.g, as[map[string]any]("step", q.arguments["step"]))
	if err != nil {
		return nil, err
	}
	answer := fields{}
	if answer["tiles"], err = tilesOf(g, q.arguments["some"], q.wanted("tiles")); err != nil {
		return nil, err
	}
	grid, err := g.Grid()
	if wanted, ok := q.wanted("size").(map[string]any); ok {
		if err == nil {
			return nil, fmt.Errorf("want %v, got a grid", wanted)
		}
		answer["size"] = wanted
		return answer, nil
	}
	if err != nil {
		return nil, err
	}
	y, x := grid.Centre()
	answer["size"], answer["centre"] = grid.Shape(), []int{y, x}
	return answer, nil
}

func answerQuadPositions(q *geometryQuestion) (any, error) {
	if q.has("file") {
		return q.g.QuadPositionsFor(q.path())
	}
	return q.g.QuadPositions()
}

func answerMotors(q *geometryQuestion) (any, error) {
	motors := map[string]geometry.Motors{"AGIPD_1MMotors": geometry.AGIPD1MMotors(), "JF4MMotors": geometry.Jungfrau4MMotors()}[q.text("tracker")]
	if q.has("axes") {
		motors.Axes = nil
		for _, matrix := range q.list("axes") {
			rows, axes := rowsOf(matrix), [][2]float64(nil)
			for motor := range rows[0] {
				axes = append(axes, [2]float64{rows[0][motor], rows[1][motor]})
			}
			motors.Axes = append(motors.Axes, axes)
		}
	}
	g := q.g
	if q.has("reference") {
		g = g.WithMotorPositions(rowsOf(q.arguments["reference"]))
	}
	var err error
	if q.has("at") {
		g, err = motors.At(g, rowsOf(q.arguments["at"]))
	} else {
		g, err = motors.Move(g, rowsOf(q.arguments["by"]))
	}
	if err != nil {
		return nil, err
	}
	var corners [][]float64
	for m := range g.Shape()[0] {
		corners = append(corners, listed(g.Tiles(m)[0].Corner))
	}
	return corners, nil
}

func answerMotorPositions(q *geometryQuestion) (any, error) {
	if q.want == nil && q.g.MotorPositions() != nil {
		return nil, fmt.Errorf("want none, got %v", q.g.MotorPositions())
	}
	return q.g.MotorPositions(), nil
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

func answerWriteH5(q *geometryQuestion) (any, error) {
	if err := q.g.WriteH5(q.path()); err != nil {
		return nil, err
	}
	return q.g.QuadPositions()
}

// moved makes one move.
func moved(g *geometry.Geometry, step arguments) (*geometry.Geometry, error) {
	step.only(strings.Fields("offset rotate modules tiles center degrees"))
	modules, tiles := sliced(step["modules"], g.Shape()[0]), sliced(step["tiles"], len(g.Tiles(0)))
	index := func(m, t int) (int, int) { return slices.Index(modules, m), slices.Index(tiles, t) }
	if step.has("offset") {
		shifts, err := newSpread(step["offset"], len(modules), len(tiles), 2, 3)
		if err != nil {
			return nil, err
		}
		return g.Move(func(m, t int) r3.Vec { return shifts.at(index(m, t)) })
	}
	angles, err := newSpread(step["rotate"], len(modules), len(tiles), 3, 3)
	if err != nil {
		return nil, err
	}
	var centers *spread
	if step.has("center") {
		if centers, err = newSpread(step["center"], len(modules), len(tiles), 3, 3); err != nil {
			return nil, err
		}
	}
	unit := math.Pi / 180
	if step.has("degrees") && !step.flag("degrees") {
		unit = 1
	}
	return g.Rotate(func(m, t int) geometry.Turn {
		turn := geometry.Turn{Angles: r3.Scale(unit, angles.at(index(m, t)))}
		switch {
		case centers != nil:
			turn.About = centers.at(index(m, t))
		case angles.depth == 2 || step.has("tiles"):
			turn.About = g.Tiles(m)[t].Centre()
		case angles.depth == 1 || step.has("modules"):
			turn.About = g.Centre(m)
		}
		return turn
	})
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
