package pasha_test

import (
	"errors"
	"maps"
	"math"
	"math/cmplx"
	"slices"
	"testing"

	"github.com/x448/float16"
	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

// inTrains is an array with values for trains, the number of the train in each row.
func inTrains[T any](t testing.TB, value func(train uint64) T, row int, trains ...uint64) psh.Labelled[T] {
	t.Helper()
	var data []T
	for _, train := range trains {
		data = append(data, slices.Repeat([]T{value(train)}, row)...)
	}
	l, err := psh.NewLabelled(must(psh.NewArray(data, len(trains), row)), []string{"trainId", "x"},
		map[string]any{"trainId": trains, "x": make([]int, row)})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func asFloat64(train uint64) float64 { return float64(train) }
func asInt(train uint64) int         { return int(train) }

func TestAlignInner(t *testing.T) {
	a, b := inTrains(t, asFloat64, 2, 4, 1, 2), inTrains(t, asInt, 3, 1, 3, 4)
	c := inTrains(t, asInt, 1, 4, 1)
	before := a
	if err := psh.Align(psh.Inner, "trainId", &a, &b, &c); err != nil {
		t.Fatal(err)
	}
	want := []uint64{4, 1} // in the order of the first
	for name, coords := range map[string]any{"a": a.Coords["trainId"], "b": b.Coords["trainId"], "c": c.Coords["trainId"]} {
		if !slices.Equal(coords.([]uint64), want) {
			t.Errorf("%s has trains %v, want %v", name, coords, want)
		}
	}
	if !slices.Equal(a.Data, []float64{4, 4, 1, 1}) || !slices.Equal(b.Data, []int{4, 4, 4, 1, 1, 1}) || !slices.Equal(c.Data, []int{4, 1}) {
		t.Errorf("%v, %v, %v", a.Data, b.Data, c.Data)
	}
	if !slices.Equal(before.Data, []float64{4, 4, 1, 1, 2, 2}) || len(before.Coords["trainId"].([]uint64)) != 3 || a.Coords["x"] == nil {
		t.Errorf("the array before has changed: %v, %v", before.Data, before.Coords)
	}
}

func TestAlignOuter(t *testing.T) {
	a, b := inTrains(t, asFloat64, 1, 4, 1), inTrains(t, func(id uint64) float32 { return float32(id) }, 2, 1, 3)
	c := inTrains(t, func(id uint64) psh.Float16 { return float16.Fromfloat32(float32(id)) }, 1, 1)
	d := inTrains(t, func(id uint64) complex64 { return complex(float32(id), 0) }, 1)
	e := inTrains(t, asInt, 1, 4, 3, 1)
	if err := psh.Align(psh.Outer, "trainId", &a, &b, &c, &d, &e); err != nil {
		t.Fatal(err)
	}
	bits := func(data []float64) (bits []uint64) {
		for _, x := range data {
			bits = append(bits, math.Float64bits(x))
		}
		return bits
	}
	if want := bits([]float64{1, math.Float64frombits(0x7ff8 << 48), 4}); !slices.Equal(bits(a.Data), want) {
		t.Errorf("float64: %x, want %x", bits(a.Data), want)
	}
	if got := math.Float32bits(b.At(2, 1)); got != 0x7fc00000 || b.At(1, 1) != 3 || !slices.Equal(b.Shape(), []int{3, 2}) {
		t.Errorf("float32: %v, %x", b.Data, got)
	}
	if !slices.Equal(c.Data, []psh.Float16{0x3c00, 0x7e00, 0x7e00}) || len(d.Data) != 3 || !cmplx.IsNaN(complex128(d.Data[0])) {
		t.Errorf("float16 %x, complex %v", c.Data, d.Data)
	}
	if !slices.Equal(e.Data, []int{1, 3, 4}) {
		t.Errorf("integers that lack nothing: %v", e.Data)
	}
}

func TestAlignNothingToDo(t *testing.T) {
	a, b := inTrains(t, asFloat64, 1, 2, 1, 1), inTrains(t, asInt, 1, 2, 1, 1)
	data := &a.Data[0]
	if err := psh.Align(psh.Outer, "trainId", &a, &b); err != nil || &a.Data[0] != data {
		t.Errorf("the same labels, some of them repeated: %v", err)
	}
	if err := psh.Align(psh.Inner, "trainId"); err != nil {
		t.Errorf("no arrays: %v", err)
	}
}

func TestAlignErrors(t *testing.T) {
	a, ints, twice := inTrains(t, asFloat64, 1, 1, 2), inTrains(t, asInt, 1, 2, 3), inTrains(t, asFloat64, 1, 2, 2)
	texts, odd, none := a, a, a
	texts.Coords = map[string]any{"trainId": []string{"a", "b"}}
	odd.Coords = map[string]any{"trainId": []bool{true, false}}
	none.Coords = nil
	before := maps.Clone(a.Coords)
	for name, err := range map[string]error{
		"no coordinates":       psh.Align(psh.Inner, "trainId", &a, &none),
		"no dimension":         psh.Align(psh.Inner, "train", &a, &a),
		"other labels":         psh.Align(psh.Inner, "trainId", &a, &texts),
		"labels of odd type":   psh.Align(psh.Inner, "trainId", &odd),
		"repeated":             psh.Align(psh.Inner, "trainId", &a, &twice),
		"integers not a value": psh.Align(psh.Outer, "trainId", &a, &ints),
	} {
		if !errors.Is(err, psh.ErrAlign) {
			t.Errorf("%s: %v, want ErrAlign", name, err)
		}
	}
	if !slices.Equal(a.Coords["trainId"].([]uint64), before["trainId"].([]uint64)) || a.Len() != 2 {
		t.Errorf("changed all the same: %v", a.Coords)
	}
}

// TestAlignTrains aligns random trains: each row stays with its train.
func TestAlignTrains(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		trains := rapid.SliceOfDistinct(rapid.Uint64Range(1, 9), func(id uint64) uint64 { return id })
		a := inTrains(t, asFloat64, 2, trains.Draw(rt, "a")...)
		b := inTrains(t, asFloat64, 1, trains.Draw(rt, "b")...)
		inA, inB := a.Coords["trainId"].([]uint64), b.Coords["trainId"].([]uint64)
		join := psh.Join(rapid.IntRange(0, 1).Draw(rt, "join"))
		if err := psh.Align(join, "trainId", &a, &b); err != nil {
			rt.Fatal(err)
		}
		labels := a.Coords["trainId"].([]uint64)
		if !slices.Equal(labels, b.Coords["trainId"].([]uint64)) {
			rt.Fatalf("trains %v and %v", labels, b.Coords["trainId"])
		}
		for id := uint64(1); id < 10; id++ {
			both := slices.Contains(inA, id) && slices.Contains(inB, id)
			any := slices.Contains(inA, id) || slices.Contains(inB, id)
			if slices.Contains(labels, id) != (both || any && join == psh.Outer) && !slices.Equal(inA, inB) {
				rt.Fatalf("%v of %v and %v are %v", join, inA, inB, labels)
			}
		}
		for row, id := range labels {
			for _, x := range a.Row(row).Data {
				if slices.Contains(inA, id) && x != float64(id) || !slices.Contains(inA, id) && x == x {
					rt.Fatalf("train %d has %v", id, x)
				}
			}
		}
	})
}
