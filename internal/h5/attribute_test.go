package h5_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/hdf5"

	"extrapasha/internal/h5"
)

// TestAttributeShapes tells single values from arrays, also from those of one or none.
func TestAttributeShapes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.h5")
	file, err := hdf5.CreateFile(path, hdf5.F_ACC_TRUNC)
	if err != nil {
		t.Fatal(err)
	}
	group, err := file.CreateGroup("group")
	if err != nil {
		t.Fatal(err)
	}
	for name, numbers := range map[string][]int32{"single": {7}, "one": {-1}, "three": {1, 2, 3}, "none": {}} {
		space, err := hdf5.CreateSimpleDataspace([]uint{uint(len(numbers))}, nil)
		if name == "single" {
			space, err = hdf5.CreateDataspace(hdf5.S_SCALAR)
		}
		if err != nil {
			t.Fatal(err)
		}
		attribute, err := group.CreateAttribute(name, hdf5.T_NATIVE_INT32, space)
		if err != nil {
			t.Fatal(err)
		}
		if len(numbers) > 0 {
			if err := attribute.Write(&numbers[0], hdf5.T_NATIVE_INT32); err != nil {
				t.Fatal(err)
			}
		}
		attribute.Close()
		space.Close()
	}
	group.Close()
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	opened, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	got, err := opened.Attributes("group")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"single": int32(7), "one": []int32{-1}, "three": []int32{1, 2, 3}, "none": []int32{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
