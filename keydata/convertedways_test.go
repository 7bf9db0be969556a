package keydata_test

import (
	"bytes"
	"encoding/gob"
	"errors"
	"slices"
	"testing"

	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestConvertAllWays reads numbers as those of a type that holds them: whole, a region, into a
// given array, by train, mapped, and after it went to another process.
func TestConvertAllWays(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	images := newKey[uint16](t, files, trainIDs, mockrun.Camera(1), "data.image.pixels")
	wide, err := keydata.Convert[float64](images.KeyData)
	if err != nil || wide.DType() != keydata.Float64 || !slices.Equal(wide.Shape(), images.Shape()) {
		t.Fatalf("%v, %v", wide, err)
	}
	all, err := images.Read()
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float64, len(all.Data))
	for i, x := range all.Data {
		want[i] = float64(x)
	}
	check := func(what string, got []float64, err error) {
		t.Helper()
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: other numbers, %v", what, err)
		}
	}
	got, err := wide.Read()
	check("whole", got.Data, err)
	into, err := psh.Alloc[float64](psh.Like(got))
	if err != nil {
		t.Fatal(err)
	}
	check("into", into.Data, wide.ReadInto(into))

	var text bytes.Buffer
	if err := gob.NewEncoder(&text).Encode(wide); err != nil {
		t.Fatal(err)
	}
	var other keydata.Typed[float64]
	if err := gob.NewDecoder(&text).Decode(&other); err != nil {
		t.Fatal(err)
	}
	for what, key := range map[string]*keydata.Typed[float64]{"mapped": wide, "mapped elsewhere": &other} {
		mapped := make([]float64, 0, len(want))
		err = psh.Map(func(_, _ int, train keydata.Entries[float64]) error {
			mapped = append(mapped, train.Array().Data...)
			return nil
		}, key, psh.On(psh.Serial()))
		check(what, mapped, err)
	}
}

// TestConvertFrom16Bits is which types hold which numbers.
func TestConvertFrom16Bits(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	images := newKey[uint16](t, files, trainIDs, mockrun.Camera(1), "data.image.pixels").KeyData
	for name, widen := range map[string]func() error{
		"uint16":  func() error { _, err := keydata.Convert[uint16](images); return err },
		"int32":   func() error { _, err := keydata.Convert[int32](images); return err },
		"uint64":  func() error { _, err := keydata.Convert[uint64](images); return err },
		"float32": func() error { _, err := keydata.Convert[float32](images); return err },
	} {
		if err := widen(); err != nil {
			t.Errorf("uint16 as %s: %v", name, err)
		}
	}
	for name, widen := range map[string]func() error{
		"bool":    func() error { _, err := keydata.Convert[bool](images); return err },
		"uint8":   func() error { _, err := keydata.Convert[uint8](images); return err },
		"int16":   func() error { _, err := keydata.Convert[int16](images); return err },
		"float16": func() error { _, err := keydata.Convert[psh.Float16](images); return err },
		"string":  func() error { _, err := keydata.Convert[string](images); return err },
		"[]int":   func() error { _, err := keydata.Convert[[]int](images); return err },
	} {
		var wrong *keydata.TypeError
		if err := widen(); !errors.As(err, &wrong) || wrong.Has != keydata.Uint16 {
			t.Errorf("uint16 as %s: %v, want a TypeError", name, err)
		}
	}
}
