package keydata_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
)

func TestSingleValue(t *testing.T) {
	config := mockrun.Small()
	files, trainIDs := open(t, config)
	actual := newKey[float64](t, files, trainIDs, mockrun.Motor(1), "actualPosition.value")
	value, err := actual.SingleValue(0.01, 0, keydata.Median)
	if err != nil || value.NDim() != 0 || math.Abs(value.At()-1) > 0.01 {
		t.Errorf("%v, %v; want about 1", value, err)
	}
	if _, err := actual.SingleValue(1e-9, 0, keydata.Mean); !errors.Is(err, keydata.ErrTolerance) {
		t.Errorf("no tolerance: %v, want ErrTolerance", err)
	}
	if _, err := actual.SingleValue(0, 0.1, keydata.First); err != nil {
		t.Errorf("an absolute tolerance: %v", err)
	}
	state := newKey[string](t, files, trainIDs, mockrun.XGM, "state.value")
	if text, err := state.SingleText(); err != nil || text != "ON" {
		t.Errorf("%q, %v", text, err)
	}
	var typeErr *keydata.TypeError
	if _, err := state.SingleValue(1, 1, keydata.Mean); !errors.As(err, &typeErr) {
		t.Errorf("a number of strings: %v", err)
	}
	none, err := actual.SelectTrains(keydata.ByIDs(3))
	if err != nil {
		t.Fatal(err)
	}
	var noData *keydata.NoDataError
	if _, err := none.SingleValue(1, 1, keydata.Mean); !errors.As(err, &noData) {
		t.Errorf("no trains: %v", err)
	}
	// An image at a time: one value for each pixel.
	camera := newKey[uint16](t, files, trainIDs, mockrun.Camera(1), "data.image.pixels")
	image, err := camera.SingleValue(0, math.Inf(1), keydata.Mean)
	if err != nil || !slices.Equal(image.Shape(), camera.EntryShape()) {
		t.Errorf("%v, %v", image, err)
	}
}

func TestUnits(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	energy := newKey[float32](t, files, trainIDs, mockrun.XGMOutput, "data.intensityTD")
	units, err := energy.Units()
	name, nameErr := energy.UnitsName()
	if err != nil || nameErr != nil || units != "μJ" || name != "microjoule" {
		t.Errorf("units %q, %q, %v, %v", units, name, err, nameErr)
	}
	motor := newKey[float64](t, files, trainIDs, mockrun.Motor(1), "actualPosition.value")
	if units, err := motor.Units(); err != nil || units != "mm" { // of the property, not of its value
		t.Errorf("units %q, %v", units, err)
	}
	if units, err := newKey[int32](t, files, trainIDs, mockrun.Motor(1), "encoderPosition.value").Units(); err != nil || units != "" {
		t.Errorf("units %q, %v where there are none", units, err)
	}
}

func TestSplitAndDrop(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	k := newKey[uint16](t, files, trainIDs, mockrun.Module(0), "image.data")
	full, err := k.DropEmptyTrains()
	if err != nil || slices.Contains(full.DataCounts(), 0) || full.Entries() != k.Entries() {
		t.Errorf("%v of %v, %v", full, k, err)
	}
	parts, err := k.SplitTrains(0, 3)
	if err != nil || len(parts) != 4 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	entries := 0
	for _, part := range parts {
		entries += part.Entries()
	}
	if entries != k.Entries() {
		t.Errorf("%d entries in the parts of %v", entries, k)
	}
	for _, c := range [][2]int{{0, 0}, {-1, 0}, {0, -2}} {
		if _, err := k.SplitTrains(c[0], c[1]); !errors.Is(err, keydata.ErrSelection) {
			t.Errorf("%v: %v, want ErrSelection", c, err)
		}
	}
}
