package pasha_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	psh "extrapasha/pasha"
)

type subtraction struct{ Out, Dark psh.Array[float32] }

var subtract = psh.Register("subtract", func(a subtraction) psh.Kernel[int] {
	return func(worker, index, value int) error {
		a.Out.Data[index] = float32(value) - a.Dark.At(index, 1)
		return nil
	}
})

// TestShare passes arrays that were made and loaded to worker processes.
func TestShare(t *testing.T) {
	ctx := processes(t, 2)
	psh.SetDefault(ctx)
	defer psh.SetDefault(nil)
	made := must(psh.NewArray([]float32{9, 1, 9, 2, 9, 3}, 3, 2))
	dir := t.TempDir()
	npy, npz, packed := filepath.Join(dir, "a.npy"), filepath.Join(dir, "a.npz"), filepath.Join(dir, "packed.npz")
	var file bytes.Buffer
	if err := errors.Join(made.SaveNPY(npy), psh.SaveNPZ(npz, map[string]psh.NPY{"a": made}), made.WriteNPY(&file)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(packed, npzFile(t, zip.Deflate, file.Bytes(), func(*zip.FileHeader) {}), 0o644); err != nil {
		t.Fatal(err)
	}
	out := alloc[float32](t, psh.Shape(3))
	for name, dark := range map[string]psh.Array[float32]{
		"made":       psh.Must(made.Share()),
		"transposed": psh.Must(must(psh.NewArray([]float32{9, 9, 9, 1, 2, 3}, 2, 3)).T().Share()),
		"npy":        psh.Must(psh.LoadNPY[float32](npy, psh.Shared())),
		"npz":        psh.Must(psh.LoadNPZ[float32](npz, "a", psh.Shared())),
		"packed":     psh.Must(psh.LoadNPZ[float32](packed, "a", psh.Shared())),
	} {
		out.Fill(0)
		if err := subtract.Map(subtraction{out, dark}, psh.Slice([]int{11, 22, 33})); err != nil || !slices.Equal(out.Data, []float32{10, 20, 30}) {
			t.Errorf("%s: %v, %v", name, out.Data, err)
		}
		if again := psh.Must(dark.Share()); &again.Data[0] != &dark.Data[0] {
			t.Errorf("%s: what is shared was copied", name)
		}
		if err := dark.Free(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := subtract.Map(subtraction{out, made}, psh.Slice([]int{1, 2, 3})); !errors.Is(err, psh.ErrCross) {
		t.Errorf("an array that is not shared: %v, want ErrCross", err)
	}
}

func TestShareElsewhere(t *testing.T) {
	made := must(psh.NewArray([]float32{1, 2}))
	if same := psh.Must(made.Share(psh.In(psh.Threads(2)))); &same.Data[0] != &made.Data[0] {
		t.Error("threads were given a copy")
	}
	if none := psh.Must(must(psh.NewArray([]float32{}, 0, 3)).Share(psh.In(processes(t, 2)))); !slices.Equal(none.Shape(), []int{0, 3}) {
		t.Errorf("without elements: %v", none)
	}
	words := must(psh.NewArray([]string{"a"}))
	if _, err := words.Share(psh.In(processes(t, 2))); !errors.Is(err, psh.ErrCross) {
		t.Errorf("strings: %v, want ErrCross", err)
	}
	for _, option := range []psh.AllocOption{psh.Shape(2), psh.Fortran(), psh.PerWorker(), psh.Fill(1)} {
		if _, err := made.Share(option); err == nil {
			t.Error("an option of Alloc alone: no error")
		}
	}
	dir := t.TempDir()
	cut := filepath.Join(dir, "cut.npy")
	if err := os.WriteFile(cut, npyFile("(3,)", 12)[:40], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := psh.LoadNPY[float32](cut, psh.Shared()); !errors.Is(err, psh.ErrNPY) {
		t.Errorf("a file cut short: %v, want ErrNPY", err)
	}
}

func TestMust(t *testing.T) {
	if psh.Must(3, nil) != 3 {
		t.Error("another value")
	}
	psh.Check(nil)
	for name, met := range map[string]func(){
		"Must":  func() { psh.Must(3, errDark) },
		"Check": func() { psh.Check(errDark) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || !errors.Is(err, errDark) {
					t.Errorf("%s: panic %v, want errDark", name, err)
				}
			}()
			met()
		}()
	}
}
