package pasha_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	psh "extrapasha/pasha"
)

func roundTrip[T comparable](t *testing.T, values ...T) {
	t.Helper()
	a, err := psh.NewArray(values, len(values)/2, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	for name, array := range map[string]psh.Array[T]{"C": a, "Fortran": a.T(), "view": view(t, a, psh.Every(), psh.At(0), psh.At(1))} {
		var file bytes.Buffer
		if err := array.WriteNPY(&file); err != nil {
			t.Fatal(err)
		}
		back, err := psh.ReadNPY[T](&file)
		if err != nil || !slices.Equal(back.Shape(), array.Shape()) || !slices.Equal(elements(back), elements(array)) {
			t.Errorf("%T, %s: wrote %v %v, read %v %v, error %v", values[0], name, array, elements(array), back, elements(back), err)
		}
	}
}

func TestNPYRoundTrip(t *testing.T) {
	roundTrip(t, true, false, false, true)
	roundTrip[int8](t, -128, 127)
	roundTrip[int16](t, -1<<15, 7, 8, 9)
	roundTrip[int32](t, -1<<31, 1)
	roundTrip[int64](t, -1<<63, 1)
	roundTrip(t, -5, 5)
	roundTrip[uint8](t, 255, 1)
	roundTrip[uint16](t, 65535, 1)
	roundTrip[uint32](t, 1<<32-1, 1)
	roundTrip[uint64](t, 1<<64-1, 1)
	roundTrip[uint](t, 1, 2)
	roundTrip[psh.Float16](t, 0x3c00, 0x7c00)
	roundTrip[float32](t, 1.5, float32(math.Inf(1)))
	roundTrip(t, 0.1, math.MaxFloat64)
	roundTrip[complex64](t, 1+2i, -1i)
	roundTrip(t, 1+2i, -1i)
	var file bytes.Buffer
	text, _ := psh.NewArray([]string{"a"})
	if err := text.WriteNPY(&file); !errors.Is(err, psh.ErrNPY) || file.Len() != 0 {
		t.Errorf("strings: %v, want ErrNPY and nothing written", err)
	}
}

func TestNPYErrors(t *testing.T) {
	var good bytes.Buffer
	a, _ := psh.NewArray([]float32{1, 2, 3})
	if err := a.WriteNPY(&good); err != nil {
		t.Fatal(err)
	}
	file := good.String()
	for name, content := range map[string]string{
		"empty":           "",
		"other magic":     "\x89HDF" + file[4:],
		"header cut":      file[:30],
		"data cut":        file[:len(file)-1],
		"version 9":       file[:6] + "\x09" + file[7:],
		"no descr":        strings.Replace(file, "descr", "discr", 1),
		"other type":      strings.Replace(file, "<f4", "<f8", 1),
		"text":            strings.Replace(file, "'<f4'", "'<U9'", 1),
		"longer than all": strings.Replace(file, "(3,)", "(9999999999,)", 1),
		"overflow":        strings.Replace(file, "(3,)", "(99999999999999999999,)", 1),
		"overflow in two": strings.Replace(file, "(3,)", "(4294967296, 4294967296)", 1),
		"huge header":     "\x93NUMPY\x02\x00\xff\xff\xff\xff",
		"header claimed":  "\x93NUMPY\x02\x00\x00\x00\x10\x00{",
		"negative":        strings.Replace(file, "(3,)", "(-3,)", 1),
		"two negatives":   strings.Replace(file, "(3,)", "(-3, -1)", 1),
		"no comma":        strings.Replace(file, "(3,)", "(3 1)", 1),
		"two commas":      strings.Replace(file, "(3,)", "(3,,)", 1),
		"only a comma":    strings.Replace(file, "(3,)", "(,)", 1),
		"beyond int":      strings.Replace(file, "(3,)", "(9223372036854775808, 0)", 1),
		"65 dimensions":   strings.Replace(file, "(3,)", "("+strings.Repeat("1, ", 65)+")", 1),
	} {
		if got, err := psh.ReadNPY[float32](strings.NewReader(content)); err == nil || !errors.Is(err, psh.ErrNPY) {
			t.Errorf("%s: read %v, error %v, want ErrNPY", name, got, err)
		}
	}
}

func TestNPYFiles(t *testing.T) {
	dir := t.TempDir()
	mean, _ := psh.NewArray([]float64{1, 2, 3, 4, 5, 6}, 2, 3)
	ids, _ := psh.NewArray([]uint64{10001, 10002})
	path := filepath.Join(dir, "result.npz")
	if err := psh.SaveNPZ(path, map[string]psh.NPY{"mean": mean, "trainId": ids}); err != nil {
		t.Fatal(err)
	}
	back, err := psh.LoadNPZ[float64](path, "mean")
	if err != nil || !slices.Equal(back.Data, mean.Data) || !slices.Equal(back.Shape(), mean.Shape()) {
		t.Errorf("npz: %v, %v", back, err)
	}
	if _, err := psh.LoadNPZ[float64](path, "maen"); err == nil || !strings.Contains(err.Error(), "mean") || !strings.Contains(err.Error(), path) {
		t.Errorf("no such array: %v, want the path and the names there are", err)
	}
	single := filepath.Join(dir, "mean.npy")
	if err := mean.SaveNPY(single); err != nil {
		t.Fatal(err)
	}
	if back, err := psh.LoadNPY[float64](single); err != nil || !slices.Equal(back.Data, mean.Data) {
		t.Errorf("npy: %v, %v", back, err)
	}
	if _, err := psh.LoadNPY[float32](single); !errors.Is(err, psh.ErrNPY) || !strings.Contains(err.Error(), single) {
		t.Errorf("wrong type: %v, want ErrNPY with the path", err)
	}

	// What cannot be written leaves nothing behind.
	text, _ := psh.NewArray([]string{"a"})
	if err := psh.SaveNPZ(filepath.Join(dir, "text.npz"), map[string]psh.NPY{"mean": mean, "text": text}); err == nil {
		t.Error("strings: no error")
	}
	if err := mean.SaveNPY(filepath.Join(dir, "missing", "mean.npy")); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("no such directory: %v", err)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
}

// TestNumPyReadsWhatWeWrite asks NumPy itself, where there is one.
func TestNumPyReadsWhatWeWrite(t *testing.T) {
	python := numpy(t)
	path := filepath.Join(t.TempDir(), "a.npz")
	half, _ := psh.NewArray([]psh.Float16{0x3c00, 0xc000}, 2, 1)
	matrix, _ := psh.NewArray([]uint16{0, 1, 2, 3, 4, 5}, 1, 2, 3)
	scalar, _ := psh.NewArray([]complex128{1 + 2i}, []int{}...)
	number, _ := scalar.View(psh.At(0))
	arrays := map[string]psh.NPY{"half": half, "c": matrix, "f": matrix.T(), "number": number, "empty": view(t, matrix, psh.Span(0, 0))}
	if err := psh.SaveNPZ(path, arrays); err != nil {
		t.Fatal(err)
	}
	script := `
import sys, numpy as np
z = np.load(sys.argv[1])
for n in sorted(z): print(n, z[n].dtype, z[n].shape, z[n].flags.f_contiguous, z[n].ravel().tolist())
np.save(sys.argv[2], np.arange(6, dtype='>f4').reshape(2, 3, order='F'))
`
	other := filepath.Join(t.TempDir(), "b.npy")
	out, err := exec.Command(python, "-c", script, path, other).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := `c uint16 (1, 2, 3) False [0, 1, 2, 3, 4, 5]
empty uint16 (0, 2, 3) True []
f uint16 (3, 2, 1) True [0, 3, 1, 4, 2, 5]
half float16 (2, 1) True [1.0, -2.0]
number complex128 () True [(1+2j)]
`
	if string(out) != want {
		t.Errorf("NumPy reads\n%s, want\n%s", out, want)
	}
	back, err := psh.LoadNPY[float32](other)
	if err != nil || fmt.Sprint(elements(back)) != "[0 2 4 1 3 5]" {
		t.Errorf("we read %v of what NumPy wrote, error %v", elements(back), err)
	}
}

// numpy is the first Python that has NumPy; the test is skipped without one.
func numpy(t *testing.T) string {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import numpy").Run() == nil {
			return python
		}
	}
	t.Skip("no NumPy here (package python3-numpy)")
	return ""
}

// BenchmarkWriteNPY writes 16 MB to nowhere.
func BenchmarkWriteNPY(b *testing.B) {
	a, _ := psh.Alloc[float32](psh.Shape(64, 512, 128))
	b.SetBytes(int64(4 * a.Size()))
	for b.Loop() {
		_ = a.WriteNPY(io.Discard)
	}
}
