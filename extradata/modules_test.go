package extradata_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
)

func TestModuleNumber(t *testing.T) {
	for source, want := range map[string]int{
		"SPB_DET_AGIPD1M-1/DET/0CH0:xtdf":                          0,
		"SPB_DET_AGIPD1M-1/CORR/15CH0:output":                      15,
		"SCS_DET_DSSC1M-1/DET/7CH0:xtdf":                           7,
		"SPB_IRDA_JF4M/DET/JNGFR04:daqOutput":                      4,
		"FXE_XAD_JF1M/DET/RECEIVER-1:daqOutput":                    1,
		"HED_IA1_JF500K3/DET/MODULE_1:daqOutput":                   1,
		"SPB_DET_AGIPD1M-1/DET/99999CH0:xtdf":                      99999,
		"SPB_DET_AGIPD1M-1/DET/CH0:xtdf":                           -1,
		"SPB_DET_AGIPD1M-1/MDL/FPGA_COMP":                          -1,
		"SPB_IRDA_JF4M/DET/CONTROL":                                -1,
		"SPB_DET_AGIPD1M-1/DET/" + strings.Repeat("9", 30) + "CH0": -1,
		"/DET/1CH0": -1,
		"":          -1,
	} {
		if number, ok := extradata.ModuleNumber(source); ok != (want >= 0) || ok && number != want {
			t.Errorf("%q: %d, %v; want %d", source, number, ok, want)
		}
	}
}

// TestCompareSources sorts modules of two detectors and what is between them.
func TestCompareSources(t *testing.T) {
	want := []string{"A/DET/0CH0:xtdf", "A/DET/2CH0:xtdf", "A/DET/10CH0:xtdf", "A/DET/10CH1:xtdf", "A/DET/CONTROL", "A/MOTOR/10", "A/MOTOR/2", "B/DET/1CH0:xtdf"}
	got := slices.Clone(want)
	slices.Sort(got)
	slices.SortFunc(got, extradata.CompareSources)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestCompareSourcesOrders is an order, whatever the names.
func TestCompareSourcesOrders(t *testing.T) {
	name := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("A/DET/%dCH0:xtdf", rapid.IntRange(0, 30).Draw(t, "number"))
		}),
		rapid.StringMatching(`A/DET/[0-2]{0,2}[CZ]?H?0?`),
	)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
		if extradata.CompareSources(a, b) != -extradata.CompareSources(b, a) || (extradata.CompareSources(a, b) == 0) != (a == b) {
			t.Fatalf("%q and %q", a, b)
		}
		if extradata.CompareSources(a, b) <= 0 && extradata.CompareSources(b, c) <= 0 && extradata.CompareSources(a, c) > 0 {
			t.Fatalf("%q, %q, %q are in no order", a, b, c)
		}
		n, isModule := extradata.ModuleNumber(a)
		m, other := extradata.ModuleNumber(b)
		if isModule && other && n != m && extradata.CompareSources(a, b) != cmp.Compare(n, m) {
			t.Fatalf("modules %q and %q", a, b)
		}
	})
}

// TestModulesForPeople has as many modules as have two digits.
func TestModulesForPeople(t *testing.T) {
	config := mockrun.Small()
	config.Modules, config.Trains, config.Rows, config.Cols, config.MissingTrains = 11, 2, 4, 4, 0
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(config.RunDir(root, "raw"))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	inOrder := func(what string, names []string) {
		t.Helper()
		if len(names) != config.Modules || !slices.IsSortedFunc(names, extradata.CompareSources) {
			t.Errorf("%s: %q", what, names)
		}
	}
	summary, err := run.Summary(extradata.Asked{Keys: []string{"*/DET/*"}})
	if err != nil || len(summary.Detectors) != 1 {
		t.Fatalf("%v, %v", summary.Detectors, err)
	}
	inOrder("detector", summary.Detectors[0].Modules)
	var listed []string
	for _, source := range summary.Instruments {
		if _, ok := extradata.ModuleNumber(source.Name); ok {
			listed = append(listed, source.Name)
		}
	}
	inOrder("details", listed)
	modules, err := run.Select(extradata.Glob("*/DET/*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	missing, err := modules.MissingData(1, false)
	if err != nil {
		t.Fatal(err)
	}
	listed = nil
	for _, m := range missing {
		listed = append(listed, m.Source)
	}
	inOrder("missing", listed)
}
