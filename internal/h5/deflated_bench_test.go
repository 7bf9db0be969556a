package h5_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/internal/h5/filter"
	"extrapasha/internal/h5/format"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// readLibrary sums what H5Dread reads, train by train into one buffer.
func readLibrary(trains frames, shape []int) {
	buffer := make([]uint16, 0)
	for number, path := range trains.Paths {
		file, err := h5.Open(path)
		if err != nil {
			panic(err)
		}
		d, err := file.Dataset("INSTRUMENT/" + mockrun.Module(0) + "/image/data")
		if err != nil {
			panic(err)
		}
		rows := mockrun.Default().Pulses
		region := h5.Whole(d.Shape())
		region.Count[0] = rows
		if buffer = buffer[:cap(buffer)]; len(buffer) == 0 {
			buffer = make([]uint16, rows*size(shape))
		}
		for _, t := range trains.Trains {
			if t.File != number {
				continue
			}
			if err := h5.ReadWithLibrary(d, region, buffer); err != nil {
				panic(err)
			}
			sum(buffer)
			region.Start[0] += rows
		}
		file.Close()
	}
}

// BenchmarkDeflated maps over deflated frames beside ISA-L alone, with the chunks in
// memory, on as many cores.
func BenchmarkDeflated(b *testing.B) {
	dir := benchRun(b, 1)
	run, key := openKey(dir)
	defer run.Close()
	trains := findFrames(b, dir, 1)
	maps, unmap := mapFiles(trains.Paths)
	chunks := make([][]byte, len(trains.Trains))
	for i, t := range trains.Trains {
		p := t.Pieces[0]
		chunks[i] = append([]byte(nil), maps[t.File][p[0]:p[0]+p[1]]...)
	}
	unmap()
	workers := runtime.GOMAXPROCS(0)
	buffers := make([][]byte, workers)
	for i := range buffers {
		buffers[i] = make([]byte, mockrun.Default().FrameBytes())
	}
	steps, err := filter.Known([]format.Filter{{ID: format.DeflateFilter, Values: []uint32{1}}})
	if err != nil {
		b.Fatal(err)
	}
	stages := make([]filter.Stages, workers)
	var total atomic.Uint64
	inflate := func(add bool) func() {
		return func() {
			total.Store(0)
			share(workers, len(chunks), func(worker, i int) {
				if err := stages[worker].Undo(steps, 0, chunks[i], buffers[worker]); err != nil {
					panic(err)
				}
				if add {
					total.Add(sum(pixels(buffers[worker])))
				}
			})
		}
	}
	inflate(true)()
	if got := mapSum(psh.Threads(0), key); got != total.Load() || got == 0 {
		b.Fatalf("Map sums to %d, ISA-L to %d", got, total.Load())
	}
	b.Run("touching", func(b *testing.B) {
		versus.Run(b,
			versus.Contender{Name: "ISAL", Run: inflate(false)},
			versus.Contender{Name: "Map", Run: func() {
				err := psh.Map(func(worker, index int, train extradata.Entries[uint16]) error { return nil }, key)
				if err != nil {
					b.Fatal(err)
				}
			}},
		)
	})
	b.Run("summing", func(b *testing.B) {
		versus.Run(b,
			versus.Contender{Name: "ISAL", Run: inflate(true)},
			versus.Contender{Name: "Map", Run: func() { mapSum(psh.Threads(0), key) }},
		)
	})
	trains = findFrames(b, dir, mockrun.Default().Pulses)
	b.Run("H5Dread", func(b *testing.B) {
		versus.Run(b,
			versus.Contender{Name: "H5Dread", Run: func() { readLibrary(trains, key.Shape()[1:]) }},
			versus.Contender{Name: "Map", Run: func() { mapSum(psh.Threads(0), key) }},
		)
	})
}
