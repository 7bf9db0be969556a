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

	"extrapasha/extradata/detector"
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
		offsets, err := detector.ReadOffsets(q.path())
		if err != nil {
			return nil, err
		}
		return q.g.QuadPositionsFor(offsets)
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

func answerWriteH5(q *geometryQuestion) (any, error) {
	offsets, err := q.g.Offsets()
	if err == nil {
		err = detector.WriteOffsets(q.path(), offsets)
	}
	if err != nil {
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
