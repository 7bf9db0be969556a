package h5_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
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
	b.Run("first-pass", func(b *testing.B) {
		list, err := json.Marshal(trains)
		if err != nil {
			b.Fatal(err)
		}
		versus.Run(b,
			versus.Contender{Name: "ByHand", Timed: func() time.Duration { return child(b, "hand", string(list)) }},
			versus.Contender{Name: "Map", Timed: func() time.Duration { return child(b, "map", dir) }},
		)
	})
	b.Run("Read", func(b *testing.B) { benchmarkRead(b, key) })
	b.Run("memory", func(b *testing.B) {
		var peak int64
		for b.Loop() {
			peak = max(peak, memoryPeak(b, dir))
		}
		b.ReportMetric(float64(peak)/(1<<20), "peak-anonymous-MiB")
		b.ReportMetric(float64(key.Bytes())/(1<<20), "data-MiB")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkCold maps over a run that the system has to read from the disk, all trains
// or every fourth, with and without asking for what comes next. What that is worth
// depends on how far the system reads ahead by itself
// (/sys/block/*/queue/read_ahead_kb), which is of no use where trains are left out.
func BenchmarkCold(b *testing.B) {
	for name, deflate := range map[string]int{"raw": 0, "deflated": 1} {
		dir := benchRun(b, deflate)
		paths, err := filepath.Glob(filepath.Join(dir, "*AGIPD*.h5"))
		if err != nil || len(paths) == 0 {
			b.Fatal(paths, err)
		}
		pass := func(step int, cold, ask bool) func() time.Duration {
			return func() time.Duration {
				if cold {
					forgetPages(b, paths)
				}
				h5.AskAhead(ask)
				defer h5.AskAhead(true)
				start := time.Now()
				run, key := openKey(dir)
				defer run.Close()
				some, err := key.SelectTrains(extradata.ByIndex(psh.Every().By(step)))
				if err != nil {
					b.Fatal(err)
				}
				mapSum(psh.Threads(0), &extradata.TypedKey[uint16]{KeyData: some})
				return time.Since(start)
			}
		}
		for _, step := range []int{1, 4} {
			b.Run(fmt.Sprintf("%s-every-%d", name, step), func(b *testing.B) {
				versus.Run(b,
					versus.Contender{Name: "NotAsking", Timed: pass(step, true, false)},
					versus.Contender{Name: "Asking", Timed: pass(step, true, true)},
					// What it takes at least: the disk alone for all trains, and
					// the work alone.
					versus.Contender{Name: "Disk", Timed: func() time.Duration {
						forgetPages(b, paths)
						start := time.Now()
						readFiles(b, paths)
						return time.Since(start)
					}},
					versus.Contender{Name: "Warm", Timed: func() time.Duration {
						readFiles(b, paths)
						return pass(step, false, true)()
					}},
				)
			})
		}
	}
}

// readFiles reads all bytes of files.
func readFiles(b *testing.B, paths []string) {
	share(runtime.GOMAXPROCS(0), len(paths), func(_, i int) {
		file, err := os.Open(paths[i])
		if err == nil {
			_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{file}, make([]byte, 1<<20))
			file.Close()
		}
		if err != nil {
			b.Error(err)
		}
	})
}

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

// forgetPages has the system forget what it has in memory of files.
func forgetPages(b *testing.B, paths []string) {
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		_ = file.Sync()
		if err := unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED); err != nil {
			b.Fatal(err)
		}
		file.Close()
	}
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
	var total atomic.Uint64
	inflate := func(add bool) func() {
		return func() {
			total.Store(0)
			share(workers, len(chunks), func(worker, i int) {
				if err := h5.Inflate(chunks[i], buffers[worker]); err != nil {
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

func BenchmarkUnshuffle(b *testing.B) {
	in, out := make([]byte, 256<<10), make([]byte, 256<<10)
	for _, element := range []int{2, 4, 8, 16} {
		b.Run(fmt.Sprint(element), func(b *testing.B) {
			times := func(f func()) func() {
				return func() {
					for range 100 {
						f()
					}
				}
			}
			versus.Run(b,
				versus.Contender{Name: "Copy", Run: times(func() { copy(out, in) })},
				versus.Contender{Name: "Unshuffle", Run: times(func() { h5.Unshuffle(in, element, out) })},
			)
		})
	}
}

// BenchmarkChunkIndex finds the chunks of a dataset of many.
func BenchmarkChunkIndex(b *testing.B) {
	for _, newest := range []bool{false, true} {
		const chunks = 100_000
		path := filepath.Join(b.TempDir(), "data.h5")
		w, err := h5.CreateAs(path, h5.Form{Newest: newest})
		if err != nil {
			b.Fatal(err)
		}
		err = h5.Put(w, "x", []int{chunks, 8}, make([]uint16, 8*chunks), h5.Layout{Chunk: []int{1, 8}})
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		f, err := h5.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		d, err := f.Dataset("x")
		if err != nil {
			b.Fatal(err)
		}
		b.Run(h5.IndexKind(d), func(b *testing.B) {
			for b.Loop() {
				h5.Forget(d)
				if parts, err := h5.Chunks(d); err != nil || len(parts) != chunks {
					b.Fatal(len(parts), err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/chunks, "ns/chunk")
		})
		f.Close()
	}
}

// Samples that need a program of their own run this one again.
const childVariable = "EXTRAPASHA_BENCH_CHILD"

// child runs a part of a benchmark in another process, which tells how long it took.
func child(b *testing.B, what, argument string) time.Duration {
	ns, err := strconv.ParseInt(childOutput(b, what, argument), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(ns)
}

func childOutput(b *testing.B, what, argument string, environment ...string) string {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(append(os.Environ(), childVariable+"="+what), environment...)
	cmd.Stdin, cmd.Stderr = strings.NewReader(argument), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// runChild is what the other process does.
func runChild(what, argument string) {
	switch what {
	case "hand":
		var trains frames
		if err := json.Unmarshal([]byte(argument), &trains); err != nil {
			panic(err)
		}
		start := time.Now()
		maps, unmap := mapFiles(trains.Paths)
		trains.byHand(runtime.GOMAXPROCS(0), maps)
		unmap()
		fmt.Println(time.Since(start).Nanoseconds())
	case "map":
		start := time.Now()
		run, key := openKey(argument)
		mapSum(psh.Threads(0), key)
		run.Close()
		fmt.Println(time.Since(start).Nanoseconds())
	case "memory":
		run, key := openKey(argument)
		done, peak := make(chan bool), make(chan int64)
		go watchMemory(done, peak)
		for range 3 {
			mapSum(psh.Threads(0), key)
		}
		// In place, too: what a kernel changes becomes memory of its own.
		err := psh.Map(func(worker, index int, train extradata.Entries[uint16]) error {
			for _, entry := range train.All() {
				for i := range entry.Data {
					entry.Data[i]++
				}
			}
			return nil
		}, key)
		if err != nil {
			panic(err)
		}
		close(done)
		fmt.Println(<-peak)
		run.Close()
	}
}

// watchMemory finds the largest size of anonymous memory until it is done.
func watchMemory(done chan bool, peak chan int64) {
	var most int64
	for {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			panic(err)
		}
		_, line, _ := strings.Cut(string(status), "RssAnon:")
		var kib int64
		if _, err := fmt.Sscan(line, &kib); err != nil {
			panic(err)
		}
		most = max(most, kib<<10)
		select {
		case <-done:
			peak <- most
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// memoryPeak is the largest size of anonymous memory of a program that maps over the
// run, with as much as a program may use set to 512 MiB.
func memoryPeak(b *testing.B, dir string) int64 {
	peak, err := strconv.ParseInt(childOutput(b, "memory", dir, "GOMEMLIMIT=512MiB"), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return peak
}
