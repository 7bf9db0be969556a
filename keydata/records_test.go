package keydata_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/h5"
	"extrapasha/internal/h5/format"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

type position struct{ X, Y float32 }

type kind int32

// hit has a field of each sort.
type hit struct {
	Pos    position
	Time   float64 `hdf5:"t"`
	Kind   kind
	Charge [2][3]int16
	Edges  [2]position
	Valid  bool
	M      uint8
	Name   string
	Wave   complex64
	Half   psh.Float16
	hidden int //lint:ignore U1000 fields that are not exported are left as they are
}

// recordForm is how a struct lies in a file.
type recordForm struct {
	big      bool
	gap      int  // bytes before each field
	aligned  bool // as in memory
	backward bool // the last field first
}

// typeFor is the type of a file for a type of Go.
func (f recordForm) typeFor(goes reflect.Type) *format.Type {
	size := int(goes.Size())
	switch goes.Kind() {
	case reflect.Struct:
		return f.compound(goes)
	case reflect.Array:
		base := goes
		var dims []int
		for ; base.Kind() == reflect.Array; base = base.Elem() {
			dims = append(dims, base.Len())
		}
		of := f.typeFor(base)
		size = of.Size
		for _, n := range dims {
			size *= n
		}
		return &format.Type{Class: format.Array, Size: size, Base: of, Dims: dims}
	case reflect.String:
		return &format.Type{Class: format.Text, Size: 5}
	case reflect.Bool:
		byte1 := &format.Type{Class: format.Integer, Size: 1, Signed: true, Plain: true}
		return &format.Type{Class: format.Enum, Size: 1, Base: byte1, Members: []format.Member{{Name: "FALSE", Value: []byte{0}}, {Name: "TRUE", Value: []byte{1}}}}
	case reflect.Complex64:
		part := f.typeFor(reflect.TypeFor[float32]())
		return &format.Type{Class: format.Compound, Size: 8, Members: []format.Member{{Name: "r", Type: part}, {Name: "i", Offset: 4, Type: part}}}
	case reflect.Float32, reflect.Float64:
		return &format.Type{Class: format.Float, Size: size, Big: f.big, Plain: true}
	}
	if goes == reflect.TypeFor[psh.Float16]() {
		return &format.Type{Class: format.Float, Size: size, Big: f.big, Plain: true}
	}
	return &format.Type{Class: format.Integer, Size: size, Big: f.big, Signed: goes.Kind() < reflect.Uint, Plain: true}
}

func (f recordForm) compound(goes reflect.Type) *format.Type {
	t := &format.Type{Class: format.Compound}
	for i := range goes.NumField() {
		if f.backward {
			i = goes.NumField() - 1 - i
		}
		field := goes.Field(i)
		if !field.IsExported() {
			continue
		}
		m := format.Member{Name: strings.ToLower(field.Name[:1]) + field.Name[1:], Offset: t.Size + f.gap, Type: f.typeFor(field.Type)}
		if tag := field.Tag.Get("hdf5"); tag != "" {
			m.Name = tag
		}
		if f.aligned {
			m.Offset = int(field.Offset)
		}
		t.Members, t.Size = append(t.Members, m), m.Offset+m.Type.Size
	}
	if f.aligned {
		t.Size = int(goes.Size())
	}
	return t
}

// encode writes a value as a file has it.
func encode(t *format.Type, v reflect.Value, out []byte) {
	order := binary.AppendByteOrder(binary.LittleEndian)
	if t.Big {
		order = binary.BigEndian
	}
	switch {
	case v.Kind() == reflect.Struct:
		for _, m := range t.Members {
			encode(m.Type, v.FieldByNameFunc(func(name string) bool {
				return strings.EqualFold(name, map[string]string{"t": "Time"}[m.Name]+m.Name) || m.Name == "t" && name == "Time"
			}), out[m.Offset:])
		}
	case t.Class == format.Array:
		for i := range v.Len() {
			inner := *t
			if inner.Dims, inner.Size = t.Dims[1:], t.Size/t.Dims[0]; len(inner.Dims) == 0 {
				inner = *t.Base
			}
			encode(&inner, v.Index(i), out[i*inner.Size:])
		}
	case v.Kind() == reflect.String:
		copy(out, v.String())
	case v.Kind() == reflect.Bool:
		if v.Bool() {
			out[0] = 1
		}
	case v.Kind() == reflect.Complex64:
		part := t.Members[0].Type
		encode(part, reflect.ValueOf(real(complex64(v.Complex()))), out)
		encode(part, reflect.ValueOf(imag(complex64(v.Complex()))), out[4:])
	case v.Kind() == reflect.Float32:
		copy(out, order.AppendUint32(nil, math.Float32bits(float32(v.Float()))))
	case v.Kind() == reflect.Float64:
		copy(out, order.AppendUint64(nil, math.Float64bits(v.Float())))
	case t.Size == 1:
		out[0] = byte(v.Uint())
	case v.CanInt() && t.Size == 2:
		copy(out, order.AppendUint16(nil, uint16(v.Int())))
	case t.Size == 2:
		copy(out, order.AppendUint16(nil, uint16(v.Uint())))
	default:
		copy(out, order.AppendUint32(nil, uint32(v.Int())))
	}
}

func encoded[T any](t *format.Type, values []T) []byte {
	raw := make([]byte, len(values)*t.Size)
	for i := range values {
		encode(t, reflect.ValueOf(values[i]), raw[i*t.Size:])
	}
	return raw
}

func hits(n int) []hit {
	all := make([]hit, n)
	for i := range all {
		x := float32(i)
		all[i] = hit{
			Pos: position{x, -x}, Time: float64(i) / 3, Kind: kind(-i), Charge: [2][3]int16{{int16(i), 1, 2}, {3, 4, int16(-i)}},
			Edges: [2]position{{x + 1, x + 2}, {x + 3, x + 4}}, Valid: i%3 == 0, M: uint8(i), Name: fmt.Sprint("n", i%1000),
			Wave: complex(x, 2*x), Half: psh.Float16(uint16(i)),
		}
	}
	return all
}

// writeRecords writes hits and opens the key.
func writeRecords[T any](t testing.TB, form h5.Form, as recordForm, counts, shape []int, values []T, layout h5.Layout) *keydata.KeyData {
	t.Helper()
	of := as.typeFor(reflect.TypeFor[T]())
	return writeEncoded(t, form, counts, shape, of, encoded(of, values), layout)
}

func writeEncoded(t testing.TB, form h5.Form, counts, shape []int, of *format.Type, raw []byte, layout h5.Layout) *keydata.KeyData {
	t.Helper()
	path := writeKey(t, form, counts, func(w *h5.Writer) error {
		return h5.PutRecords(w, "INSTRUMENT/"+source+"/data/hits", shape, of, raw, layout)
	})
	file, err := run.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	k, err := keydata.New(keydata.Place{Source: source, Key: "data.hits", Section: run.Instrument, Files: []*run.File{file}}, file.TrainIDs())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestRecords reads structured data of any form in all ways.
func TestRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		counts := rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 1, 2, 5, 40}), 1, 20).Draw(rt, "counts")
		perEntry := rapid.SampledFrom([]int{0, 1, 3, 50}).Draw(rt, "hits of an entry")
		rows := 0
		for _, n := range counts {
			rows += n
		}
		shape := []int{rows}
		if perEntry > 0 {
			shape = append(shape, perEntry)
		}
		var layout h5.Layout
		if rapid.Bool().Draw(rt, "chunks") {
			layout.Chunk = []int{rapid.SampledFrom([]int{1, 2, 16, 33}).Draw(rt, "rows of a chunk")}
			if perEntry > 0 {
				layout.Chunk = append(layout.Chunk, rapid.IntRange(1, perEntry).Draw(rt, "columns of a chunk"))
			}
			layout.Filters = rapid.SampledFrom([][]h5.Filter{nil, {h5.Deflate(1)}, {h5.Shuffle, h5.Deflate(1), h5.Fletcher32}}).Draw(rt, "filters")
		}
		as := recordForm{
			big: rapid.Bool().Draw(rt, "big-endian"), gap: rapid.IntRange(0, 3).Draw(rt, "gap"), backward: rapid.Bool().Draw(rt, "backward"),
		}
		all := hits(rows * max(perEntry, 1))
		k := writeRecords(t, h5.Form{Newest: rapid.Bool().Draw(rt, "newest")}, as, counts, shape, all, layout)
		checkStructs(rt, k, all)
		checkColumns(rt, k, all)
	})
}

// checkStructs reads structs as a whole, a region, and mapped over.
func checkStructs(t rapid.TB, k *keydata.KeyData, all []hit) {
	t.Helper()
	typed, err := keydata.As[hit](k)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := typed.Read()
	if err != nil || !slices.Equal(whole.Data, all) {
		t.Fatalf("%v, want %v (%v)", whole.Data, all, err)
	}
	size := len(all) / max(k.Entries(), 1)
	starts, stops := k.TrainIndexBounds()
	err = psh.Map(func(worker, index int, train keydata.Entries[hit]) error {
		got := train.Array().Data
		if want := all[starts[index]*size : stops[index]*size]; !slices.Equal(got, want) {
			return fmt.Errorf("%v, want %v", got, want)
		}
		clear(got) // what is done to it must not matter
		return nil
	}, typed, psh.On(psh.Threads(2)))
	if err != nil {
		t.Fatal(err)
	}
	if len(k.EntryShape()) == 0 {
		return
	}
	part, err := typed.Read(psh.Span(1, size).By(2))
	if err != nil {
		t.Fatal(err)
	}
	var want []hit
	for i, h := range all {
		if i%size%2 == 1 {
			want = append(want, h)
		}
	}
	if !slices.Equal(part.Data, want) {
		t.Fatalf("a region: %v, want %v", part.Data, want)
	}
	for _, roi := range []psh.Sel{psh.Span(0, size), psh.Every().By(-1), psh.Positions(size-1, 0, 0)} {
		structs, err := typed.Read(roi)
		if err != nil {
			t.Fatal(err)
		}
		records, err := k.ReadAny(roi)
		if err != nil {
			t.Fatal(err)
		}
		times := records.(keydata.Records).Field("t").(psh.Array[float64])
		if !slices.Equal(times.Shape(), structs.Shape()) || !slices.Equal(records.(keydata.Records).Shape(), structs.Shape()) {
			t.Fatalf("%v of %v: %v, want shape %v", roi, k, records, structs.Shape())
		}
		for i, h := range structs.Data {
			if times.Data[i] != h.Time {
				t.Fatalf("%v: %v, want %v", roi, times.Data, structs.Data)
			}
		}
	}
}

// checkColumns reads field by field.
func checkColumns(t rapid.TB, k *keydata.KeyData, all []hit) {
	t.Helper()
	data, err := k.ReadAny()
	if err != nil {
		t.Fatal(err)
	}
	records := data.(keydata.Records)
	if len(records.Fields()) != 12 || !slices.Equal(records.Shape(), k.Shape()) {
		t.Fatalf("%v of %v", records, k)
	}
	checkColumn(t, k, records, all, "pos.y", nil, func(h hit) []float32 { return []float32{h.Pos.Y} })
	checkColumn(t, k, records, all, "t", nil, func(h hit) []float64 { return []float64{h.Time} })
	checkColumn(t, k, records, all, "kind", nil, func(h hit) []int32 { return []int32{int32(h.Kind)} })
	checkColumn(t, k, records, all, "charge", []int{2, 3}, func(h hit) []int16 { return slices.Concat(h.Charge[0][:], h.Charge[1][:]) })
	checkColumn(t, k, records, all, "edges.x", []int{2}, func(h hit) []float32 { return []float32{h.Edges[0].X, h.Edges[1].X} })
	checkColumn(t, k, records, all, "valid", nil, func(h hit) []bool { return []bool{h.Valid} })
	checkColumn(t, k, records, all, "name", nil, func(h hit) []string { return []string{h.Name} })
	checkColumn(t, k, records, all, "wave", nil, func(h hit) []complex64 { return []complex64{h.Wave} })
	checkColumn(t, k, records, all, "half", nil, func(h hit) []psh.Float16 { return []psh.Float16{h.Half} })
	edges, err := k.Field("edges")
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := keydata.As[position](edges)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pairs.Read()
	if err != nil || len(got.Data) != 2*len(all) || len(all) > 0 && got.Data[2*len(all)-1] != all[len(all)-1].Edges[1] {
		t.Fatalf("edges: %v (%v)", got, err)
	}
}

func checkColumn[T comparable](t rapid.TB, k *keydata.KeyData, records keydata.Records, all []hit, name string, shape []int, of func(hit) []T) {
	t.Helper()
	var want []T
	for _, h := range all {
		want = append(want, of(h)...)
	}
	column, ok := records.Field(name).(psh.Array[T])
	if !ok || !slices.Equal(column.Data, want) || !slices.Equal(column.Shape(), slices.Concat(k.Shape(), shape)) {
		t.Fatalf("%s: %v, want %v", name, records.Field(name), want)
	}
	field, err := k.Field(name)
	if err != nil || field.Key() != "data.hits."+name {
		t.Fatal(field, err)
	}
	typed, err := keydata.As[T](field)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := typed.Read(); err != nil || !slices.Equal(got.Data, want) {
		t.Fatalf("field %s: %v, want %v (%v)", name, got, want, err)
	}
	rows, err := k.AnyReader()
	if err != nil {
		t.Fatal(err)
	}
	starts, stops := k.TrainIndexBounds()
	size := len(want) / max(k.Entries(), 1)
	for i := range k.Len() {
		train, err := typed.TrainByIndex(i)
		values := train.Array().Data
		if err != nil || !slices.Equal(values, want[starts[i]*size:stops[i]*size]) {
			t.Fatalf("field %s of train %d: %v (%v)", name, i, values, err)
		}
		row, err := rows.ReadTrain(i, false)
		if err != nil {
			t.Fatal(err)
		}
		if row == nil {
			continue
		}
		column := row.(keydata.Records).Field(name).(psh.Array[T])
		wantShape := slices.Concat([]int{train.Len()}, k.EntryShape(), shape)
		if train.Len() == 1 {
			wantShape = wantShape[1:]
		}
		if !slices.Equal(column.Data, values) || !slices.Equal(column.Shape(), wantShape) {
			t.Fatalf("field %s of train %d: %v of %v", name, i, column.Data, column.Shape())
		}
	}
}
