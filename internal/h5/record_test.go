package h5_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/hdf5"

	"extrapasha/internal/h5"
	"extrapasha/internal/h5/format"
)

type named struct {
	N    int32
	Name string
	X    float64
}

// namedFile has records with texts of variable length, which libhdf5 writes.
func namedFile(t *testing.T, rows []named) *h5.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "named.h5")
	err := h5.Locked(func() error {
		f, err := hdf5.CreateFile(path, hdf5.F_ACC_TRUNC)
		if err != nil {
			return err
		}
		defer f.Close()
		of, err := hdf5.NewDatatypeFromValue(rows[0])
		if err != nil {
			return err
		}
		space, err := hdf5.CreateSimpleDataspace([]uint{uint(len(rows))}, nil)
		if err != nil {
			return err
		}
		d, err := f.CreateDataset("named", of, space)
		if err != nil {
			return err
		}
		defer d.Close()
		return d.Write(&rows)
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestRecordsWithTexts reads records with texts of variable length.
func TestRecordsWithTexts(t *testing.T) {
	want := []named{{1, "one\x00", 1.5}, {2, "\x00", 2.5}, {3, "three μ\x00", 3.5}} // as texts end in C
	f := namedFile(t, want)
	for i := range want {
		want[i].Name = strings.TrimSuffix(want[i].Name, "\x00")
	}
	d, err := f.Dataset("named")
	if err != nil {
		t.Fatal(err)
	}
	got := make([]named, 3)
	if err := h5.Read(d, h5.Whole(d.Shape()), got); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, want %v (%v)", got, want, err)
	}
	if _, _, ok := h5.Lend[named](d, 0, 1, 3); ok {
		t.Error("references to texts were lent as texts")
	}
	names, ns := make([]string, 3), make([]int32, 3)
	if err := h5.ReadFields(d, h5.Whole(d.Shape()), []any{ns, names, nil}); err != nil || names[2] != want[2].Name || ns[1] != 2 {
		t.Errorf("%v and %v, want %v (%v)", ns, names, want, err)
	}
	if err := h5.ReadFields(d, h5.Whole(d.Shape()), []any{names, ns, nil}); !errors.Is(err, h5.ErrType) {
		t.Errorf("fields into others: %v, want ErrType", err)
	}
	field, err := d.Field("Name")
	if err != nil {
		t.Fatal(err)
	}
	some := make([]string, 2)
	region := h5.Region{Start: []int{0}, Count: []int{2}, Step: []int{2}}
	if err := h5.Read(field, region, some); err != nil || some[1] != want[2].Name {
		t.Errorf("%v, want those of %v (%v)", some, want, err)
	}
}

// TestVirtualRecords reads records that libhdf5 puts together, as structs and by field.
func TestVirtualRecords(t *testing.T) {
	dir := t.TempDir()
	part := filepath.Join(dir, "part.h5")
	int16s := &format.Type{Class: format.Integer, Size: 2, Signed: true, Plain: true, Big: true}
	floats := &format.Type{Class: format.Float, Size: 4, Plain: true}
	of := &format.Type{Class: format.Compound, Size: 7, Members: []format.Member{{Name: "n", Offset: 1, Type: int16s}, {Name: "x", Offset: 3, Type: floats}}}
	write(t, part, func(w *h5.Writer) error {
		return h5.PutRecords(w, "hits", []int{2, 1}, of, []byte("\x00\x01\x02\x00\x00\x80\x3f\x00\x00\x03\x00\x00\x00\x40"), h5.Layout{})
	})
	path := filepath.Join(dir, "all.h5")
	write(t, path, func(w *h5.Writer) error {
		return w.Virtual("hits", []int{4, 1}, part, []h5.Rows{{Path: part, Count: 2}, {Path: part, Count: 2}})
	})
	f, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := f.Dataset("hits")
	if err != nil {
		t.Fatal(err)
	}
	type hit struct {
		N int16
		X float32
	}
	got := make([]hit, 4)
	if err := h5.Read(d, h5.Whole(d.Shape()), got); err != nil || h5.Direct(d) || !slices.Equal(got, []hit{{258, 1}, {3, 2}, {258, 1}, {3, 2}}) {
		t.Errorf("%v, %v", got, err)
	}
	x, err := d.Field("x")
	if err != nil {
		t.Fatal(err)
	}
	one := make([]float32, 1)
	if err := h5.Read(x, h5.Region{Start: []int{1, 0}, Count: []int{1, 1}, Step: []int{1, 1}}, one); err != nil || one[0] != 2 {
		t.Errorf("%v, %v", one, err)
	}
}

func write(t *testing.T, path string, put func(*h5.Writer) error) {
	t.Helper()
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	if err := errors.Join(put(w), w.Close()); err != nil {
		t.Fatal(err)
	}
}
