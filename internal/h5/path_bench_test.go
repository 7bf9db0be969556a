package h5_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// The benchmarks of the data path: a run of 1 GiB of raw frames, and the same run
// deflated. Ratios are time of the first contender over time of the other.

// benchRun makes the run once for all benchmarks of a program.
func benchRun(b *testing.B, deflate int) string {
	return pulsesRun(b, deflate, mockrun.Default().Pulses)
}

func pulsesRun(b *testing.B, deflate, pulses int) string {
	b.Helper()
	gib, err := strconv.ParseFloat(os.Getenv("EXTRAPASHA_BENCH_GIB"), 64)
	if err != nil {
		gib = 1
	}
	config := mockrun.Default()
	config.Modules, config.Motors, config.Cameras, config.Aggregators = 1, 1, 0, 1
	config.TrainsPerFile, config.Deflate, config.Pulses = max(512/pulses, 1), deflate, pulses
	config = config.ForSize(int64(gib * (1 << 30)))
	root := b.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		b.Fatal(err)
	}
	return config.RunDir(root, "raw")
}

const imageData = "image.data"

func openKey(dir string) (*extradata.DataCollection, *extradata.TypedKey[uint16]) {
	run, err := extradata.RunDirectory(dir)
	if err != nil {
		panic(err)
	}
	key, err := extradata.Key[uint16](run, mockrun.Module(0), imageData)
	if err != nil {
		panic(err)
	}
	return run, key
}

// sum adds up pixels, four at a time.
func sum(pixels []uint16) uint64 {
	var a, b, c, d uint64
	for ; len(pixels) >= 4; pixels = pixels[4:] {
		a += uint64(pixels[0])
		b += uint64(pixels[1])
		c += uint64(pixels[2])
		d += uint64(pixels[3])
	}
	for _, pixel := range pixels {
		a += uint64(pixel)
	}
	return a + b + c + d
}

// mapSum sums every pixel of a key with a map.
func mapSum(ctx psh.Context, key *extradata.TypedKey[uint16]) uint64 {
	sums := make([]uint64, key.Len())
	err := psh.Map(func(worker, index int, train extradata.Entries[uint16]) error {
		for _, entry := range train.All() {
			sums[index] += sum(entry.Data)
		}
		return nil
	}, key, psh.On(ctx))
	if err != nil {
		panic(err)
	}
	total := uint64(0)
	for _, s := range sums {
		total += s
	}
	return total
}

// frames are where the data of each train lies, for loops written by hand.
type frames struct {
	Paths  []string
	Trains []frame
}

// frame is a train: the file it is in, and its pieces there.
type frame struct {
	File   int
	Pieces [][2]int // address and size
}

// findFrames finds the trains of a run.
func findFrames(b *testing.B, dir string, chunks int) (f frames) {
	b.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*AGIPD*.h5"))
	if err != nil || len(paths) == 0 {
		b.Fatal(paths, err)
	}
	f.Paths = paths
	for i, path := range paths {
		file, err := h5.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		d, err := file.Dataset("INSTRUMENT/" + mockrun.Module(0) + "/image/data")
		if err != nil {
			b.Fatal(err)
		}
		parts, err := h5.Chunks(d)
		if err != nil {
			b.Fatal(err)
		}
		for at := 0; at < len(parts); at += chunks {
			train := frame{File: i}
			for _, part := range parts[at:min(at+chunks, len(parts))] {
				if n := len(train.Pieces); n > 0 && train.Pieces[n-1][0]+train.Pieces[n-1][1] == part[0] {
					train.Pieces[n-1][1] += part[1]
				} else {
					train.Pieces = append(train.Pieces, part)
				}
			}
			f.Trains = append(f.Trains, train)
		}
		file.Close()
	}
	return f
}

// mapFiles maps whole files, as the hand-written loop does.
func mapFiles(paths []string) (maps [][]byte, unmap func()) {
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		info, err := file.Stat()
		if err != nil {
			panic(err)
		}
		data, err := unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE)
		if err != nil {
			panic(err)
		}
		file.Close()
		maps = append(maps, data)
	}
	return maps, func() {
		for _, data := range maps {
			_ = unix.Munmap(data)
		}
	}
}

// share hands out numbers to workers, each of which calls f with what it gets.
func share(workers, n int, f func(worker, i int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				f(worker, i)
			}
		})
	}
	group.Wait()
}

func pixels(data []byte) []uint16 {
	return unsafe.Slice((*uint16)(unsafe.Pointer(unsafe.SliceData(data))), len(data)/2)
}

// byHand sums every pixel of mapped files.
func (f frames) byHand(workers int, maps [][]byte) uint64 {
	var total atomic.Uint64
	share(workers, len(f.Trains), func(_, i int) {
		for _, p := range f.Trains[i].Pieces {
			total.Add(sum(pixels(maps[f.Trains[i].File][p[0] : p[0]+p[1]])))
		}
	})
	return total.Load()
}

// BenchmarkRaw maps over raw frames beside a loop over the mapped files, and H5Dread.
func BenchmarkRaw(b *testing.B) {
	dir := benchRun(b, 0)
	run, key := openKey(dir)
	defer run.Close()
	trains := findFrames(b, dir, mockrun.Default().Pulses)
	maps, unmap := mapFiles(trains.Paths)
	defer unmap()
	if got, want := mapSum(psh.Threads(0), key), trains.byHand(1, maps); got != want || want == 0 {
		b.Fatalf("Map sums to %d, the loop by hand to %d", got, want)
	}
	for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("warm-%d", workers), func(b *testing.B) {
			versus.Run(b,
				versus.Contender{Name: "ByHand", Run: func() { trains.byHand(workers, maps) }},
				versus.Contender{Name: "Map", Run: func() { mapSum(psh.Threads(workers), key) }},
			)
		})
	}
	b.Run("H5Dread", func(b *testing.B) {
		versus.Run(b,
			versus.Contender{Name: "H5Dread", Run: func() { readLibrary(trains, key.Shape()[1:]) }},
			versus.Contender{Name: "Map", Run: func() { mapSum(psh.Threads(0), key) }},
		)
	})
	b.Run("allocations", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			mapSum(psh.Threads(0), key)
		}
		b.ReportMetric(float64(key.Len()), "trains/op")
	})
	benchmarkFirstPass(b, dir, trains)
	b.Run("Read", func(b *testing.B) { benchmarkRead(b, key) })
	b.Run("memory", func(b *testing.B) {
		var peak int64
		for b.Loop() {
			peak = max(peak, memoryPeak(b, "memory", dir))
		}
		b.ReportMetric(float64(peak)/(1<<20), "peak-anonymous-MiB")
		b.ReportMetric(float64(key.Bytes())/(1<<20), "data-MiB")
		b.ReportMetric(0, "ns/op")
	})
}

// benchmarkFirstPass opens a run and maps over it, each time in a new process.
func benchmarkFirstPass(b *testing.B, dir string, trains frames) {
	list, err := json.Marshal(trains)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("first-pass", func(b *testing.B) {
		versus.Run(b,
			versus.Contender{Name: "ByHand", Timed: func() time.Duration { return child(b, "hand", string(list)) }},
			versus.Contender{Name: "Map", Timed: func() time.Duration { return child(b, "map", dir) }},
		)
	})
}

// benchmarkRead reads a whole key beside a copy of as much memory on all cores.
func benchmarkRead(b *testing.B, key *extradata.TypedKey[uint16]) {
	from, err := key.Read()
	if err != nil {
		b.Fatal(err)
	}
	copyAll := func(to []uint16) {
		const part = 2 << 20
		share(runtime.GOMAXPROCS(0), (len(to)+part-1)/part, func(_, i int) {
			copy(to[i*part:min((i+1)*part, len(to))], from.Data[i*part:])
		})
	}
	to, err := psh.Alloc[uint16](psh.Like(from))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("warm", func(b *testing.B) {
		versus.Run(b,
			versus.Contender{Name: "Copy", Run: func() { copyAll(to.Data) }},
			versus.Contender{Name: "Read", Run: func() {
				if err := key.ReadInto(to); err != nil {
					b.Fatal(err)
				}
			}},
		)
	})
	to = psh.Array[uint16]{}
	b.Run("first-touch", func(b *testing.B) {
		fresh := func(f func()) func() time.Duration {
			return func() time.Duration {
				runtime.GC()
				start := time.Now()
				f()
				return time.Since(start)
			}
		}
		versus.Run(b,
			versus.Contender{Name: "Copy", Timed: fresh(func() { copyAll(make([]uint16, len(from.Data))) })},
			versus.Contender{Name: "Read", Timed: fresh(func() {
				if _, err := key.Read(); err != nil {
					b.Fatal(err)
				}
			})},
		)
	})
}
