package keydata_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/h5"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// point lies in files as it does in memory.
type point struct {
	X float64
	N int32
	_ int32
}

// TestRecordsInPlace shows that a walk over structs that lie in the file as they do in
// memory copies nothing, and over others takes no memory for each train.
func TestRecordsInPlace(t *testing.T) {
	points := make([]point, 4000)
	for i := range points {
		points[i] = point{X: float64(i), N: int32(-i)}
	}
	counts := slices.Repeat([]int{40}, 100)
	for name, as := range map[string]recordForm{"aligned": {aligned: true}, "packed": {}} {
		k := writeRecords(t, h5.Form{}, as, counts, []int{len(points)}, points, h5.Layout{})
		typed, err := keydata.As[point](k)
		if err != nil {
			t.Fatal(err)
		}
		walk := func(n int) func() {
			return func() {
				err := typed.Walk(psh.Share{Stop: n}, func(index int, train keydata.Entries[point]) error {
					if points := train.Array().Data; points[1].X != float64(40*index+1) || points[39].N != int32(-40*index-39) {
						return fmt.Errorf("train %d: %v", index, points)
					}
					return nil
				})
				if err != nil {
					t.Fatal(name, err)
				}
			}
		}
		few, many := testing.AllocsPerRun(20, walk(4)), testing.AllocsPerRun(20, walk(100))
		if many-few > 48 {
			t.Errorf("%s: %v allocations for 100 trains, %v for 4", name, many, few)
		}
	}
}

// TestStructsThatDoNotFit names the field, what the file has and what the struct wants.
func TestStructsThatDoNotFit(t *testing.T) {
	k := writeRecords(t, h5.Form{}, recordForm{big: true}, []int{1}, []int{1}, hits(1), h5.Layout{})
	type wide struct{ M int64 }
	type unknown struct{ Pos struct{ Z float32 } }
	type short struct{ Charge [2][2]int16 }
	type flat struct{ Pos float32 }
	type none struct {
		pos float32 //lint:ignore U1000 it is not to be found
	}
	type named struct {
		A float64 `hdf5:"T"`
	}
	for _, c := range []struct {
		err  error
		want []string
	}{
		{second(keydata.As[wide](k)), []string{"field m", "uint8", "int64 (keydata_test.wide.M)"}},
		{second(keydata.As[unknown](k)), []string{"no field pos.Z", "float32", "x, y"}},
		{second(keydata.As[short](k)), []string{"field charge", "array [2 3] of int16", "[2][2]int16"}},
		{second(keydata.As[flat](k)), []string{"field pos", "compound of x float32", "float32 (keydata_test.flat.Pos)"}},
		{second(keydata.As[none](k)), []string{"keydata_test.none"}},
		{second(keydata.As[named](k)), []string{"no field T", "float64"}},
		{second(k.Field("q")), []string{"no field q", "pos.x", "charge"}},
		{second(k.Field("pos.q")), []string{"no field pos.q"}},
	} {
		var field *keydata.FieldError
		if !errors.As(c.err, &field) {
			t.Errorf("%v is no FieldError", c.err)
			continue
		}
		for _, part := range append(c.want, source, "data.hits") {
			if !strings.Contains(c.err.Error(), part) {
				t.Errorf("%v, want %q in it", c.err, part)
			}
		}
	}
	var typed *keydata.TypeError
	if err := second(keydata.As[float32](k)); !errors.As(err, &typed) || !strings.Contains(err.Error(), "compound of pos") {
		t.Errorf("structured as numbers: %v", err)
	}
	m, err := k.Field("m")
	if err != nil {
		t.Fatal(err)
	}
	if err := second(keydata.As[point](m)); !errors.As(err, &typed) {
		t.Errorf("numbers as structs: %v", err)
	}
	if err := second(m.Field("x")); err == nil || !strings.Contains(err.Error(), "no field m.x") {
		t.Errorf("a field of a field that is a number: %v", err)
	}
	file, err := run.Open(writeData(t, h5.Form{}, []int{1}, []int{1}, []int32{7}, h5.Layout{}))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := second(newKey[int32](t, []*run.File{file}, file.TrainIDs(), source, "data.pixels").Field("x")); err == nil || !strings.Contains(err.Error(), "have no fields") {
		t.Errorf("a field of numbers: %v", err)
	}
}

// TestDamagedRecords changes bytes of a file with structured data: nothing panics, and
// no memory is taken for what is merely claimed.
func TestDamagedRecords(t *testing.T) {
	of := recordForm{}.typeFor(reflect.TypeFor[hit]())
	deflated := h5.Layout{Chunk: []int{2}, Filters: []h5.Filter{h5.Shuffle, h5.Deflate(1)}}
	path := writeKey(t, h5.Form{}, []int{1, 3, 4}, func(w *h5.Writer) error {
		return errors.Join(
			h5.PutRecords(w, "INSTRUMENT/"+source+"/data/hits", []int{8}, of, encoded(of, hits(8)), h5.Layout{}),
			h5.PutRecords(w, "INSTRUMENT/"+source+"/data/packed", []int{8}, of, encoded(of, hits(8)), deflated),
		)
	})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	where := bytes.Index(whole, []byte("charge")) // in the datatype
	rapid.Check(t, func(rt *rapid.T) {
		damaged := slices.Clone(whole)
		for range rapid.IntRange(1, 4).Draw(rt, "bytes") {
			at := rapid.OneOf(rapid.IntRange(max(where-400, 0), where+600), rapid.IntRange(0, len(whole)-1)).Draw(rt, "at")
			damaged[min(at, len(whole)-1)] = rapid.Byte().Draw(rt, "to")
		}
		path := filepath.Join(t.TempDir(), filepath.Base(path))
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			rt.Fatal(err)
		}
		file, err := run.Open(path)
		if err != nil {
			return
		}
		defer file.Close()
		for _, name := range []string{"data.hits", "data.packed"} {
			k, err := keydata.New(keydata.Place{Source: source, Key: name, Section: run.Instrument, Files: []*run.File{file}}, file.TrainIDs())
			if err != nil || k.Bytes() > 1<<20 {
				continue
			}
			_, _ = k.ReadAny()
			for _, field := range k.Fields() {
				if alone, err := k.Field(field.Name); err == nil && alone.Bytes() < 1<<20 {
					_, _ = alone.ReadAny()
				}
			}
			if reader, err := k.AnyReader(); err == nil {
				for i := range k.Len() {
					_, _ = reader.ReadTrain(i, true)
				}
			}
			if typed, err := keydata.As[hit](k); err == nil {
				_ = typed.Walk(psh.Share{Stop: k.Len()}, func(int, keydata.Entries[hit]) error { return nil })
			}
		}
	})
}
