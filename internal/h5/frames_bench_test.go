package h5_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// mapEntries sums every pixel of a key with a map over its entries.
func mapEntries(ctx psh.Context, entries psh.Functor[extradata.Entry[uint16]]) uint64 {
	sums := make([]uint64, entries.Len())
	err := psh.Map(func(worker, index int, entry extradata.Entry[uint16]) error {
		sums[index] = sum(entry.Data)
		return nil
	}, entries, psh.On(ctx))
	if err != nil {
		panic(err)
	}
	total := uint64(0)
	for _, s := range sums {
		total += s
	}
	return total
}

// BenchmarkFrames sums the pixels of raw frames of trains of any length, by train and by
// entry, beside a loop over the mapped files.
func BenchmarkFrames(b *testing.B) {
	for _, pulses := range []int{8, 64, 352} {
		b.Run(fmt.Sprintf("pulses=%d", pulses), func(b *testing.B) {
			dir := pulsesRun(b, 0, pulses)
			run, key := openKey(dir)
			defer run.Close()
			trains := findFrames(b, dir, pulses)
			maps, unmap := mapFiles(trains.Paths)
			defer unmap()
			if got, want := mapEntries(psh.Threads(0), key.ByEntry()), trains.byHand(1, maps); got != want || want == 0 {
				b.Fatalf("Map sums to %d, the loop by hand to %d", got, want)
			}
			for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
				b.Run(fmt.Sprintf("warm-%d", workers), func(b *testing.B) {
					versus.Run(b,
						versus.Contender{Name: "ByHand", Run: func() { trains.byHand(workers, maps) }},
						versus.Contender{Name: "Map", Run: func() { mapSum(psh.Threads(workers), key) }},
						versus.Contender{Name: "ByEntry", Run: func() { mapEntries(psh.Threads(workers), key.ByEntry()) }},
					)
				})
			}
			benchmarkFirstPass(b, dir, trains)
		})
	}
	for _, deflate := range []int{0, 1} {
		dir := pulsesRun(b, deflate, 352)
		b.Run(fmt.Sprintf("memory/deflate=%d", deflate), func(b *testing.B) {
			var peak int64
			for b.Loop() {
				peak = max(peak, memoryPeak(b, "eight workers", dir))
			}
			b.ReportMetric(float64(peak)/(1<<20), "peak-anonymous-MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkSomePulses inflates ten pulses of each train of 352, in a map over trains and
// as a selection of entries, beside a run that has just those.
func BenchmarkSomePulses(b *testing.B) {
	_, all := openKey(pulsesRun(b, 1, 352))
	_, ten := openKey(pulsesRun(b, 1, 10))
	some, err := all.ByEntry().Numbers(psh.Span(100, 110))
	if err != nil {
		b.Fatal(err)
	}
	tenOfEach, err := ten.SelectTrains(extradata.ByIndex(psh.Span(0, all.Len())))
	if err != nil {
		b.Fatal(err)
	}
	alone := &extradata.TypedKey[uint16]{KeyData: tenOfEach}
	versus.Run(b,
		versus.Contender{Name: "Alone", Run: func() { mapEntries(psh.Threads(0), alone.ByEntry()) }},
		versus.Contender{Name: "TenOf352", Run: func() { mapEntries(psh.Threads(0), some) }},
		versus.Contender{Name: "TenOf352ByTrain", Run: func() {
			var total atomic.Uint64
			err := psh.Map(func(worker, index int, train extradata.Entries[uint16]) error {
				for number := 100; number < 110; number++ {
					total.Add(sum(train.Entry(number).Data))
				}
				return nil
			}, all)
			if err != nil {
				b.Error(err)
			}
		}},
	)
}
