package export_test

import (
	"errors"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"extrapasha/extradata/export"
	"extrapasha/internal/h5/filter"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// frames are corrected images of so many megabytes: rings, and noise of a few bits.
func frames(b *testing.B, megabytes int) psh.Array[float32] {
	const rows, columns = 512, 128
	a := must(psh.Alloc[float32](psh.Shape(megabytes*4, rows, columns), psh.In(psh.Serial())))
	err := psh.Map(func(_, i int, frame psh.Array[float32]) error {
		r := rand.New(rand.NewPCG(uint64(i), 1))
		for k := range frame.Data {
			y, x := k/columns, k%columns
			frame.Data[k] = float32(math.Round(20*(1+math.Sin(math.Hypot(float64(x), float64(y))/9)) + 4*r.NormFloat64()))
		}
		return nil
	}, must(psh.Along(a, 0)), psh.On(psh.Threads(0)))
	if err != nil {
		b.Fatal(err)
	}
	return a
}

// create makes a file of results, completes it and tells how long that took. Then it is
// removed: to make room again is not part of it.
func create(b *testing.B, path string, put func(*export.File) error, options ...export.Option) time.Duration {
	defer os.Remove(path)
	start := time.Now()
	f, err := export.Create(path, options...)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Discard()
	if err := errors.Join(put(f), f.Close()); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// megabytes is how long what is written deflated is.
var megabytes = flag.Int("megabytes", 1024, "how much BenchmarkDeflated writes")

// BenchmarkDeflated writes a gigabyte deflated, beside deflating the same pieces, shuffled
// before, on as many workers, and nothing else; and beside what cannot be left out, which
// is to shuffle, to deflate and to write the pieces to a file.
func BenchmarkDeflated(b *testing.B) {
	a := frames(b, *megabytes)
	path := filepath.Join(b.TempDir(), "x.h5")
	raw := unsafe.Slice((*byte)(unsafe.Pointer(&a.Data[0])), 4*len(a.Data))
	const piece = 1 << 20
	shuffled := make([]byte, len(raw))
	for from := 0; from < len(raw); from += piece {
		filter.Shuffle(raw[from:from+piece], 4, shuffled[from:from+piece])
	}
	deflaters := make([]filter.Deflater, runtime.GOMAXPROCS(0))
	each := func(do func(worker, from int) error) {
		err := psh.Map(func(worker, _, from int) error { return do(worker, from) }, psh.Range(0, len(raw), piece), psh.On(psh.Threads(0)))
		if err != nil {
			b.Fatal(err)
		}
	}
	versus.Run(b,
		versus.Contender{Name: "DeflateAlone", Run: func() {
			each(func(worker, from int) error {
				_, err := deflaters[worker].Deflate(shuffled[from:from+piece], 1)
				return err
			})
		}},
		versus.Contender{Name: "Pieces", Timed: func() time.Duration {
			defer os.Remove(path)
			start := time.Now()
			file, err := os.Create(path)
			if err != nil {
				b.Fatal(err)
			}
			defer file.Close()
			buffers, end := make([][piece]byte, len(deflaters)), atomic.Int64{}
			each(func(worker, from int) error {
				buffer := buffers[worker][:]
				filter.Shuffle(raw[from:from+piece], 4, buffer)
				deflated, err := deflaters[worker].Deflate(buffer, 1)
				if err == nil {
					n := int64(len(deflated))
					_, err = file.WriteAt(deflated, end.Add(n)-n)
				}
				return err
			})
			return time.Since(start)
		}},
		versus.Contender{Name: "Write", Timed: func() time.Duration {
			return create(b, path, func(f *export.File) error { return f.Put("images", a) }, export.Deflated(1))
		}},
	)
}

// BenchmarkRows has a map write the mean of each train as it goes, beside the map alone.
func BenchmarkRows(b *testing.B) {
	const perTrain = 64
	images := frames(b, 512)
	path := filepath.Join(b.TempDir(), "x.h5")
	trains := must(images.Reshape(images.Len()/perTrain, perTrain, 512, 128))
	run := func(give func(i int, mean psh.Array[float32]) error) error {
		return psh.Map(func(_, i int, train psh.Array[float32]) error {
			mean := must(psh.NewArray(make([]float32, 512*128), 512, 128))
			for _, frame := range train.Rows() {
				for k, x := range frame.Data {
					if x > 3 { // what is noise does not count
						mean.Data[k] += (x - 3) / perTrain
					}
				}
			}
			return give(i, mean)
		}, must(psh.Along(trains, 0)), psh.On(psh.Threads(0)))
	}
	write := func(options ...export.Option) func() time.Duration {
		return func() time.Duration {
			return create(b, path, func(f *export.File) error {
				rows, err := export.NewRows[float32](f, "mean", export.Labels{}, trains.Len(), 512, 128)
				if err != nil {
					return err
				}
				return run(rows.Put)
			}, options...)
		}
	}
	versus.Run(b,
		versus.Contender{Name: "MapAlone", Run: func() {
			if err := run(func(int, psh.Array[float32]) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}},
		versus.Contender{Name: "Rows", Timed: write()},
		versus.Contender{Name: "Deflated", Timed: write(export.Deflated(1))},
	)
}

// BenchmarkPlain writes a gigabyte as it is, beside a file of nothing else.
func BenchmarkPlain(b *testing.B) {
	a := frames(b, 1024)
	path := filepath.Join(b.TempDir(), "x.h5")
	raw := unsafe.Slice((*byte)(unsafe.Pointer(&a.Data[0])), 4*len(a.Data))
	versus.Run(b,
		versus.Contender{Name: "WriteFile", Timed: func() time.Duration {
			defer os.Remove(path)
			start := time.Now()
			if err := os.WriteFile(path, raw, 0o644); err != nil {
				b.Fatal(err)
			}
			return time.Since(start)
		}},
		versus.Contender{Name: "Write", Timed: func() time.Duration {
			return create(b, path, func(f *export.File) error { return f.Put("images", a) })
		}},
	)
}
