package keydata_test

import (
	"encoding/binary"
	"math"
	"reflect"
	"testing"

	"extrapasha/internal/h5"
	"extrapasha/internal/versus"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// detected is a hit as delay-line detectors have it: 32 bytes in memory, 28 in files that
// leave no room.
type detected struct {
	X, Y, T float64
	M       int32
}

// BenchmarkRecords adds up 512 MB of numbers train by train: a raw key of float64 beside
// structs that lie in the file as they do in memory, such that do not, and one field of
// them.
func BenchmarkRecords(b *testing.B) { benchRecords(b, h5.Layout{}, 2000) }

// BenchmarkRecordsDeflated does so with data that is compressed train by train.
func BenchmarkRecordsDeflated(b *testing.B) {
	benchRecords(b, h5.Layout{Chunk: []int{hitsPerTrain}, Filters: []h5.Filter{h5.Shuffle, h5.Deflate(1)}}, 200)
}

const hitsPerTrain = 8000

func benchRecords(b *testing.B, layout h5.Layout, trains int) {
	hits, numbers := make([]detected, trains*hitsPerTrain), make([]float64, 4*trains*hitsPerTrain)
	counts, wide := make([]int, trains), make([]int, trains)
	for i := range counts {
		counts[i], wide[i] = hitsPerTrain, 4*hitsPerTrain
	}
	for i := range hits {
		x := float64(i * 7919 % 4001)
		hits[i] = detected{x, -x, float64(i), int32(i % 5)}
		copy(numbers[4*i:], []float64{x, -x, float64(i), 1})
	}
	rawLayout := layout
	if layout.Chunk != nil {
		rawLayout.Chunk = []int{4 * hitsPerTrain}
	}
	file, err := run.Open(writeData(b, h5.Form{}, wide, []int{len(numbers)}, numbers, rawLayout))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	raw := newKey[float64](b, []*run.File{file}, file.TrainIDs(), source, "data.pixels")
	write := func(as recordForm) *keydata.Typed[detected] {
		of := as.typeFor(reflect.TypeFor[detected]())
		typed, err := keydata.As[detected](writeEncoded(b, h5.Form{}, counts, []int{len(hits)}, of, encodeHits(of.Size, hits), layout))
		if err != nil {
			b.Fatal(err)
		}
		return typed
	}
	aligned, packed := write(recordForm{aligned: true}), write(recordForm{})
	field, err := packed.Field("t")
	if err != nil {
		b.Fatal(err)
	}
	times, err := keydata.As[float64](field)
	if err != nil {
		b.Fatal(err)
	}
	structs := func(k *keydata.Typed[detected]) func() { return func() { addUp(b, k, sumOfHits) } }
	versus.Run(b,
		versus.Contender{Name: "Raw", Run: func() { addUp(b, raw, sumOfNumbers) }},
		versus.Contender{Name: "Aligned", Run: structs(aligned)},
		versus.Contender{Name: "Packed", Run: structs(packed)},
		versus.Contender{Name: "Field", Run: func() { addUp(b, times, sumOfNumbers) }},
		versus.Contender{Name: "Fields", Run: func() {
			if _, err := packed.ReadAny(); err != nil {
				b.Fatal(err)
			}
		}},
	)
}

// encodeHits writes hits of some bytes each, quicker than encode does.
func encodeHits(size int, hits []detected) []byte {
	raw := make([]byte, size*len(hits))
	for i, h := range hits {
		at := raw[i*size:]
		for j, x := range []float64{h.X, h.Y, h.T} {
			binary.LittleEndian.PutUint64(at[8*j:], math.Float64bits(x))
		}
		binary.LittleEndian.PutUint32(at[24:], uint32(h.M))
	}
	return raw
}

func addUp[T any](b *testing.B, k *keydata.Typed[T], sum func([]T) float64) {
	sums := make([]float64, k.Len())
	err := psh.Map(func(worker, index int, train keydata.Entries[T]) error {
		sums[index] = sum(train.Array().Data)
		return nil
	}, k)
	if err != nil {
		b.Fatal(err)
	}
}

func sumOfHits(hits []detected) float64 {
	var x, y, t float64
	m := int32(0)
	for i := range hits {
		h := &hits[i]
		x, y, t, m = x+h.X, y+h.Y, t+h.T, m+h.M
	}
	return x + y + t + float64(m)
}

func sumOfNumbers(numbers []float64) float64 {
	var a, b, c, d float64
	for ; len(numbers) >= 4; numbers = numbers[4:] {
		a, b, c, d = a+numbers[0], b+numbers[1], c+numbers[2], d+numbers[3]
	}
	return a + b + c + d
}
