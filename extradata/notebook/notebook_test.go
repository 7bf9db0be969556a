package notebook

import (
	"bytes"
	"errors"
	"image/png"
	"math"
	"os"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/picture"
	"extrapasha/extradata/scan"
	"extrapasha/extradata/table"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func small(t *testing.T) *extradata.DataCollection {
	run, err := extradata.RunDirectory("../../testdata/SPB/202601/p700000/raw/r0001")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// TestShown has each sort of value in its forms: a text that says something, and a picture
// or a table.
func TestShown(t *testing.T) {
	run := small(t)
	flux := psh.Must(extradata.Key[float32](run, mockrun.XGM, "pulseEnergy.photonFlux"))
	energy := psh.Must(flux.ReadLabelled(keydata.Labels{Name: "energy"}))
	rows := psh.Must(psh.NewArray([]int{1, 2, 3, 4, 5, 6}, 2, 3))
	deep := psh.Must(rows.Reshape(1, 2, 3))
	fluxes := psh.Must(run.Select(extradata.Glob(mockrun.XGM, "pulseEnergy.*")))
	for name, of := range map[string]struct {
		value      any
		text, html string
		png        bool
	}{
		"run":      {run, "first train ID: 10000", "<code>SPB_EXP_SAM/MOTOR/1</code>", false},
		"source":   {psh.Must(run.Source(mockrun.XGM)), "pulseEnergy.photonFlux  float32 in μJ", "float32 in μJ", false},
		"key":      {psh.Must(run.Key(mockrun.Module(0), "image.data")), "mean of 17", "", true},
		"typed":    {flux, "over trains 10000 to 10009", "", true},
		"text key": {psh.Must(run.Key(mockrun.XGM, "state")), "cannot be shown", "cannot be shown", false},
		"array":    {rows, "int array of shape (2, 3), digest", "", true},
		"view":     {rows.T(), "(3, 2)", "", true},
		"deep":     {deep, "[0 of 1]", "", true},
		"slice":    {[]float32{1, 2, 3}, "[]float32 of 3", "", true},
		"flags":    {[]bool{true, false}, "[1 0]", "", true},
		"one":      {psh.Must(psh.NewArray([]uint8{7})), "[7]", "", false},
		"nothing":  {[]float64{math.NaN(), math.NaN()}, "cannot be shown", "cannot be shown", false},
		"labelled": {energy, "energy: ", "", true},
		"missing":  {psh.Must(run.MissingData(0.9, false)), "blue where there is data", "", true},
		"none":     {[]extradata.Missing{}, "no source misses", "", false},
		"table":    {psh.Must(table.New(fluxes)), "10 rows, 2 columns", "<td>10009</td>", false},
		"scan":     {psh.Must(scan.Motor(run, mockrun.Motor(1), scan.Settings{})), "Scan over", "", true},
		"picture":  {psh.Must(picture.Image(rows, picture.Labels{Title: "drawn"})), "drawn: 1 to 6", "", true},
		"error":    {errors.New("went wrong"), "went wrong", "", false},
		"nil":      {nil, "<nil>", "", false},
	} {
		s, err := shownOf(of.value, picture.Labels{})
		if err != nil {
			s = failed(err)
		}
		if !strings.Contains(s.text, of.text) || !strings.Contains(s.html, of.html) || of.html == "" && s.html != "" || of.png != (s.png != nil) {
			t.Errorf("%s: text %q, html %q, %d bytes of picture", name, s.text, s.html, len(s.png))
		}
		if s.png == nil {
			continue
		}
		if _, err := png.Decode(bytes.NewReader(s.png)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLabels are written on the picture of the value before them.
func TestLabels(t *testing.T) {
	s, err := shownOf([]int{1, 2, 3}, picture.Labels{Title: "counts"})
	if err != nil || !strings.Contains(s.text, "counts: 1 to 3") {
		t.Error(s.text, err)
	}
}

// TestMarkup of names in files is text in a cell.
func TestMarkup(t *testing.T) {
	html, err := rendered("source", extradata.SourceSummary{Name: "<b>\x1b[2J", Keys: []extradata.KeySummary{{Name: "<i>", Error: "<u>"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<b>", "<i>", "<u>", "\x1b"} {
		if strings.Contains(html, bad) {
			t.Errorf("%q is in %s", bad, html)
		}
	}
}

// TestTable leaves out rows in the middle.
func TestTable(t *testing.T) {
	run := small(t)
	long := psh.Must(run.Select(extradata.Glob(mockrun.Module(0), "image.status")))
	s, err := shownOf(psh.Must(table.New(long)), picture.Labels{})
	if err != nil || strings.Count(s.html, "<tr>") != 2*ends+2 || !strings.Contains(s.text, "…") {
		t.Error(s.text, s.html, err)
	}
}

// TestShow prints text outside of a notebook.
func TestShow(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = write
	Show([]int{1, 2}, picture.Labels{Title: "two"}, "a text")
	os.Stdout = stdout
	write.Close()
	var printed bytes.Buffer
	if _, err := printed.ReadFrom(read); err != nil {
		t.Fatal(err)
	}
	if want := "two: 1 to 2 over 0 to 1\na text\n"; !strings.HasSuffix(printed.String(), want) {
		t.Errorf("%q was printed, expected %q at the end", printed.String(), want)
	}
}

func TestMust(t *testing.T) {
	wrong := errors.New("went wrong")
	defer func() {
		if met := recover(); met != wrong {
			t.Errorf("it panicked with %v", met)
		}
	}()
	if Must(7, nil) != 7 {
		t.Error("it is not the value")
	}
	Must(7, wrong)
}
