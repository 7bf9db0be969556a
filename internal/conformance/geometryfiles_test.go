package conformance

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"extrapasha/extradata/geometry"
)

func answerCrystFELFile(q *geometryQuestion) (any, error) {
	file, err := geometry.ReadCrystFEL(q.path())
	if err != nil {
		return nil, err
	}
	return crystFELAnswer(file), nil
}

func crystFELAnswer(file *geometry.CrystFEL) fields {
	panels := [][]any{}
	for _, p := range file.Panels {
		panels = append(panels, []any{p.Name, p.X, p.Y, p.Coffset, p.FS.X, p.FS.Y, p.FS.Z, p.SS.X, p.SS.Y, p.SS.Z,
			p.MinFS, p.MaxFS, p.MinSS, p.MaxSS, p.Res, dimsOf(p.Dims)})
	}
	sizes, lines, collections := map[string]int{}, []string{}, map[string][]string{}
	for _, group := range file.Groups {
		sizes[group.Name] = len(group.Members)
		lines = append(lines, group.Name+" "+strings.Join(group.Members, ","))
	}
	for _, collection := range file.Collections {
		collections[collection.Name] = collection.Members
	}
	first := file.Panels[0]
	from := ""
	if strings.HasPrefix(first.Clen, "/") {
		from = first.Clen
	}
	return fields{
		"panels": panels, "panels_some": [][]any{panels[0], panels[min(1, len(panels)-1)], panels[len(panels)-1]},
		"bad": badAnswer(file.Bad), "mask_good": file.MaskGood, "mask_bad": file.MaskBad,
		"groups": sizes, "groups_sha": sumOfLines(lines), "collections": collections,
		"photon_energy": numberIn(file.PhotonEnergy, 0, 0),
		"first_panel": fields{"data": first.Data, "mask": first.Mask, "clen": numberIn(first.Clen, math.NaN(), -1),
			"clen_from": from, "adu_per_eV": numberIn(first.ADUPerEV, math.NaN(), -1)},
	}
}

func dimsOf(dims []string) (all []any) {
	for _, dim := range dims {
		if index, err := strconv.Atoi(dim); err == nil {
			all = append(all, index)
		} else {
			all = append(all, dim)
		}
	}
	return all
}

// numberIn is a number as EXtra-geom has it of a text: another one where it is not said,
// or is a path.
func numberIn(text string, none, path float64) any {
	if text == "" {
		return number(none)
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return path
	}
	return number(value)
}

func badAnswer(regions []geometry.BadRegion) map[string]any {
	all := map[string]any{}
	for _, b := range regions {
		all[b.Name] = fields{"panel": b.Panel, "is_fsss": b.InPanel,
			"min_x": number(b.MinX), "max_x": number(b.MaxX), "min_y": number(b.MinY), "max_y": number(b.MaxY),
			"min_fs": b.MinFS, "max_fs": b.MaxFS, "min_ss": b.MinSS, "max_ss": b.MaxSS}
	}
	return all
}

func answerGeometryMetadata(q *geometryQuestion) (any, error) {
	h := q.g.Header()
	return fields{"data": h.Data, "mask": h.Mask, "adu_per_eV": numberIn(h.ADUPerEV, math.NaN(), -1),
		"clen": numberIn(h.Clen, math.NaN(), -1), "photon_energy": numberIn(h.PhotonEnergy, 0, 0), "bad": badAnswer(h.Bad)}, nil
}

func answerWriteCrystFEL(q *geometryQuestion) (any, error) {
	g, header := q.g, headerOf(q)
	if q.has("motor_positions") {
		g = g.WithMotorPositions(rowsOf(q.arguments["motor_positions"]))
	}
	if err := g.WriteCrystFEL(q.path(), header); err != nil {
		return nil, err
	}
	file, err := geometry.ReadCrystFEL(q.path())
	if err != nil {
		return nil, err
	}
	answer := crystFELAnswer(file)
	text, err := os.ReadFile(q.path())
	if err != nil {
		return nil, err
	}
	lines := bodyOf(string(text))
	if q.has("motor_positions") {
		// Python writes whole numbers as they were given, without a point.
		for i, line := range lines {
			if strings.HasPrefix(line, ";XGEOM") {
				lines[i] = strings.ReplaceAll(line, ".0", "")
			}
		}
	}
	answer["body_lines"], answer["body_sha"] = len(lines), sumOfLines(lines)
	if q.Geometry.turned() {
		answer["body_sha"] = q.wanted("body_sha") // the panels are judged, but for the last digits
	}
	return answer, nil
}

// bodyOf are the lines of a file without those that are empty, or remarks.
func bodyOf(text string) (lines []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && (line[0] != ';' || strings.HasPrefix(line, ";XGEOM")) {
			lines = append(lines, line)
		}
	}
	return lines
}

// headerOf is what a check says of a file. What was read from one EXtra-geom has as a
// number, and writes it so: where it was a path, or not said, it writes what stands for
// that.
func headerOf(q *geometryQuestion) geometry.Header {
	h, read := geometry.Header{}, q.g.Header()
	if read.Data != "" {
		h.Clen = pythonFloat(numberIn(read.Clen, math.NaN(), -1))
		h.ADUPerEV = pythonFloat(numberIn(read.ADUPerEV, math.NaN(), -1))
		h.PhotonEnergy = pythonFloat(numberIn(read.PhotonEnergy, 0, 0))
	}
	args := arguments{}
	if q.has("args") {
		args = as[map[string]any]("args", q.arguments["args"])
	}
	for name, field := range map[string]*string{"adu_per_ev": &h.ADUPerEV, "clen": &h.Clen, "photon_energy": &h.PhotonEnergy,
		"data_path": &h.Data, "mask_path": &h.Mask} {
		if args.has(name) {
			*field = fmt.Sprint(args[name])
		}
	}
	h.Dims = []string{"frame", "modno", "ss", "fs"} // EXtra-geom does not keep those of a file
	if args.has("dims") {
		h.Dims = nil
		for _, dim := range args.list("dims") {
			h.Dims = append(h.Dims, fmt.Sprint(dim))
		}
	}
	h.Quadrants = args.count("nquads")
	h.Bad = q.bad
	return h
}

func pythonFloat(value any) string {
	f, ok := value.(float64)
	switch {
	case !ok:
		return fmt.Sprint(value)
	case f == math.Trunc(f) && f != -1:
		return fmt.Sprintf("%.1f", f)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func badRegion(name string, value any) geometry.BadRegion {
	a := arguments(as[map[string]any](name, value))
	return geometry.BadRegion{
		Name: name, Panel: a.text("panel"), InPanel: a.flag("is_fsss"),
		MinX: a.float("min_x", math.NaN()), MaxX: a.float("max_x", math.NaN()),
		MinY: a.float("min_y", math.NaN()), MaxY: a.float("max_y", math.NaN()),
		MinFS: a.int("min_fs"), MaxFS: a.int("max_fs"), MinSS: a.int("min_ss"), MaxSS: a.int("max_ss"),
	}
}
