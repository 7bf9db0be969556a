package keydata_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/x448/float16"

	"extrapasha/internal/h5"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// keyOf is a key with those values, each entry of a shape, in as many trains.
func keyOf[T any](t testing.TB, values []T, shape ...int) *keydata.Typed[T] {
	t.Helper()
	n := len(values)
	for _, length := range shape {
		n /= length
	}
	file, err := run.Open(writeData(t, h5.Form{}, slices.Repeat([]int{1}, n), append([]int{n}, shape...), values, h5.Layout{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return newKey[T](t, []*run.File{file}, file.TrainIDs(), source, "data.pixels")
}

func halves(values ...float32) (out []psh.Float16) {
	for _, value := range values {
		out = append(out, float16.Fromfloat32(value))
	}
	return out
}

// spike is a large number and n-1 ones, which all get lost in it where they are added to it
// one by one as float32.
func spike(n int) []float32 {
	values := slices.Repeat([]float32{1}, n)
	values[0] = 1e8
	return values
}

// TestReduce reckons in the precision of the key.
func TestReduce(t *testing.T) {
	ramp := make([]float32, 500)
	for i := range ramp {
		ramp[i] = float32(1000 + 0.1*float64(i))
	}
	nan := float32(math.NaN())
	anyhow := math.Inf(1)
	single := func(k interface {
		SingleValue(rtol, atol float64, reduce keydata.Reduce) (psh.Array[float64], error)
	}, reduce keydata.Reduce) float64 {
		t.Helper()
		value, err := k.SingleValue(0, anyhow, reduce)
		if err != nil {
			t.Fatal(err)
		}
		return value.Data[0]
	}
	for name, test := range map[string]struct{ got, want float64 }{
		"median of float32":       {single(keyOf(t, ramp), keydata.Median), 1024.949951171875},
		"the zero value":          {single(keyOf(t, ramp), keydata.Reduce{}), 1024.949951171875},
		"mean of float32":         {single(keyOf(t, ramp), keydata.Mean), 1024.949951171875},
		"mean in pairs":           {single(keyOf(t, spike(16)), keydata.Mean), 6250000.5},
		"mean in halves":          {single(keyOf(t, spike(136)), keydata.Mean), float64(float32((1e8 + 128) / 136.))},
		"mean of entries of two":  {single(keyOf(t, spike(32), 2), keydata.Mean), 6250000},
		"mean of a few":           {single(keyOf(t, []float64{1, 2, 6}), keydata.Mean), 3},
		"mean of integers":        {single(keyOf(t, []int32{1, 2}), keydata.Mean), 1.5},
		"median of three":         {single(keyOf(t, []int16{9, 1, 2}), keydata.Median), 2},
		"median of float16":       {single(keyOf(t, halves(1, 1.0009765625)), keydata.Median), 1},
		"mean of float16":         {single(keyOf(t, halves(60000, 60000, 60000)), keydata.Mean), 60000},
		"min":                     {single(keyOf(t, []float64{3, 1, 2}), keydata.Min), 1},
		"max":                     {single(keyOf(t, []uint8{3, 1, 2}), keydata.Max), 3},
		"first":                   {single(keyOf(t, []float64{3, 1, 2}), keydata.First), 3},
		"a function of one's own": {single(keyOf(t, []float32{1, 2}), keydata.ReduceBy(func(x []float64) float64 { return x[1] / 3 })), float64(float32(2. / 3))},
	} {
		if test.got != test.want && !(test.want != test.want && test.got != test.got) {
			t.Errorf("%s: %v, want %v", name, test.got, test.want)
		}
	}
	for name, reduce := range map[string]keydata.Reduce{"median": keydata.Median, "mean": keydata.Mean, "min": keydata.Min, "max": keydata.Max} {
		if value, err := keyOf(t, []float32{1, nan, 2}).SingleValue(0, anyhow, reduce); !errors.Is(err, keydata.ErrTolerance) {
			t.Errorf("%s of what is not a number: %v, %v", name, value, err)
		}
	}
}

// TestTolerance is what is close in the precision of the key.
func TestTolerance(t *testing.T) {
	next := math.Nextafter32(1, 2)
	for name, test := range map[string]struct {
		err  error
		near bool
	}{
		"the same":                  {second(keyOf(t, []float64{2, 2}).SingleValue(0, 0, keydata.First)), true},
		"one bit off":               {second(keyOf(t, []float32{1, next}).SingleValue(0, 0, keydata.First)), false},
		"a float32 within":          {second(keyOf(t, []float32{1, 1.1}).SingleValue(0.1, 0, keydata.First)), false}, // 0.1 is 0.10000000149, 1.1-1 is 0.10000002384
		"a float64 within":          {second(keyOf(t, []float64{10, 11}).SingleValue(0.1, 0, keydata.First)), true},
		"float16 within its bits":   {second(keyOf(t, halves(1, 1.0009765625)).SingleValue(1e-3, 0, keydata.First)), true},
		"both":                      {second(keyOf(t, []int32{100, 111}).SingleValue(0.1, 1, keydata.First)), true},
		"neither":                   {second(keyOf(t, []int32{100, 112}).SingleValue(0.1, 1, keydata.First)), false},
		"infinities":                {second(keyOf(t, []float64{math.Inf(1), math.Inf(1)}).SingleValue(0, 0, keydata.First)), true},
		"infinity from what is not": {second(keyOf(t, []float64{1, math.Inf(1)}).SingleValue(1, 1, keydata.First)), false},
		"below zero":                {second(keyOf(t, []float64{-10, -11}).SingleValue(0.1, 0, keydata.First)), true},
	} {
		if (test.err == nil) != test.near || test.err != nil && !errors.Is(test.err, keydata.ErrTolerance) {
			t.Errorf("%s: %v, want it close: %v", name, test.err, test.near)
		}
	}
}
