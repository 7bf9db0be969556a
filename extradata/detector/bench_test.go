package detector_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// sumPixels adds up all pixels, several at a time, as fast as memory gives them.
func sumPixels(pixels []uint16) (sum uint64) {
	words := unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(pixels))), len(pixels)/4)
	const mask = 0x0000ffff0000ffff
	for _, word := range words {
		sum += word&mask + word>>16&mask
	}
	return sum
}

// BenchmarkDetector maps over the frames of 16 modules of raw data, 64 pulses a train, and
// adds up all pixels, beside a loop by hand over the mapped files.
func BenchmarkDetector(b *testing.B) {
	config, err := mockrun.For("AGIPD1M")
	if err != nil {
		b.Fatal(err)
	}
	config.Pulses, config.Motors, config.Cameras = 64, 0, 0
	config.Trains, config.TrainsPerFile = 5, 5
	root := b.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		b.Fatal(err)
	}
	run, err := extradata.RunDirectory(config.RunDir(root, "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer run.Close()
	det := opened(b, run)
	frames := must(detector.Frames[uint16](det, "image.data"))(b)
	trains := must(frames.ByTrain())(b)
	sums := make([]uint64, frames.Len())
	sumFrame := func(frame detector.Frame[uint16]) (sum uint64) {
		for place := range det.NumPlaces() {
			if image, ok := frame.Module(place); ok {
				sum += sumPixels(image.Data)
			}
		}
		return sum
	}
	byFrame := func() {
		err := psh.Map(func(_, index int, frame detector.Frame[uint16]) error {
			sums[index] = sumFrame(frame)
			return nil
		}, frames)
		if err != nil {
			b.Fatal(err)
		}
	}
	byTrain := func() {
		err := psh.Map(func(_, index int, train detector.Train[uint16]) error {
			for _, frame := range train.All() {
				sums[index] += sumFrame(frame)
			}
			return nil
		}, trains)
		if err != nil {
			b.Fatal(err)
		}
	}
	byModule := func() {
		err := psh.Map(func(_, index int, module detector.ModuleData[uint16]) error {
			return module.Walk(func(_ detector.Pulse, image psh.Array[uint16]) error {
				sums[index] += sumPixels(image.Data)
				return nil
			})
		}, frames.PerModule())
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run("Frames", func(b *testing.B) {
		versus.Run(b, append([]versus.Contender{
			{Name: "Hand", Run: byHandLoop(b, root)}, {Name: "Frames", Run: byFrame},
			{Name: "Trains", Run: byTrain}, {Name: "Modules", Run: byModule},
		}, versus.Python(b, "EXtra-data", "extra_data", byEXtraData, config.RunDir(root, "raw"))...)...)
	})
	b.Run("Warm", func(b *testing.B) { // what a frame costs beside its pixels
		b.ReportAllocs()
		for b.Loop() {
			err := frames.Walk(psh.Share{Stop: frames.Len()}, func(_ int, frame detector.Frame[uint16]) error {
				for place := range 16 {
					frame.Module(place)
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*frames.Len()*16), "ns/module")
	})
}

// byEXtraData does the same with EXtra-data, train by train.
const byEXtraData = `
import sys, time
from extra_data import RunDirectory
from extra_data.components import AGIPD1M
run = RunDirectory(sys.argv[1])
start = time.perf_counter()
for _, train in AGIPD1M(run).trains():
    for module in train.values():
        module["image.data"].sum(dtype="u8")
print(time.perf_counter() - start)
`

// byHandLoop maps the files and sums all of them up, as many at once as there are cores.
func byHandLoop(b *testing.B, root string) func() {
	paths, err := filepath.Glob(filepath.Join(root, "*/*/*/raw/*/RAW-*-AGIPD*.h5"))
	if err != nil || len(paths) != 16 {
		b.Fatal(paths, err)
	}
	return func() {
		var group sync.WaitGroup
		next := make(chan string)
		for range runtime.GOMAXPROCS(0) {
			group.Go(func() {
				for path := range next {
					if err := sumFile(path); err != nil {
						b.Error(err)
					}
				}
			})
		}
		for _, path := range paths {
			next <- path
		}
		close(next)
		group.Wait()
	}
}

func sumFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	data, err := unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return err
	}
	defer unix.Munmap(data)
	sum := sumPixels(unsafe.Slice((*uint16)(unsafe.Pointer(unsafe.SliceData(data))), len(data)/2))
	if sum == 0 {
		return fmt.Errorf("%s is empty", path)
	}
	return nil
}

// BenchmarkTable makes the table of frames of 16 modules, 2,000 trains of 352 pulses.
func BenchmarkTable(b *testing.B) {
	for name, missing := range map[string]float64{"Same": 0, "Different": 0.01} {
		b.Run(name, func(b *testing.B) {
			config, err := mockrun.For("AGIPD1M")
			if err != nil {
				b.Fatal(err)
			}
			config.Pulses, config.Motors, config.Cameras, config.Rows, config.Cols = 352, 0, 0, 1, 1
			config.Trains, config.TrainsPerFile, config.MissingPulses = 2000, 250, missing
			run := made(b, config, "raw")
			opened(b, run) // as a program has done
			b.ResetTimer()
			for b.Loop() {
				run.Close()
				before := heap()
				frames := must(detector.Frames[uint16](opened(b, run), "image.data"))(b)
				b.ReportMetric(float64(heap()-before)/float64(frames.Len()*16), "B/frame/module")
			}
		})
	}
}

func heap() uint64 {
	debug.FreeOSMemory()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
