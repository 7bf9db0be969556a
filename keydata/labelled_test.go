package keydata_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestReadLabelled is which dimensions and coordinates are left of images (2, 32, 16).
func TestReadLabelled(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	images := newKey[uint16](t, files, trainIDs, mockrun.Module(0), "image.data")
	names := []string{"gain", "y", "x"}
	for name, test := range map[string]struct {
		labels keydata.Labels
		roi    []psh.Sel
		dims   []string
		coords map[string]any // beside the trains
	}{
		"nothing said": {dims: []string{"dim_0", "dim_1", "dim_2"}},
		"a region":     {roi: []psh.Sel{psh.At(1), psh.Span(1, 3)}, dims: []string{"dim_1", "dim_2"}},
		"names": {
			keydata.Labels{Dims: names}, []psh.Sel{psh.At(-1), psh.Span(3, 0).By(-2), psh.Positions(7, -1)}, []string{"y", "x"},
			map[string]any{"gain": 1, "y": []int{3, 1}, "x": []int{7, 15}},
		},
		"names of an ellipsis": {
			keydata.Labels{Dims: names}, []psh.Sel{psh.Ellipsis(), psh.Span(0, 2), psh.At(4)}, []string{"gain", "y"},
			map[string]any{"gain": []int{0, 1}, "y": []int{0, 1}, "x": 4},
		},
		"names without coordinates": {
			keydata.Labels{Dims: names, Coords: map[string]any{}}, nil, names, nil,
		},
		"positions": {
			keydata.Labels{Positions: true}, []psh.Sel{psh.Mask([]bool{false, true}), psh.At(0), psh.At(0)}, []string{"dim_0"},
			map[string]any{"dim_0": []int{1}, "dim_1": 0, "dim_2": 0},
		},
		"other coordinates": {
			keydata.Labels{Dims: names, Coords: map[string]any{"gain": []string{"high", "low"}, "y": 0.5}},
			[]psh.Sel{psh.Every(), psh.At(2)}, []string{"gain", "x"}, map[string]any{"gain": []string{"high", "low"}, "y": 0.5},
		},
		"other coordinates and positions": {
			keydata.Labels{Coords: map[string]any{"dim_0": []float64{1, 2}}, Positions: true},
			[]psh.Sel{psh.Every(), psh.At(2), psh.At(3)}, []string{"dim_0"}, map[string]any{"dim_0": []float64{1, 2}, "dim_1": 2, "dim_2": 3},
		},
	} {
		got, err := images.ReadLabelled(test.labels, test.roi...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(append([]string{"trainId"}, test.dims...), got.Dims); diff != "" {
			t.Errorf("%s: dimensions: %s", name, diff)
		}
		coords := map[string]any{"trainId": images.TrainIDCoordinates()}
		for dim, values := range test.coords {
			coords[dim] = values
		}
		if diff := cmp.Diff(coords, got.Coords); diff != "" {
			t.Errorf("%s: coordinates: %s", name, diff)
		}
		want, err := images.Read(test.roi...)
		if err != nil || !slices.Equal(got.Data, want.Data) || !slices.Equal(got.Shape(), want.Shape()) {
			t.Errorf("%s: %v, want %v (%v)", name, got.Array, want, err)
		}
	}
	for name, labels := range map[string]keydata.Labels{
		"too few names":          {Dims: []string{"y", "x"}},
		"the same name":          {Dims: []string{"y", "y", "x"}},
		"the name of the trains": {Dims: []string{"trainId", "y", "x"}},
		"coordinates of nothing": {Coords: map[string]any{"z": []int{1}}},
		"coordinates too long":   {Coords: map[string]any{"dim_0": []int{1, 2, 3}}},
	} {
		if _, err := images.ReadLabelled(labels); !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, want ErrShape", name, err)
		}
	}
	if _, err := images.ReadLabelled(keydata.Labels{}, psh.At(2)); !errors.Is(err, psh.ErrShape) {
		t.Errorf("a region outside: %v, want ErrShape", err)
	}
}

func TestLabelledNames(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	energy := newKey[float32](t, files, trainIDs, mockrun.XGMOutput, "data.intensityTD")
	motor := newKey[float64](t, files, trainIDs, mockrun.Motor(1), "actualPosition.value")
	a, err1 := energy.ReadLabelled(keydata.Labels{}, psh.Span(0, 4))
	b, err2 := motor.ReadLabelled(keydata.Labels{Dims: []string{}})
	c, err3 := motor.ReadLabelled(keydata.Labels{Name: "position"})
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if a.Name != mockrun.XGMOutput+".data.intensityTD" || a.Units != "μJ" {
		t.Errorf("%q in %q", a.Name, a.Units)
	}
	if b.Name != mockrun.Motor(1)+".actualPosition" || c.Name != "position" {
		t.Errorf("%q, %q", b.Name, c.Name)
	}
}

// TestAlignKeys puts a motor's positions beside energies, which are missing in some
// trains.
func TestAlignKeys(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	energy, err1 := newKey[float32](t, files, trainIDs, mockrun.XGMOutput, "data.intensityTD").ReadLabelled(keydata.Labels{}, psh.At(0))
	motor, err2 := newKey[float64](t, files, trainIDs, mockrun.Motor(1), "actualPosition.value").ReadLabelled(keydata.Labels{})
	if err := errors.Join(err1, err2, psh.Align(psh.Inner, "trainId", &motor, &energy)); err != nil {
		t.Fatal(err)
	}
	if motor.Len() != energy.Len() || motor.Len() >= len(trainIDs) || !cmp.Equal(motor.Coords["trainId"], energy.Coords["trainId"]) {
		t.Errorf("%v of %v, %v of %v", motor, motor.Coords, energy, energy.Coords)
	}
}
