package keydata_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// pathRun is a run of one module whose trains lie in one piece mostly.
func pathRun(rows, cols, deflate int) mockrun.Config {
	config := mockrun.Default()
	config.Modules, config.Motors, config.Cameras, config.Aggregators = 1, 1, 0, 1
	config.Trains, config.TrainsPerFile, config.Pulses = 40, 20, 3
	config.Rows, config.Cols, config.Deflate = rows, cols, deflate
	return config
}

func openImages(t testing.TB, config mockrun.Config) *keydata.Typed[uint16] {
	t.Helper()
	files, trainIDs := open(t, config)
	return newKey[uint16](t, files, trainIDs, mockrun.Module(0), "image.data")
}

func hash(values []uint16) (h uint64) {
	for _, v := range values {
		h = h*31 + uint64(v)
	}
	return h
}

// hashes are those of all trains, read by Read.
func hashes(t *testing.T, k *keydata.Typed[uint16]) []uint64 {
	t.Helper()
	all, err := k.Read()
	if err != nil {
		t.Fatal(err)
	}
	starts, stops := k.TrainIndexBounds()
	out := make([]uint64, k.Len())
	for i := range out {
		size := all.Size() / max(all.Len(), 1)
		out[i] = hash(all.Data[starts[i]*size : stops[i]*size])
	}
	return out
}

// TestInPlace changes the data of every train while others do, too, and yet others
// only look: everybody gets what is in the file, every time.
func TestInPlace(t *testing.T) {
	for _, size := range [][2]int{{3, 5}, {32, 64}, {65, 127}} {
		for _, deflate := range []int{0, 1} {
			t.Run(fmt.Sprintf("%dx%d-%d", size[0], size[1], deflate), func(t *testing.T) {
				k := openImages(t, pathRun(size[0], size[1], deflate))
				want := hashes(t, k)
				path := k.FilePaths()[0]
				before, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				walk := func(change bool) error {
					return psh.Map(func(worker, index int, train keydata.Entries[uint16]) error {
						for range 3 {
							if hash(train.Array().Data) != want[index] {
								return fmt.Errorf("train %d is not what is in the file", train.TrainID)
							}
						}
						if change {
							data := train.Array().Data
							for i := range data {
								data[i] ^= uint16(i + worker + 1)
							}
						}
						return nil
					}, k, psh.On(psh.Threads(4)))
				}
				var group sync.WaitGroup
				for i := range 4 {
					group.Go(func() {
						for range 5 {
							if err := walk(i%2 == 0); err != nil {
								t.Error(err)
							}
						}
					})
				}
				group.Wait()
				if got := hashes(t, k); !slices.Equal(got, want) {
					t.Error("Read gives other data after walks that changed it")
				}
				if after, err := os.ReadFile(path); err != nil || !slices.Equal(after, before) {
					t.Error("the file has changed", err)
				}
			})
		}
	}
}

// TestNoAllocations shows that a walk over raw data takes no memory for each train.
func TestNoAllocations(t *testing.T) {
	k := openImages(t, pathRun(32, 64, 0))
	short, err := k.SelectTrains(keydata.ByIndex(psh.Span(0, 4)))
	if err != nil {
		t.Fatal(err)
	}
	allocations := func(key *keydata.KeyData) float64 {
		typed, err := keydata.As[uint16](key)
		if err != nil {
			t.Fatal(err)
		}
		return testing.AllocsPerRun(20, func() {
			if err := typed.Walk(psh.Share{Stop: typed.Len()}, func(int, keydata.Entries[uint16]) error { return nil }); err != nil {
				t.Fatal(err)
			}
		})
	}
	few, many := allocations(short), allocations(k.KeyData)
	// The race detector has pools forget what they have now and then.
	if many-few > float64(k.Len()-4)/2 {
		t.Errorf("%v allocations for %d trains, %v for 4", many, k.Len(), few)
	}
}

// TestFileChanges changes files in all ways while a kernel works on their data.
func TestFileChanges(t *testing.T) {
	replace := func(path string, change func(content []byte) []byte) {
		content, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path+".new", change(content), 0o644)
		}
		if err == nil {
			err = os.Rename(path+".new", path)
		}
		if err != nil {
			t.Error(err)
		}
	}
	for name, change := range map[string]func(path string){
		"emptied":      func(path string) { _ = os.Truncate(path, 0) },
		"cut short":    func(path string) { _ = os.Truncate(path, 20_000) },
		"cut in a row": func(path string) { info, _ := os.Stat(path); _ = os.Truncate(path, info.Size()/2+77) },
		"replaced":     func(path string) { replace(path, slices.Clone[[]byte]) },
		"replaced by a shorter one": func(path string) {
			replace(path, func(content []byte) []byte { return content[:len(content)/3] })
		},
		"written to": func(path string) {
			time.Sleep(10 * time.Millisecond) // what the time of a change is exact to
			file, err := os.OpenFile(path, os.O_RDWR, 0)
			if err == nil {
				_, err = file.WriteAt([]byte{1, 2, 3}, 5000)
				file.Close()
			}
			if err != nil {
				t.Error(err)
			}
		},
	} {
		for _, deflate := range []int{0, 1} {
			t.Run(fmt.Sprintf("%s-%d", name, deflate), func(t *testing.T) {
				k := openImages(t, pathRun(128, 64, deflate))
				var once sync.Once
				var total atomic.Int64
				err := psh.Map(func(worker, index int, train keydata.Entries[uint16]) error {
					once.Do(func() { change(k.FilePaths()[0]) })
					data := train.Array().Data
					if index%2 == 0 { // copying faults, too
						data = slices.Clone(data)
					}
					for i, v := range data {
						total.Add(int64(v))
						data[i] = v + 1
					}
					return nil
				}, k, psh.On(psh.Threads(3)))
				var failed *keydata.Error
				if !errors.Is(err, keydata.ErrChanged) || !errors.As(err, &failed) || failed.TrainID == 0 || failed.Key != "image.data" {
					t.Fatalf("%v, expected an error for the key and a train that wraps ErrChanged", err)
				}
				if !strings.Contains(err.Error(), k.FilePaths()[0]) || strings.Contains(err.Error(), "goroutine") {
					t.Errorf("%v: expected the path of the file, and no stack", err)
				}
				// Whoever asks again is told again, whatever way.
				if _, err := k.Read(); !errors.Is(err, keydata.ErrChanged) {
					t.Errorf("Read afterwards: %v", err)
				}
				if _, err := k.TrainByIndex(0); !errors.Is(err, keydata.ErrChanged) {
					t.Errorf("a train afterwards: %v", err)
				}
			})
		}
	}
}

// TestRemovedFile goes on with a file that has no name any more.
func TestRemovedFile(t *testing.T) {
	k := openImages(t, pathRun(32, 64, 0))
	want := hashes(t, k)
	err := psh.Map(func(worker, index int, train keydata.Entries[uint16]) error {
		if index == 0 {
			if err := os.Remove(k.FilePaths()[0]); err != nil {
				return err
			}
		}
		if hash(train.Array().Data) != want[index] {
			return fmt.Errorf("train %d is another", train.TrainID)
		}
		return nil
	}, k, psh.On(psh.Threads(2)))
	if err != nil {
		t.Error(err)
	}
}

// TestKernelPanics are not taken for faults of files.
func TestKernelPanics(t *testing.T) {
	k := openImages(t, pathRun(32, 64, 0))
	err := psh.Map(func(worker, index int, train keydata.Entries[uint16]) error {
		var nothing *keydata.Error
		_ = nothing.Key // panics
		return nil
	}, k)
	var panicked *psh.PanicError
	if !errors.As(err, &panicked) || !strings.Contains(string(panicked.Stack), "TestKernelPanics") {
		t.Errorf("%v, expected a panic with the kernel's stack", err)
	}
}

// TestNothingIsLeft looks for descriptors and mappings of files that were closed.
func TestNothingIsLeft(t *testing.T) {
	config := pathRun(32, 64, 0)
	root := t.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		t.Fatal(err)
	}
	left := func() (found []string) {
		maps, err := os.ReadFile("/proc/self/maps")
		if err != nil {
			t.Skip("no /proc here")
		}
		for line := range strings.Lines(string(maps)) {
			if strings.Contains(line, root) {
				found = append(found, line)
			}
		}
		entries, _ := os.ReadDir("/proc/self/fd")
		for _, entry := range entries {
			if target, _ := os.Readlink(filepath.Join("/proc/self/fd", entry.Name())); strings.HasPrefix(target, root) {
				found = append(found, target)
			}
		}
		return found
	}
	files, err := run.OpenDirectory(config.RunDir(root, "raw"), run.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []uint64
	for _, file := range files {
		ids = append(ids, file.TrainIDs()...)
	}
	slices.Sort(ids)
	k := newKey[uint16](t, files, slices.Compact(ids), mockrun.Module(0), "image.data")
	stop := errors.New("stop")
	for _, result := range []error{nil, stop} {
		err := psh.Map(func(worker, index int, train keydata.Entries[uint16]) error {
			if index == 7 {
				if n := len(left()); n < 2 {
					t.Errorf("only %d descriptors and mappings while a file is mapped", n)
				}
				return result
			}
			return nil
		}, k)
		if !errors.Is(err, result) {
			t.Fatal(err)
		}
	}
	for _, file := range files {
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if found := left(); len(found) > 0 {
		t.Errorf("left: %q", found)
	}
}
