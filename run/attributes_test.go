package run_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/internal/h5"
	"extrapasha/run"
)

// TestAttributes has attributes at the dataset of a value and at its property. Only the
// value of a control source has a property.
func TestAttributes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	put := func(object string, attributes ...string) error {
		err := h5.Put(w, object, []int{1}, []float32{1}, h5.Layout{})
		for i := 0; i+1 < len(attributes); i += 2 {
			err = errors.Join(err, w.SetAttribute(object, attributes[i], attributes[i+1]))
		}
		return err
	}
	if err := errors.Join(
		h5.Put(w, "INDEX/trainId", []int{1}, []uint64{10000}, h5.Layout{}),
		h5.Put(w, "INDEX/flag", []int{1}, []int32{0}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.2"}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{2}, []string{"CONTROL/A", "INSTRUMENT/B:out/data"}, h5.Layout{}),
		put("CONTROL/A/both/value", "unitSymbol", "s", "alias", "X"),
		w.SetAttribute("CONTROL/A/both", "unitSymbol", "m"),
		w.SetAttribute("CONTROL/A/both", "metricPrefixSymbol", "m"),
		put("CONTROL/A/both/timestamp", "clock", "utc"),
		put("CONTROL/A/above/value"),
		w.SetAttribute("CONTROL/A/above", "unitSymbol", "J"),
		put("INSTRUMENT/B:out/data/value", "alias", "Y"),
		w.SetAttribute("INSTRUMENT/B:out/data", "unitSymbol", "V"),
		w.Close(),
	); err != nil {
		t.Fatal(err)
	}
	file, err := run.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for key, want := range map[[3]string]map[string]any{
		{"CONTROL", "A", "both.value"}:        {"unitSymbol": "m", "metricPrefixSymbol": "m", "alias": "X"},
		{"CONTROL", "A", "both.timestamp"}:    {"clock": "utc"},
		{"CONTROL", "A", "above.value"}:       {"unitSymbol": "J"},
		{"INSTRUMENT", "B:out", "data.value"}: {"alias": "Y"},
	} {
		got, err := file.Attributes(run.Section(key[0]), key[1], key[2])
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v: %v (-want +got):\n%s", key, err, diff)
		}
	}
	if _, err := file.Attributes(run.Control, "A", "nothing.value"); !errors.Is(err, run.ErrNoObject) {
		t.Errorf("a key that is not there: %v", err)
	}
}
