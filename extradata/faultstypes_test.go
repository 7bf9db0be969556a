package extradata_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func TestFaultFilters(t *testing.T) {
	run := faultRun(t, faultRow(t, "filters"))
	reads(t, run, "data.energy", ramp(0, faultTrains))
	for _, key := range []string{"data.element", "data.missing", "data.level"} {
		refuses[int32](t, run, key, extradata.ErrCorrupt, "filter parameters", faultFile)
	}
}

func TestFaultIndexTypes(t *testing.T) {
	for _, kind := range []string{"u4", "i8", "u1", "i4"} {
		t.Run(kind, func(t *testing.T) {
			run := faultRun(t, faultRow(t, "index_types/"+kind))
			if diff := cmp.Diff(count(101, faultTrains), run.TrainIDs()); diff != "" {
				t.Error(diff)
			}
			reads(t, run, "data.energy", ramp(0, faultTrains))
			times, err := run.TrainTimestamps()
			if err != nil {
				t.Fatal(err)
			}
			for i, when := range times {
				if when.UnixNano() != int64(104+i) {
					t.Errorf("train %d was at %d", i, when.UnixNano())
				}
			}
		})
	}
}

func TestFaultPlugin(t *testing.T) {
	run := faultRun(t, faultRow(t, "plugin"))
	reads(t, run, "data.energy", ramp(0, faultTrains))
	refuses[int32](t, run, "data.packed", keydata.ErrFilter, "filter 32004 (LZ4)", faultFile)
}

func TestFaultAttributes(t *testing.T) {
	want := map[string]any{
		"unitSymbol": "J", "metricPrefixSymbol": "u", "unitName": "joule", "committed": int32(7), "numbers": []int32{0, 1, 2, 3}, "yes": true,
	}
	for _, c := range []struct {
		name  string
		dense bool
	}{{"earliest", false}, {"dense", true}} {
		t.Run(c.name, func(t *testing.T) {
			k, err := faultRun(t, faultRow(t, "attributes/"+c.name)).Key(faultCamera, "data.energy")
			if err != nil {
				t.Fatal(err)
			}
			if units, err := k.Units(); err != nil || units != "μJ" {
				t.Errorf("units: %q, %v", units, err)
			}
			got, err := k.Attributes()
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range want {
				if diff := cmp.Diff(value, got[name]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			if !c.dense {
				return
			}
			large, _ := got["large"].([]float64)
			if len(large) != 9000 || large[8999] != 8999 {
				t.Errorf("the large attribute has %d numbers", len(large))
			}
			for i := range 60 {
				if name := fmt.Sprintf("filler%02d", i); got[name] != int64(i) {
					t.Errorf("%s is %v", name, got[name])
				}
			}
		})
	}
}

func TestFaultZeroInString(t *testing.T) {
	want := make([]string, faultTrains)
	for i := range want {
		want[i] = fmt.Sprintf("p\x00q%d", i)
	}
	reads(t, faultRun(t, faultRow(t, "nul_string")), "data.text", want)
}

// widened are the numbers of both files of the row widening.
func widened[T any](number func(n int) T) (all []T) {
	for i := range 2 * faultTrains {
		all = append(all, number(i%faultTrains+10*(i/faultTrains)))
	}
	return all
}

func TestFaultWidening(t *testing.T) {
	run := faultRun(t, faultRow(t, "widening"))
	for _, key := range []string{"data.f4f8", "data.f8f4", "data.u8i8", "data.i8u8", "data.f4i4"} {
		reads(t, run, key, widened(func(n int) float64 { return float64(n) }))
	}
	reads(t, run, "data.i2i4", widened(func(n int) int32 { return int32(n) }))
	for _, key := range []string{"data.u1i2", "data.i2u1"} {
		reads(t, run, key, widened(func(n int) int16 { return int16(n) }))
	}
	reads(t, run, "data.c8c16", widened(func(n int) complex128 { return complex(float64(n), 0) }))
	bools := func(n, other int) int {
		if n < 10 {
			return n % 2
		}
		return other
	}
	reads(t, run, "data.b1u2", widened(func(n int) uint16 { return uint16(bools(n, n)) }))
}

// TestFaultWideningOfImages reads by file what is a region of interest, and what is
// compressed.
func TestFaultWideningOfImages(t *testing.T) {
	run := faultRun(t, faultRow(t, "widening"))
	var whole []int16
	var packed []float64
	var corner []int16
	for i := range 2 * faultTrains * 12 {
		n := i%(faultTrains*12) + 100*(i/(faultTrains*12))
		whole, packed = append(whole, int16(n)), append(packed, float64(n))
		if row, column := i/4%3, i%4; row == 1 && column >= 1 && column < 3 {
			corner = append(corner, int16(n))
		}
	}
	reads(t, run, "data.image", whole)
	reads(t, run, "data.packed", packed)
	image, err := extradata.Key[int16](run, faultCamera, "data.image")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := image.Read(psh.At(1), psh.Span(1, 3)); err != nil || !slices.Equal(got.Data, corner) {
		t.Errorf("a region: %v, %v", got.Data, err)
	}
	narrow, err := image.SelectTrains(extradata.ByIndex(psh.Span(0, 2)))
	if err != nil || narrow.DType() != keydata.Int16 {
		t.Errorf("trains of one file: %v, %v", narrow, err)
	}
}

// faultHit is an element of the structured key.
type faultHit struct {
	X, Y float32
	T    float64
	M    int32
}

// TestFaultStructured reads a structured key, which is deflated, in all ways; as numbers
// it is an error that tells what it holds.
func TestFaultStructured(t *testing.T) {
	run := faultRun(t, faultRow(t, "structured"))
	reads(t, run, "data.energy", ramp(0, faultTrains))
	hits, err := extradata.Key[faultHit](run, faultCamera, "data.hits")
	if err != nil {
		t.Fatal(err)
	}
	all, err := hits.Read()
	if err != nil || all.Size() != 5*faultTrains {
		t.Fatal(all, err)
	}
	data, err := hits.ReadAny()
	if err != nil {
		t.Fatal(err)
	}
	for i, field := range data.(extradata.Records).Fields() {
		key, err := hits.Field(field.Name)
		if err != nil {
			t.Fatal(err)
		}
		alone, err := key.ReadFloats()
		if err != nil {
			t.Fatal(err)
		}
		for j, hit := range all.Data {
			if want := []float64{float64(hit.X), float64(hit.Y), hit.T, float64(hit.M)}[i]; alone.Data[j] != want {
				t.Fatalf("field %s of hit %d is %v, want %v", field.Name, j, alone.Data[j], want)
			}
		}
	}
	if _, ok := data.(extradata.Records).Field("m").(psh.Array[int32]); !ok {
		t.Errorf("%v has no field m of int32", data)
	}
	_, err = extradata.Key[float32](run, faultCamera, "data.hits")
	tells(t, err, faultCamera, "data.hits", "compound of x float32, y float32, t float64, m int32")
	var typeError *extradata.TypeError
	if !errors.As(err, &typeError) {
		t.Errorf("%v is not a TypeError", err)
	}
}

// TestFaultStructuredTrain reads whole trains of a source that has such a key.
func TestFaultStructuredTrain(t *testing.T) {
	run := faultRun(t, faultRow(t, "structured"))
	for train, err := range run.Trains(false) {
		if err != nil {
			t.Fatal(err)
		}
		data, err := train.Data(false)
		if err != nil {
			t.Fatal(err)
		}
		energy, ok := data[faultCamera]["data.energy"].(psh.Array[float32])
		if !ok || energy.Data[0] != float32(train.Index)/2 {
			t.Errorf("train %d: the rest is %v, %v", train.ID, data, err)
		}
		hits, err := extradata.Get[faultHit](train, faultCamera, "data.hits")
		if err != nil {
			t.Fatal(err)
		}
		records, ok := data[faultCamera]["data.hits"].(extradata.Records)
		if !ok || !slices.Equal(records.Shape(), []int{5}) || records.Field("x").(psh.Array[float32]).Data[4] != hits.Data[4].X {
			t.Errorf("train %d: %v, want %v", train.ID, records.Field("x"), hits.Data)
		}
	}
}

// TestFaultWideNumbers has numbers that only float64 holds, for both of uint64 and
// int64.
func TestFaultWideNumbers(t *testing.T) {
	k, err := faultRun(t, faultRow(t, "widening")).Key(faultCamera, "data.u8i8")
	if err != nil {
		t.Fatal(err)
	}
	all, err := k.ReadFloats()
	if err != nil || k.DType() != keydata.Float64 || slices.ContainsFunc(all.Data, math.Signbit) {
		t.Errorf("%v as floats: %v, %v", k, all.Data, err)
	}
}
