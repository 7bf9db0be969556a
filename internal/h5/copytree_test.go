package h5_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"extrapasha/internal/h5"
)

// testRun is a small file of the facility's form.
const testRun = "../../testdata/SPB/202601/p700000/raw/r0001/RAW-R0001-DA01-S00000.h5"

// copyTree copies a whole file.
func copyTree(t testing.TB, from *h5.File, data func(path string) bool) (*h5.File, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	if err := errors.Join(w.CopyTree("/", from, "/", data), w.Close()); err != nil {
		return nil, err
	}
	file, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file, nil
}

// TestCopyTree has a copy that is what it was made of, with data and without.
func TestCopyTree(t *testing.T) {
	from := must(h5.Open(testRun))
	defer from.Close()
	paths, err := from.Datasets("/")
	if err != nil {
		t.Fatal(err)
	}
	for _, with := range []bool{true, false} {
		to, err := copyTree(t, from, func(string) bool { return with })
		if err != nil {
			t.Fatal(err)
		}
		found, err := to.Datasets("/")
		if err != nil || !reflect.DeepEqual(found, paths) {
			t.Fatal(found, err)
		}
		for _, path := range paths {
			was, is := must(from.Once(path)), must(to.Once(path))
			if is.TypeName() != was.TypeName() || !reflect.DeepEqual(is.Shape(), was.Shape()) || !reflect.DeepEqual(is.Most(), was.Most()) {
				t.Errorf("%s is %s %v, of %s %v", path, is.TypeName(), is.Shape(), was.TypeName(), was.Shape())
			}
			values, err := h5.ReadAny(is, h5.Whole(is.Shape()))
			want, wrong := h5.ReadAny(was, h5.Whole(was.Shape()))
			if err != nil || wrong != nil || with && !reflect.DeepEqual(values, want) || !with && !reflect.ValueOf(values).Index(0).IsZero() {
				t.Errorf("%s is %.40v, %v, of %.40v, %v", path, values, err, want, wrong)
			}
		}
	}
}

// TestCopyTreeCut has a file cut while it is copied, at any length and before any dataset:
// it is an error that tells, and nothing that libhdf5 hangs on or crashes in.
func TestCopyTreeCut(t *testing.T) {
	content, err := os.ReadFile(testRun)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cut.h5")
	for at := 0; at < 60; at++ {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		from, err := h5.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		left := at
		_, err = copyTree(t, from, func(string) bool {
			if left--; left == 0 {
				if err := os.Truncate(path, int64(len(content)*(at+1)/61)); err != nil {
					t.Error(err)
				}
			}
			return true
		})
		if at > 0 && !errors.Is(err, h5.ErrChanged) && !errors.Is(err, h5.ErrCorrupt) {
			t.Errorf("cut before dataset %d: %v", at, err)
		}
		from.Close()
	}
}
