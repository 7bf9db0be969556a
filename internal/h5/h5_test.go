package h5_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zlib"
	"github.com/x448/float16"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"extrapasha/internal/h5"
)

func TestMain(m *testing.M) {
	if what := os.Getenv(childVariable); what != "" {
		argument, err := io.ReadAll(os.Stdin)
		if err != nil {
			panic(err)
		}
		runChild(what, string(argument))
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// finish closes a file that is being written and opens it for reading.
func finish(t *testing.T, w *h5.Writer, path string) *h5.File {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func check[T comparable](t *testing.T, values ...T) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	shape := []int{len(values) / 2, 2}
	for name, layout := range map[string]h5.Layout{
		"contiguous": {}, "chunked": {Chunk: []int{1, 2}}, "deflated": {Chunk: []int{3, 1}, Filters: []h5.Filter{h5.Deflate(1)}},
	} {
		if texts, ok := any(values).([]string); ok {
			err = h5.PutStrings(w, "a/b/"+name, shape, texts, layout)
		} else {
			err = h5.Put(w, "a/b/"+name, shape, values, layout)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	f := finish(t, w, path)
	for _, name := range []string{"contiguous", "chunked", "deflated"} {
		d, err := f.Dataset("a/b/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if d.DType().Go() != reflect.TypeFor[T]() || !slices.Equal(d.Shape(), shape) {
			t.Errorf("%T, %s: type %v, shape %v", values[0], name, d.DType(), d.Shape())
		}
		if got, err := h5.ReadAll[T](d); err != nil || !slices.Equal(got, values) {
			t.Errorf("%T, %s: read %v, %v; want %v", values[0], name, got, err, values)
		}
		last := make([]T, 1)
		err = h5.Read(d, h5.Region{Start: []int{shape[0] - 1, 1}, Count: []int{1, 1}, Step: []int{1, 1}}, last)
		if err != nil || last[0] != values[len(values)-1] {
			t.Errorf("%T, %s: last element %v, %v", values[0], name, last, err)
		}
	}
}

func TestElementTypes(t *testing.T) {
	check(t, true, false, false, true)
	check[int8](t, -128, 127)
	check[int16](t, -1<<15, 1, 2, 3)
	check[int32](t, -1<<31, 1)
	check[int64](t, -1<<63, 1)
	check[uint8](t, 255, 1)
	check[uint16](t, 1<<16-1, 1)
	check[uint32](t, 1<<32-1, 1)
	check[uint64](t, 1<<64-1, 1)
	check[float16.Float16](t, 0x3c00, 0x7c00, 0x0001, 0xfbff)
	check[float32](t, 1.5, -0.1)
	check(t, 1.5, -0.1)
	check[complex64](t, 1+2i, -3i)
	check(t, 1+2i, -3i)
	check(t, "", "µm", "a longer string than the others", "ON")
}

func TestReadErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := h5.Put(w, "group/data", []int{3, 2}, []uint16{1, 2, 3, 4, 5, 6}, h5.Layout{}); err != nil {
		t.Fatal(err)
	}
	f := finish(t, w, path)
	d, err := f.Dataset("group/data")
	if err != nil {
		t.Fatal(err)
	}
	region := func(start, count, step int) h5.Region {
		return h5.Region{Start: []int{start, 0}, Count: []int{count, 2}, Step: []int{step, 1}}
	}
	for _, c := range []struct {
		name string
		err  error
		want error
	}{
		{"beyond the end", h5.Read(d, region(2, 2, 1), make([]uint16, 4)), h5.ErrBounds},
		{"negative", h5.Read(d, region(-1, 1, 1), make([]uint16, 2)), h5.ErrBounds},
		{"step beyond", h5.Read(d, region(0, 2, 3), make([]uint16, 4)), h5.ErrBounds},
		{"no step", h5.Read(d, region(0, 2, 0), make([]uint16, 4)), h5.ErrBounds},
		{"dimensions", h5.Read(d, h5.Whole([]int{3}), make([]uint16, 3)), h5.ErrBounds},
		{"length", h5.Read(d, region(0, 1, 1), make([]uint16, 3)), h5.ErrBounds},
		{"type", h5.Read(d, region(0, 1, 1), make([]int16, 2)), h5.ErrType},
		{"not a type of data", h5.Read(d, region(0, 1, 1), make([]struct{}, 2)), h5.ErrType},
		{"no such dataset", second(f.Dataset("group/dota")), h5.ErrNoObject},
		{"a group", second(f.Dataset("group")), h5.ErrNoObject},
	} {
		var h5err *h5.Error
		if !errors.Is(c.err, c.want) || !errors.As(c.err, &h5err) || h5err.Path != path {
			t.Errorf("%s: %v, want %v with the path", c.name, c.err, c.want)
		}
	}
	for path, want := range map[string]h5.Kind{"group": h5.Group, "group/data": h5.Data, "nothing": h5.Missing} {
		if kind, err := f.Kind(path); err != nil || kind != want {
			t.Errorf("%s is of kind %v, %v", path, kind, err)
		}
	}
	if _, err := f.Children("nothing"); err == nil {
		t.Error("children of nothing: no error")
	}
}

func second[T any](_ T, err error) error { return err }

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	w, err := h5.Create(filepath.Join(dir, "good.h5"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h5.Put(w, "data", []int{1000}, make([]float64, 1000), h5.Layout{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	good, _ := os.ReadFile(filepath.Join(dir, "good.h5"))
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		name, path string
		want       error // nil: any
		text       string
	}{
		{"missing", filepath.Join(dir, "none.h5"), fs.ErrNotExist, "no such file"},
		{"empty", write("empty.h5", nil), h5.ErrNotHDF5, ""},
		{"text", write("text.h5", []byte("trainId,intensity\n")), h5.ErrNotHDF5, ""},
		{"directory", dir, h5.ErrNotHDF5, "directory"},
		{"truncated", write("cut.h5", good[:len(good)/2]), nil, "truncated"},
		{"only a signature", write("sig.h5", good[:9]), nil, ""},
	} {
		_, err := h5.Open(c.path)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v, want %v, the path and %q", c.name, err, c.want, c.text)
		}
	}
	// A signature further on stands behind a user block.
	block := append(make([]byte, 512), good...)
	if _, err := h5.Open(write("block.h5", block)); err != nil && errors.Is(err, h5.ErrNotHDF5) {
		t.Errorf("a file with a user block: %v", err)
	}
}

// TestLibraryIsQuiet makes the library fail on many threads at once and looks at
// what arrives at standard error.
func TestLibraryIsQuiet(t *testing.T) {
	printed, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	defer printed.Close()
	stderr, err := unix.Dup(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Dup3(int(printed.Fd()), 2, 0); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "data.h5")
	w, _ := h5.Create(path)
	_ = h5.Put(w, "data", []int{1}, []uint8{1}, h5.Layout{})
	_ = w.Close()
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 50 {
				if f, err := h5.Open(path); err == nil {
					if d, err := f.Dataset("data"); err == nil {
						_ = h5.ReadWithLibrary(d, h5.Region{Start: []int{5}, Count: []int{9}, Step: []int{1}}, make([]uint8, 9))
					}
					f.Close()
				}
			}
		})
	}
	group.Wait()
	if err := unix.Dup3(stderr, 2, 0); err != nil {
		t.Fatal(err)
	}
	unix.Close(stderr)
	if text, _ := os.ReadFile(printed.Name()); len(text) > 0 {
		t.Errorf("libhdf5 printed %q", text[:min(len(text), 500)])
	}
}

func TestWriterLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	w, err := h5.Create(filepath.Join(dir, "discarded.h5"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h5.Put(w, "a", []int{2}, []int32{1, 2}, h5.Layout{}); err != nil {
		t.Fatal(err)
	}
	if err := h5.Put(w, "a", []int{2}, []int32{1, 2}, h5.Layout{}); err == nil {
		t.Error("the same dataset twice: no error")
	}
	if err := h5.Put(w, "b", []int{3}, []int32{1, 2}, h5.Layout{}); !errors.Is(err, h5.ErrBounds) {
		t.Errorf("wrong shape: %v", err)
	}
	w.Discard()
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
	if _, err := h5.Create(filepath.Join(dir, "no", "such.h5")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such directory: %v", err)
	}
}

func TestWriteChunks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := h5.NewDataset[uint8](w, "images", []int{3, 4}, h5.Layout{Chunk: []int{1, 4}, Filters: []h5.Filter{h5.Deflate(1)}})
	if err != nil {
		t.Fatal(err)
	}
	for row := range 3 {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		_, _ = z.Write(bytes.Repeat([]byte{byte(row + 1)}, 4))
		_ = z.Close()
		if err := d.WriteChunk([]int{row, 0}, 0, packed.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	d.Close()
	if err := w.SoftLink("alias/images", "/images"); err != nil {
		t.Fatal(err)
	}
	if err := w.SetAttribute("images", "unitName", "photon"); err != nil {
		t.Fatal(err)
	}
	f := finish(t, w, path)
	linked, err := f.Dataset("alias/images")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := h5.ReadAll[uint8](linked); err != nil || !slices.Equal(got, []uint8{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}) {
		t.Errorf("read %v, %v", got, err)
	}
	if names, err := f.Datasets("/"); err != nil || !slices.Equal(names, []string{"images"}) {
		t.Errorf("datasets %v, %v", names, err)
	}
}
