package extradata_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// manyFiles makes a run of 500 files: 200 motors and an XGM on 20 aggregators, 25
// sequence files of 250 trains. Python's EXtra-data, on two cores of the machine
// that the aims were set on, took: open 0.77 s without the files map and 0.055 s
// with it, select 0.53 s, with require-all 4.3 s, the table 2.5 s, 3.5 ms a train.
func manyFiles(b *testing.B) string {
	config := mockrun.Default()
	config.Trains, config.TrainsPerFile, config.Motors, config.Aggregators = 6250, 250, 200, 20
	config.Modules, config.Cameras = 0, 0
	root := b.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		b.Fatal(err)
	}
	return config.RunDir(root, "raw")
}

// BenchmarkTwoOfMany maps over a collection of 200 motors with a kernel that asks for
// the positions of two, beside one that selects the two first: what a kernel does
// not ask for costs nothing.
func BenchmarkTwoOfMany(b *testing.B) {
	config := mockrun.Default()
	config.Trains, config.TrainsPerFile, config.Motors, config.Aggregators = 5000, 250, 200, 2
	config.Modules, config.Cameras = 0, 0
	root := b.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		b.Fatal(err)
	}
	all, err := extradata.RunDirectory(config.RunDir(root, "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer all.Close()
	const key = "actualPosition.value"
	two, err := all.Select(extradata.Glob(mockrun.Motor(3), key), extradata.Glob(mockrun.Motor(4), key))
	if err != nil {
		b.Fatal(err)
	}
	sums := make([]float64, len(all.TrainIDs()))
	pass := func(run *extradata.DataCollection) func() {
		return func() {
			err := psh.Map(func(worker, index int, train extradata.Train) error {
				for _, motor := range []int{3, 4} {
					position, err := extradata.Get[float64](train, mockrun.Motor(motor), key)
					if err != nil {
						return err
					}
					sums[index] += position.Data[0]
				}
				return nil
			}, run)
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportAllocs()
	versus.Run(b, versus.Contender{Name: "TwoSelected", Run: pass(two)}, versus.Contender{Name: "TwoOf200", Run: pass(all)})
}

// gigabyte makes a run of a gigabyte of raw frames of one module.
func gigabyte(b *testing.B) string {
	config := mockrun.Default()
	config.Modules, config.Motors, config.Cameras, config.Aggregators, config.TrainsPerFile = 1, 1, 0, 1, 64
	config = config.ForSize(1 << 30)
	root := b.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		b.Fatal(err)
	}
	return config.RunDir(root, "raw")
}

// BenchmarkProcesses adds up every pixel of 1 GiB of raw frames, on processes and on
// threads.
func BenchmarkProcesses(b *testing.B) {
	run, err := extradata.RunDirectory(gigabyte(b))
	if err != nil {
		b.Fatal(err)
	}
	defer run.Close()
	key, err := extradata.Key[uint16](run, mockrun.Module(0), "image.data")
	if err != nil {
		b.Fatal(err)
	}
	workers := runtime.GOMAXPROCS(0)
	ctx := processes(b, workers)
	sums := alloc[uint64](b, ctx, key.Len())
	pass := func(on psh.Context) func() {
		return func() {
			if err := pixelSums.Map(sums, key, psh.On(on)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportAllocs()
	versus.Run(b, versus.Contender{Name: "Processes", Run: pass(ctx)}, versus.Contender{Name: "Threads", Run: pass(psh.Threads(workers))})
}

var pixelSums = psh.Register("pixel sums", func(sums psh.Array[uint64]) psh.Kernel[extradata.Entries[uint16]] {
	return func(worker, index int, train extradata.Entries[uint16]) error {
		var a, b, c, d uint64 // four at a time: the reading is to be seen
		for pixels := train.Array().Data; len(pixels) >= 4; pixels = pixels[4:] {
			a += uint64(pixels[0])
			b += uint64(pixels[1])
			c += uint64(pixels[2])
			d += uint64(pixels[3])
		}
		sums.Data[index] = a + b + c + d
		return nil
	}
})

// BenchmarkManyFiles opens a run of many files without its files map and with it, selects
// from it, makes a table, and walks over its trains.
func BenchmarkManyFiles(b *testing.B) {
	dir := manyFiles(b)
	open := func() *extradata.DataCollection {
		run, err := extradata.RunDirectory(dir)
		if err != nil {
			b.Fatal(err)
		}
		return run
	}
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	filesMap := filepath.Join(dir, "karabo_data_map.json")
	b.Run("open-without-map", func(b *testing.B) {
		for b.Loop() {
			_ = os.Remove(filesMap)
			check(open().Close())
		}
	})
	b.Run("open-with-map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			check(open().Close())
		}
	})
	positions := extradata.Glob("*MOTOR*", "actualPosition")
	b.Run("select", func(b *testing.B) {
		for b.Loop() {
			run := open() // nothing is known of the keys
			_, err := run.Select(positions)
			check(err)
			check(run.Close())
		}
	})
	b.Run("select-require-all", func(b *testing.B) {
		for b.Loop() {
			run := open()
			sel, err := run.Select(positions)
			check(err)
			_, err = sel.RequireAll()
			check(err)
			check(run.Close())
		}
	})
	b.Run("table-200", func(b *testing.B) {
		for b.Loop() {
			run := open()
			sel, err := run.Select(positions)
			check(err)
			record, err := table.New(sel)
			check(err)
			if record.NumCols() != 201 || record.NumRows() != 6250 {
				b.Fatal(record)
			}
			record.Release()
			check(run.Close())
		}
	})
	run := open()
	b.Run("trains-all-sources", func(b *testing.B) {
		trains := 0
		for b.Loop() {
			trains = 0
			for train, err := range run.Trains(false) {
				check(err)
				_, err = train.Data(false)
				check(err)
				trains++
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N*trains), "ms/train")
	})
	b.Run("split-1000", func(b *testing.B) {
		for b.Loop() {
			parts, err := run.SplitTrains(1000, 0)
			check(err)
			if len(parts) != 1000 {
				b.Fatal(len(parts))
			}
		}
	})
	check(run.Close())
}
