package geometry

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/spatial/r3"
)

// half is what a file says of one module of two tiles, an LPD Mini.
const half = `; an LPD Mini
res = 2000
clen = 0.2 ; metres
photon_energy = 9000
data = /data
dim0 = %
dim1 = 0
dim2 = ss
dim3 = fs
a/min_fs = 0
a/max_fs = 127
a/min_ss = 0
a/max_ss = 31
a/fs = -x -0.001z
a/ss = -y
a/corner_x = 0.5
a/corner_y = 32
b/min_fs = 128
b/max_fs = 255
b/min_ss = 0
b/max_ss = 31
b/fs = x+.001z
b/ss = 1.e0y
b/corner_x = -128
b/corner_y = 36
b/coffset = 0.01
`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "some.geom")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFromCrystFEL(t *testing.T) {
	g, err := FromCrystFEL(write(t, half+`
badspot/min_x = 1
badspot/max_x = 2
badspot/min_y = 3
badspot/max_y = 4.5
badedge/panel = b
badedge/min_fs = 128
badedge/max_fs = 130
badedge/min_ss = 0
badedge/max_ss = 31
badlost/panel = c
badlost/min_fs = 1
b/coffset=1
b/no_index = 0
mask_bad = 0xff
rigid_group_both = a,b
;XGEOM MOTORS=1,2
;XGEOM MOTOR_Q1= 3 , -4
`), LPDMini)
	if err != nil {
		t.Fatal(err)
	}
	want := Tile{Corner: r3.Vec{X: -0.064, Y: 0.018, Z: 0.01}, FS: r3.Vec{X: 5e-4, Z: 5e-7}, SS: r3.Vec{Y: 5e-4}, Slow: 32, Fast: 128}
	if got := g.Tiles(0)[1]; got != want {
		t.Errorf("tile %v, want %v", got, want)
	}
	if motors := g.MotorPositions(); !reflect.DeepEqual(motors, [][]float64{{3, -4}}) {
		t.Errorf("motors %v", motors)
	}
	h := g.Header()
	if h.Data != "/data" || h.Clen != "0.2" || h.PhotonEnergy != "9000" || h.ADUPerEV != "" {
		t.Errorf("header %+v", h)
	}
	if len(h.Bad) != 2 || h.Bad[0].MaxY != 4.5 || h.Bad[1].Panel != "p0a1" || h.Bad[1].MaxFS != 130 || !h.Bad[1].InPanel {
		t.Errorf("bad %+v", h.Bad)
	}
	for _, says := range []string{"badlost", "b/coffset=1", "no_index", "0xff", "rigid group both"} {
		if left := strings.Join(h.LeftOut, "\n"); !strings.Contains(left, says) {
			t.Errorf("%q is not among what is left out: %q", says, left)
		}
	}
}

func TestCrystFELErrors(t *testing.T) {
	without := func(line string) string { return strings.Replace(half, line+"\n", "", 1) }
	for name, test := range map[string]struct{ text, says string }{
		"empty":       {"", "no panels"},
		"res":         {without("res = 2000"), "panel a: res is not said"},
		"corner":      {without("a/corner_x = 0.5"), "panel a: corner_x"},
		"part":        {without("b/max_ss = 31"), "panel b: part of the data"},
		"dims":        {without("dim2 = ss"), "panel a: dimension 2 is not said"},
		"no fs":       {without("dim3 = fs"), "expected ss and fs once"},
		"field":       {half + "a/colour = red", `line 27: field "colour" is not known`},
		"number":      {half + "a/corner_x = left", "line 27: corner_x = left: expected a number"},
		"infinite":    {half + "a/corner_x = inf", "expected a number"},
		"pixel":       {half + "a/min_fs = 1.5", "expected a number of pixels"},
		"dimension":   {half + "a/dim1000000000 = ss", "expected a dimension"},
		"index":       {half + "a/dim1 = -1", "expected ss, fs, % or an index"},
		"direction":   {half + "a/fs = 2w", "expected a direction"},
		"twice":       {half + "a/fs = x+x", "expected a direction"},
		"parallel":    {half + "a/fs = y", "fs and ss are parallel"},
		"mixed":       {half + "bad1/min_x = 1\nbad1/min_fs = 1", "both in space and in the data"},
		"bad field":   {half + "bad1/colour = red", "not known"},
		"group":       {half + "rigid_group_all = a,c", `rigid group all: there is no panel "c"`},
		"collection":  {half + "rigid_group_collection_all = q", `collection all: there is no rigid group "q"`},
		"mask":        {half + "mask_good = many", "mask_good"},
		"two indices": {half + "a/dim0 = 1", "panel a has dimensions"},
		"size":        {half + "a/max_ss = 30", "panel a has 31 × 128 pixels, expected 32 × 128"},
		"module":      {half + "a/dim1 = 2\nb/dim1 = 2", "no panel for module 0"},
		"nowhere":     {half + "a/corner_x = 1e300", "module 0, tile 0 of LPD-Mini is nowhere, or too far away"},
		"far":         {half + "a/dim1 = 1000000000", "no panel for module 0"},
	} {
		path := write(t, test.text)
		_, err := FromCrystFEL(path, LPDMini)
		if !errors.Is(err, ErrGeometry) || !strings.Contains(err.Error(), test.says) || strings.Count(err.Error(), path) != 1 || strings.Count(err.Error(), "geometry: ") != 2 { // bad geometry:
			t.Errorf("%s: %v, want one that says %q", name, err, test.says)
		}
	}
	if _, err := FromCrystFEL(write(t, half), Generic); !errors.Is(err, ErrGeometry) {
		t.Errorf("generic: %v", err)
	}
	if _, err := FromCrystFEL(filepath.Join(t.TempDir(), "none"), LPDMini); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// TestCrystFELRoundTrip writes every class, and reads it again.
func TestCrystFELRoundTrip(t *testing.T) {
	header := Header{
		Data: "/some/data", Mask: "/some/mask", ADUPerEV: "0.0075", Clen: "/LCLS/clen", PhotonEnergy: "9keV",
		Bad: []BadRegion{
			{Name: "bad_space", MinX: -1.5, MaxX: 2, MinY: 3, MaxY: 4},
			{Name: "bad_pixels", InPanel: true, Panel: "p1a0", MinFS: 1, MaxFS: 2, MinSS: 3, MaxSS: 4},
		},
	}
	for _, class := range classes() {
		for _, dims := range [][]string{nil, {"frame", "ss", "fs"}, {"ss", "frame", "fs", "modno"}} {
			g, err := Usual(class, 3)
			if err != nil {
				t.Fatal(err)
			}
			h := header
			h.Dims, h.Bad = dims, slices.Clone(header.Bad)
			if g.Shape()[0] == 1 {
				h.Bad[1].Panel = "p0a1"
			}
			path := filepath.Join(t.TempDir(), "some.geom")
			if err := g.WriteCrystFEL(path, h); err != nil {
				t.Fatal(err)
			}
			again, err := FromCrystFEL(path, class)
			if err != nil {
				t.Fatal(err)
			}
			arrows, err := g.Compare(again)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range arrows {
				if max(a.DX, -a.DX) > 1e-9 || max(a.DY, -a.DY) > 1e-9 {
					t.Fatalf("%s %v: %v", class, dims, a)
				}
			}
			got := again.Header()
			for i := range h.Bad { // NaN is not itself
				if a, b := h.Bad[i], got.Bad[i]; a.InPanel != b.InPanel || a.MaxY != b.MaxY && !a.InPanel || a.MaxSS != b.MaxSS || a.Panel != b.Panel {
					t.Errorf("%s %v: bad region %+v, want %+v", class, dims, b, a)
				}
			}
			if dims != nil && !slices.Equal(got.Dims, dims) {
				t.Errorf("%s: dimensions %v, want %v", class, got.Dims, dims)
			}
			if got.Data != h.Data || got.Mask != h.Mask || got.Clen != h.Clen || got.PhotonEnergy != h.PhotonEnergy || got.ADUPerEV != h.ADUPerEV {
				t.Errorf("%s: header %+v", class, got)
			}
			checkSameFile(t, again, path)
		}
	}
}

// checkSameFile writes what was read from a file, and compares.
func checkSameFile(t *testing.T, g *Geometry, path string) {
	t.Helper()
	first, err := ReadCrystFEL(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.WriteCrystFEL(path, Header{}); err != nil {
		t.Fatal(err)
	}
	again, err := ReadCrystFEL(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first.Groups, again.Groups) || !reflect.DeepEqual(first.Collections, again.Collections) {
		t.Errorf("%s: groups %v, then %v", g.Class(), first.Groups, again.Groups)
	}
	for i, panel := range first.Panels {
		if other := again.Panels[i]; panel.Name != other.Name || panel.MinSS != other.MinSS || !slices.Equal(panel.Dims, other.Dims) {
			t.Errorf("%s: panel %v, then %v", g.Class(), panel, other)
		}
	}
}

func TestWriteCrystFELErrors(t *testing.T) {
	g, _ := usual(t, AGIPD1M, 0)
	path := filepath.Join(t.TempDir(), "some.geom")
	for name, header := range map[string]Header{
		"no frame":  {Dims: []string{"modno", "ss", "fs"}},
		"twice":     {Dims: []string{"frame", "ss", "ss", "fs"}},
		"dimension": {Dims: []string{"frame", "colour", "ss", "fs"}},
		"groups":    {Quadrants: 3},
		"text":      {Data: "/data\nres = 1"},
		"name":      {Bad: []BadRegion{{Name: "good"}}},
		"lines":     {Bad: []BadRegion{{Name: "bad\nres"}}},
		"panel":     {Bad: []BadRegion{{Name: "bad", InPanel: true, Panel: "q0a0"}}},
		"pixels":    {Bad: []BadRegion{{Name: "bad", InPanel: true, Panel: "p0a0", MinFS: -1}}},
		"space":     {Bad: []BadRegion{noBad}},
	} {
		err := g.WriteCrystFEL(path, header)
		if !errors.Is(err, ErrGeometry) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: there is a file", name)
		}
	}
	if err := g.WriteCrystFEL(filepath.Join(path, "none"), Header{}); err == nil {
		t.Error("written where there is no folder")
	}
}

func TestFloat(t *testing.T) {
	for number, want := range map[float64]string{
		0: "0.0", 1: "1.0", -0.5: "-0.5", 1e-5: "1e-05", 1e16: "1e+16", 123456789: "123456789.0", 1.5e-300: "1.5e-300",
	} {
		if got := float(number); got != want {
			t.Errorf("%v: %s, want %s", number, got, want)
		}
	}
	if got := terms(r3.Vec{X: -1, Y: 0.25, Z: 1e-7}); got != "-1.x +0.25y +0.0000001z" {
		t.Errorf("terms %s", got)
	}
}

// FuzzCrystFEL reads files of any text. What can be read can be asked, and written and
// read again.
func FuzzCrystFEL(f *testing.F) {
	f.Add(half)
	f.Add(half + "rigid_group_all = a,b\nrigid_group_collection_all = all\na/rigid_group = q")
	f.Add(half + "bad1/min_x = 1\nbad2/min_fs = 3\nbad2/panel = a\n;XGEOM MOTORS=1,1\n;XGEOM MOTOR_Q1=1e400")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := parseCrystFEL(text)
		if err != nil {
			if !errors.Is(err, ErrGeometry) {
				t.Errorf("%v is no error of a geometry", err)
			}
			return
		}
		for class, l := range layouts {
			g, err := file.geometry(l)
			if err != nil {
				continue
			}
			path := filepath.Join(t.TempDir(), "again.geom")
			err = g.WriteCrystFEL(path, Header{})
			if errors.Is(err, ErrGeometry) && strings.Contains(err.Error(), "edge-on") {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			again, err := FromCrystFEL(path, class)
			if err != nil {
				t.Fatalf("%s does not read what it wrote: %v", class, err)
			}
			if _, err := g.Grid(); err == nil && len(again.Header().Bad) != len(g.Header().Bad) {
				t.Errorf("%d bad regions, there were %d", len(again.Header().Bad), len(g.Header().Bad))
			}
		}
	})
}
