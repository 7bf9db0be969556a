package pasha_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	psh "extrapasha/pasha"
)

// npyFile is a file with a shape in its header, and so many bytes of elements.
func npyFile(shape string, bytes int) []byte {
	header := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': %s, }\n", shape)
	file := binary.LittleEndian.AppendUint32([]byte("\x93NUMPY\x02\x00"), uint32(len(header)))
	return append(append(file, header...), make([]byte, bytes)...)
}

// npzFile is an archive of one array "a", whose directory may claim other sizes.
func npzFile(t testing.TB, method uint16, content []byte, claim func(*zip.FileHeader)) []byte {
	t.Helper()
	var packed, archive bytes.Buffer
	switch method {
	case zip.Deflate:
		w, err := flate.NewWriter(&packed, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Write(content)
		if err := errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
	default:
		packed.Write(content)
	}
	h := &zip.FileHeader{Name: "a.npy", Method: method, CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(len(content))}
	claim(h)
	w := zip.NewWriter(&archive)
	entry, err := w.CreateRaw(h)
	if err == nil {
		_, err = entry.Write(packed.Bytes())
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// allocated is how much memory is made by what f does.
func allocated(f func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// TestNPYClaims loads files that claim more than they have: no memory may be made for
// it.
func TestNPYClaims(t *testing.T) {
	claims := func(size uint64) func(*zip.FileHeader) {
		return func(h *zip.FileHeader) { h.CompressedSize64, h.UncompressedSize64 = size, size }
	}
	keep := func(*zip.FileHeader) {}
	huge := "(1000000000000,)"
	for name, content := range map[string][]byte{
		"a.npy":                    npyFile(huge, 100),
		"little more than 1 GB":    npyFile("(300000000,)", 1000),
		"one byte":                 npyFile("(25,)", 99),
		"stored.npz":               npzFile(t, zip.Store, npyFile(huge, 100), keep),
		"stored, sizes too.npz":    npzFile(t, zip.Store, npyFile("(1000000000,)", 100), claims(5_000_000_000)),
		"deflated.npz":             npzFile(t, zip.Deflate, npyFile(huge, 100), keep),
		"deflated, sizes too.npz":  npzFile(t, zip.Deflate, npyFile("(1000000000,)", 100), claims(5_000_000_000)),
		"deflated, one byte.npz":   npzFile(t, zip.Deflate, npyFile("(25,)", 99), claims(1_000_000)),
		"deflated, much there.npz": npzFile(t, zip.Deflate, npyFile("(500000000,)", 400_000), claims(5_000_000_000)),
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		var err error
		bytes := allocated(func() {
			if strings.HasSuffix(name, ".npz") {
				_, err = psh.LoadNPZ[float32](path, "a")
			} else {
				_, err = psh.LoadNPY[float32](path)
			}
		})
		if !errors.Is(err, psh.ErrNPY) || !strings.Contains(err.Error(), path) || bytes > 4<<20 {
			t.Errorf("%s: %v, with %d bytes; want ErrNPY that names the file", name, err, bytes)
		}
	}
}

// TestNPZDamage changes one byte after the other of an archive: what is read is right,
// or an error that names the file.
func TestNPZDamage(t *testing.T) {
	a := must(psh.NewArray([]float32{1, 2, 3}))
	path := filepath.Join(t.TempDir(), "a.npz")
	if err := psh.SaveNPZ(path, map[string]psh.NPY{"a": a}); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 0x41
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		back, err := psh.LoadNPZ[float32](path, "a")
		switch {
		case err == nil && (!slices.Equal(back.Data, a.Data) || !slices.Equal(back.Shape(), a.Shape())):
			t.Errorf("byte %d: read %v of %v", i, back.Data, a.Data)
		case err != nil && (!errors.Is(err, psh.ErrNPY) || !strings.Contains(err.Error(), path)):
			t.Errorf("byte %d: %v, want ErrNPY that names the file", i, err)
		}
	}
	for name, content := range map[string][]byte{
		"trailing":       npzFile(t, zip.Store, npyFile("(2,)", 12), func(*zip.FileHeader) {}),
		"wrong checksum": npzFile(t, zip.Store, npyFile("(2,)", 8), func(h *zip.FileHeader) { h.CRC32 = 5 }),
		"unknown method": npzFile(t, 93, npyFile("(2,)", 8), func(*zip.FileHeader) {}),
		"no archive":     npyFile("(2,)", 8),
		"empty":          {},
	} {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		if back, err := psh.LoadNPZ[float32](path, "a"); !errors.Is(err, psh.ErrNPY) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, %v; want ErrNPY that names the file", name, back, err)
		}
	}
}

// TestNPYLarge reads an array whose size is not known beforehand, in pieces.
func TestNPYLarge(t *testing.T) {
	want := make([]float64, 100_003)
	for i := range want {
		want[i] = math.Sqrt(float64(i))
	}
	var file bytes.Buffer
	if err := must(psh.NewArray(want)).WriteNPY(&file); err != nil {
		t.Fatal(err)
	}
	back, err := psh.ReadNPY[float64](&file)
	if err != nil || !slices.Equal(back.Data, want) {
		t.Errorf("%v: read %v", err, back)
	}
	path := filepath.Join(t.TempDir(), "a.npz")
	_ = must(psh.NewArray(want)).WriteNPY(&file)
	for _, sum := range []uint32{crc32.ChecksumIEEE(file.Bytes()), 5} {
		if err := os.WriteFile(path, npzFile(t, zip.Deflate, file.Bytes(), func(h *zip.FileHeader) { h.CRC32 = sum }), 0o644); err != nil {
			t.Fatal(err)
		}
		back, err = psh.LoadNPZ[float64](path, "a")
		if sum != 5 && (err != nil || !slices.Equal(back.Data, want)) || sum == 5 && !errors.Is(err, zip.ErrChecksum) {
			t.Errorf("checksum %d: %v, read %v", sum, err, back)
		}
	}
}

// FuzzNPY reads what is no .npy file, or almost, in all ways.
func FuzzNPY(f *testing.F) {
	var good bytes.Buffer
	a := must(psh.NewArray([]float32{1, 2, 3, 4}, 2, 2))
	_ = a.WriteNPY(&good)
	f.Add(good.Bytes())
	f.Add([]byte("\x93NUMPY\x01\x00\x10\x00{'shape': (1, ,}"))
	f.Add(npyFile("(1000000000,)", 12))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file []byte) {
		path := filepath.Join(dir, fmt.Sprint(os.Getpid(), ".npy"))
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := psh.ReadNPY[float32](bytes.NewReader(file))
		loaded, loadErr := psh.LoadNPY[float32](path)
		if (err == nil) != (loadErr == nil) || !slices.Equal(asBits(a.Data), asBits(loaded.Data)) || !slices.Equal(a.Shape(), loaded.Shape()) {
			t.Fatalf("read %v, %v; loaded %v, %v", a, err, loaded, loadErr)
		}
		if err == nil && a.Size()*4 > len(file) {
			t.Fatalf("%d bytes hold %v", len(file), a)
		}
		if err != nil && !errors.Is(err, psh.ErrNPY) {
			t.Fatalf("%v, want ErrNPY", err)
		}
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := a.WriteNPY(&again); err != nil {
			t.Fatal(err)
		}
		back, err := psh.ReadNPY[float32](&again)
		if err != nil || !slices.Equal(asBits(back.Data), asBits(a.Data)) || !slices.Equal(back.Shape(), a.Shape()) {
			t.Fatalf("%v, %v after it was written again, from %v", back, err, a)
		}
	})
}

func asBits(data []float32) (bits []uint32) {
	for _, x := range data {
		bits = append(bits, math.Float32bits(x))
	}
	return bits
}

// FuzzNPZ loads what is no .npz file, or almost.
func FuzzNPZ(f *testing.F) {
	f.Add(npzFile(f, zip.Store, npyFile("(2,)", 8), func(*zip.FileHeader) {}))
	f.Add(npzFile(f, zip.Deflate, npyFile("(2, 3)", 24), func(*zip.FileHeader) {}))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file []byte) {
		path := filepath.Join(dir, fmt.Sprint(os.Getpid(), ".npz"))
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := psh.LoadNPZ[float32](path, "a")
		if err != nil && !errors.Is(err, psh.ErrNPY) || err == nil && a.Size()*4 > 1100*len(file) {
			t.Fatalf("%d bytes: %v, %v", len(file), a, err)
		}
	})
}
