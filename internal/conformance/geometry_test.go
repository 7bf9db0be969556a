package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/spatial/r3"

	"extrapasha/extradata/detector"
	"extrapasha/extradata/geometry"
)

// geometryCase is a geometry, and what EXtra-geom answers about it.
type geometryCase struct {
	Case         string
	Geometry     geometrySpec
	Expect       json.RawMessage
	Checks       []geometryCheck
	ReferenceBug string `json:"reference_bug"`

	dir string               // a copy of the files, to which some are written
	bad []geometry.BadRegion // those that a check gave the geometry
}

// geometryCheck is a check with bad regions in their order, which is that of the file they
// are written to.
type geometryCheck struct {
	check
	bad []geometry.BadRegion
}

func (c *geometryCheck) UnmarshalJSON(text []byte) error {
	if err := c.check.UnmarshalJSON(text); err != nil {
		return err
	}
	regions, ok := c.arguments["bad"].(map[string]any)
	for name := range regions {
		c.bad = append(c.bad, badRegion(name, regions[name]))
	}
	if ok {
		at := func(b geometry.BadRegion) int { return bytes.Index(text, []byte(`"`+b.Name+`":`)) }
		slices.SortFunc(c.bad, func(a, b geometry.BadRegion) int { return at(a) - at(b) })
	}
	return nil
}

// geometrySpec is a geometry, and how it is moved.
type geometrySpec struct {
	Class, How string
	Args       arguments
	Then       []arguments
}

// TestGeometry asks what EXtra-geom was asked about geometries, and compares. Answers that
// follow from a slip of EXtra-geom are left out.
func TestGeometry(t *testing.T) {
	withoutRace(t, "one goroutine alone: the race detector takes eight times as long")
	for _, dir := range corpora(t, "geometry.json") {
		var corpus struct{ Cases []*geometryCase }
		if err := read(filepath.Join(dir, "geometry.json"), &corpus); err != nil {
			t.Fatal(err)
		}
		files := filepath.Join(t.TempDir(), "files")
		if err := os.CopyFS(files, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if err := writable(files); err != nil {
			t.Fatal(err)
		}
		counts := newTally()
		for _, c := range corpus.Cases {
			c.dir = files
			t.Run(c.Case, func(t *testing.T) { c.judge(t, counts) })
		}
		if len(corpus.Cases) == 0 {
			t.Errorf("%s: no cases", dir)
		}
		counts.print(dir)
	}
}

// writable lets files be replaced whose copies keep their permissions.
func writable(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		if err == nil {
			err = os.Chmod(filepath.Join(dir, entry.Name()), 0o644)
		}
	}
	return err
}

func (c *geometryCase) judge(t *testing.T, counts *tally) {
	if c.ReferenceBug != "" {
		t.Skipf("EXtra-geom slips here: %s", c.ReferenceBug)
	}
	var g *geometry.Geometry
	message := guarded(func() string {
		var err error
		g, err = c.Geometry.make(c.dir)
		if _, fails := errorKind(c.Expect); fails != (err != nil) {
			return fmt.Sprintf("want %s, got the error %v", c.Expect, err)
		}
		return ""
	})
	if message != "" {
		t.Fatal(message)
	}
	for i, check := range c.Checks {
		op := check.text("op")
		if slip := check.optional("reference_bug"); slip != "" {
			t.Logf("%d. %s: EXtra-geom slips here: %s", i, op, slip)
			continue
		}
		if check.bad != nil {
			c.bad = check.bad
		}
		wrong := guarded(func() string { return c.ask(g, check.check) })
		if wrong != "" {
			wrong = fmt.Sprintf("%d. %s %v: %s", i, op, short(check.arguments), wrong)
		}
		counts.note(t, op, wrong)
	}
}

// ask asks one question, and tells how the answer differs.
func (c *geometryCase) ask(g *geometry.Geometry, check check) string {
	op, ok := geometryOps[check.text("op")]
	if !ok {
		return "no such operation"
	}
	check.only(append(strings.Fields(op.arguments), "op"))
	want := decoded(check.expect)
	got, err := op.answer(&geometryQuestion{c, g, check.arguments, want})
	_, fails := errorKind(check.expect)
	switch {
	case fails && err == nil:
		return fmt.Sprintf("want %s, got an answer", check.expect)
	case fails:
		return ""
	case err != nil:
		return err.Error()
	}
	text, err := json.Marshal(got)
	if err != nil {
		return err.Error()
	}
	return near(want, decoded(text), op.within)
}

// near compares trees of JSON, numbers up to a distance.
func near(want, got any, within float64) string {
	switch want := want.(type) {
	case json.Number:
		got, ok := got.(json.Number)
		if ok && distance(want, got) <= within {
			return ""
		}
	case []any:
		got, ok := got.([]any)
		if !ok || len(got) != len(want) {
			return fmt.Sprintf("want %s, got %s", short(want), short(got))
		}
		for i := range want {
			if message := near(want[i], got[i], within); message != "" {
				return fmt.Sprintf("[%d]%s", i, message)
			}
		}
		return ""
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("want %s, got %s", short(want), short(got))
		}
		for _, key := range slices.Sorted(maps.Keys(want)) {
			value, ok := got[key]
			if !ok {
				return key + " is not answered"
			}
			if message := near(want[key], value, within); message != "" {
				return key + message
			}
		}
		return ""
	case nil: // not sure enough to be judged, or none
		if got == nil || within > 0 {
			return ""
		}
	default:
		if want == got {
			return ""
		}
	}
	return fmt.Sprintf(": want %s, got %s", short(want), short(got))
}

func distance(a, b json.Number) float64 {
	x, _ := a.Float64()
	y, _ := b.Float64()
	return max(x-y, y-x)
}

// turned tells whether tiles are rotated: what that makes of the last digits is NumPy's.
func (s geometrySpec) turned() bool {
	return s.Args.has("rotations") || slices.ContainsFunc(s.Then, func(step arguments) bool { return step.has("rotate") })
}

// make makes the geometry of a case.
func (s geometrySpec) make(dir string) (*geometry.Geometry, error) {
	g, err := s.start(dir)
	for _, step := range s.Then {
		if err == nil {
			g, err = moved(g, step)
		}
	}
	return g, err
}

var geometryClasses = map[string]geometry.Class{
	"AGIPD_1MGeometry": geometry.AGIPD1M, "AGIPD_500K2GGeometry": geometry.AGIPD500K, "LPD_1MGeometry": geometry.LPD1M,
	"LPD_MiniGeometry": geometry.LPDMini, "DSSC_1MGeometry": geometry.DSSC1M, "JUNGFRAUGeometry": geometry.Jungfrau,
	"Epix100Geometry": geometry.Epix100, "Epix10KGeometry": geometry.Epix10K, "PNCCDGeometry": geometry.PnCCD,
	"GenericGeometry": geometry.Generic,
}

// start makes a geometry from a file, or as its class usually is; or else from positions.
func (s geometrySpec) start(dir string) (*geometry.Geometry, error) {
	class, ok := geometryClasses[s.Class]
	if !ok {
		panic(bad("class %q is not known here", s.Class))
	}
	path := filepath.Join(dir, s.Args.optional("file"))
	switch s.How {
	case "from_crystfel_geom":
		return geometry.FromCrystFEL(path, class)
	case "from_h5_file":
		return fromOffsets(path, class, nil)
	case "from_h5_file_and_quad_positions":
		quads, err := quadsOf(s.Args["positions"])
		if err != nil {
			return nil, err
		}
		return fromOffsets(path, class, &quads)
	case "example":
		return geometry.Usual(class, s.Args.count("n_modules"))
	}
	return s.positioned(class, spacings(s.Args))
}

// fromOffsets makes a geometry of what a file says, but for quads where they are given.
func fromOffsets(path string, class geometry.Class, quads *[4][2]float64) (*geometry.Geometry, error) {
	offsets, err := detector.ReadOffsets(path)
	if err != nil {
		return nil, err
	}
	if quads != nil {
		offsets.Quads = quads
	}
	return geometry.FromOffsets(class, offsets)
}

func (s geometrySpec) positioned(class geometry.Class, options []geometry.Option) (*geometry.Geometry, error) {
	a := s.Args
	switch s.How {
	case "from_quad_positions":
		quads, err := quadsOf(a["quad_pos"])
		if err != nil {
			return nil, err
		}
		return map[geometry.Class]func([4][2]float64, ...geometry.Option) (*geometry.Geometry, error){
			geometry.AGIPD1M: geometry.NewAGIPD1M, geometry.LPD1M: geometry.NewLPD1M, geometry.DSSC1M: geometry.NewDSSC1M,
		}[class](quads, options...)
	case "from_origin":
		origin := [2]float64{}
		copy(origin[:], floatsOf(a["origin"]))
		return map[geometry.Class]func([2]float64, ...geometry.Option) (*geometry.Geometry, error){
			geometry.AGIPD500K: geometry.NewAGIPD500K, geometry.Epix100: geometry.NewEpix100, geometry.Epix10K: geometry.NewEpix10K,
		}[class](origin, options...)
	case "pair_geometry":
		return geometry.NewEpix100Pair(r3.Vec{X: 386.5, Y: 364.5}, r3.Vec{X: 386.5, Y: -12.5})
	case "from_relative_positions":
		if class == geometry.Epix100 {
			return geometry.NewEpix100Pair(vector(a["top"]), vector(a["bottom"]), options...)
		}
		return geometry.NewPnCCD(a.float("gap", 4e-3), vector(a["top_offset"]), vector(a["bottom_offset"]))
	case "from_module_positions":
		modules, err := placements(class, a)
		if err != nil {
			return nil, err
		}
		if class == geometry.LPDMini {
			return geometry.NewLPDMini(modules, options...)
		}
		return geometry.NewJungfrau(modules, options...)
	case "from_simple_description":
		return geometry.NewGeneric(description(a))
	}
	panic(bad("how %q is not known here", s.How))
}
