package keydata_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/h5"
	"extrapasha/internal/versus"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// TestConvert reads data of any layout as float32, in all ways.
func TestConvert(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := draw(t, rt)
		k, err := keydata.Convert[float32](d.k.KeyData)
		if err != nil {
			rt.Fatal(err)
		}
		want := make([]float32, len(d.data))
		for i, value := range d.data {
			want[i] = float32(value)
		}
		row := func(i int) []float32 { return want[i*d.size : (i+1)*d.size] }
		workers := psh.On(psh.Threads(rapid.SampledFrom([]int{1, 3}).Draw(rt, "workers")))
		err = psh.Map(func(worker, index int, train keydata.Entries[float32]) error {
			for i, entry := range train.All() {
				if !slices.Equal(entry.Data, row(d.starts[index]+i)) {
					return fmt.Errorf("entry %d: %v, want %v", i, entry.Data, row(d.starts[index]+i))
				}
				clear(entry.Data)
			}
			if whole := train.Array().Data; train.Len() > 1 && !slices.Equal(whole, want[d.starts[index]*d.size:d.ends[index]*d.size]) {
				return fmt.Errorf("in one piece: %v", whole)
			}
			return nil
		}, k, workers)
		if err != nil {
			rt.Fatal(err)
		}
		err = psh.Map(func(worker, index int, entry keydata.Entry[float32]) error {
			if !slices.Equal(entry.Data, row(index)) {
				return fmt.Errorf("%v, want %v", entry.Data, row(index))
			}
			return nil
		}, k.ByEntry(), workers)
		if err != nil {
			rt.Fatal(err)
		}
		if whole, err := k.Read(); err != nil || !slices.Equal(whole.Data, want) {
			rt.Fatalf("%v, %v", whole.Data, err)
		}
		if some, err := k.SelectTrains(keydata.ByIndex(psh.Span(0, 1))); err != nil || some.DType() != keydata.Float32 {
			rt.Fatalf("%v of some trains: %v", some, err)
		}
	})
}

// convertOf reads a key as another type, and tells the values.
func convertOf[T int64 | uint32 | float32 | float64](k *keydata.KeyData) ([]float64, error) {
	converted, err := keydata.Convert[T](k)
	if err != nil {
		return nil, err
	}
	whole, err := converted.Read()
	var values []float64
	for _, value := range whole.Data {
		values = append(values, float64(value))
	}
	return values, err
}

func typedKey[T any](t *testing.T, values []T) *keydata.KeyData {
	t.Helper()
	counts := slices.Repeat([]int{1}, len(values))
	file, err := run.Open(writeData(t, h5.Form{}, counts, []int{len(values)}, values, h5.Layout{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return newKey[T](t, []*run.File{file}, file.TrainIDs(), source, "data.pixels").KeyData
}

// TestConvertTypes converts from every type, to those that may be.
func TestConvertTypes(t *testing.T) {
	small, one := []float64{1, 0, 1}, psh.Float16(0x3c00)
	keys := map[string]*keydata.KeyData{
		"bool": typedKey(t, []bool{true, false, true}), "int8": typedKey(t, []int8{1, 0, 1}), "int16": typedKey(t, []int16{1, 0, 1}),
		"int32": typedKey(t, []int32{1, 0, 1}), "int64": typedKey(t, []int64{1, 0, 1}), "uint8": typedKey(t, []uint8{1, 0, 1}),
		"uint16": typedKey(t, []uint16{1, 0, 1}), "uint32": typedKey(t, []uint32{1, 0, 1}), "uint64": typedKey(t, []uint64{1, 0, 1}),
		"float16": typedKey(t, []psh.Float16{one, 0, one}),
		"float32": typedKey(t, []float32{1, 0, 1}), "float64": typedKey(t, []float64{1, 0, 1}),
	}
	for name, k := range keys {
		for to, convert := range map[string]func(*keydata.KeyData) ([]float64, error){
			"float32": convertOf[float32], "float64": convertOf[float64], "int64": convertOf[int64], "uint32": convertOf[uint32],
		} {
			may := strings.HasPrefix(to, "float") || to == "int64" && name != "uint64" && !strings.HasPrefix(name, "float") || to == "uint32" && (strings.HasPrefix(name, "uint") && name != "uint64" || name == "bool")
			values, err := convert(k)
			var wrong *keydata.TypeError
			if may && (err != nil || !slices.Equal(values, small)) || !may && (!errors.As(err, &wrong) || wrong.Has != k.DType()) {
				t.Errorf("%s as %s: %v, %v", name, to, values, err)
			}
		}
	}
	if _, err := keydata.Convert[float64](typedKey(t, []string{"a"})); err == nil {
		t.Error("texts are read as numbers")
	}
	// A key that is converted already is converted from what it was.
	narrow, err := keydata.Convert[float32](typedKey(t, []float64{math.Pi, math.E, 1}))
	if err != nil {
		t.Fatal(err)
	}
	if values, err := convertOf[float64](narrow.KeyData); err != nil || values[0] != math.Pi {
		t.Errorf("as float32, then as float64: %v, %v", values, err)
	}
}

// BenchmarkConvert sums raw pixels read as float32, beside the same loop over pixels in
// memory.
func BenchmarkConvert(b *testing.B) {
	pixels, counts := make([]int32, 64*512*128), slices.Repeat([]int{8}, 8)
	k, err := keydata.Convert[float32](openData(b, writeData(b, h5.Form{}, counts, []int{64, 512, 128}, pixels, h5.Layout{Chunk: []int{1, 512, 128}})).KeyData)
	if err != nil {
		b.Fatal(err)
	}
	var total float32
	versus.Run(b,
		versus.Contender{Name: "ByHand", Run: func() {
			buffer := make([]float32, 512*128)
			for from := 0; from < len(pixels); from += len(buffer) {
				for i, value := range pixels[from : from+len(buffer)] {
					buffer[i] = float32(value)
				}
				total += sumFloats(buffer)
			}
		}},
		versus.Contender{Name: "Map", Run: func() {
			err := psh.Map(func(worker, index int, entry keydata.Entry[float32]) error {
				total += sumFloats(entry.Data)
				return nil
			}, k.ByEntry(), psh.On(psh.Serial()))
			if err != nil {
				b.Error(err)
			}
		}},
	)
}

func sumFloats(values []float32) float32 {
	var a, b, c, d float32
	for ; len(values) >= 4; values = values[4:] {
		a, b, c, d = a+values[0], b+values[1], c+values[2], d+values[3]
	}
	return a + b + c + d
}
