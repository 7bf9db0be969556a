package h5_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// BenchmarkCold maps over a run that the system has to read from the disk, all trains,
// every fourth, or one frame of each in eight, with and without asking for what comes next. What that is worth
// depends on how far the system reads ahead by itself
// (/sys/block/*/queue/read_ahead_kb), which is of no use where trains are left out.
func BenchmarkCold(b *testing.B) {
	for name, deflate := range map[string]int{"raw": 0, "deflated": 1} {
		dir := benchRun(b, deflate)
		paths, err := filepath.Glob(filepath.Join(dir, "*AGIPD*.h5"))
		if err != nil || len(paths) == 0 {
			b.Fatal(paths, err)
		}
		pass := func(step, number int, cold, ask bool) func() time.Duration {
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
				frames := (&extradata.TypedKey[uint16]{KeyData: some}).ByEntry()
				if number >= 0 {
					if frames, err = frames.Numbers(psh.At(number)); err != nil {
						b.Fatal(err)
					}
				}
				mapEntries(psh.Threads(0), frames)
				return time.Since(start)
			}
		}
		for _, c := range []struct {
			name         string
			step, number int
		}{{"all", 1, -1}, {"every-fourth-train", 4, -1}, {"fourth-frame-of-each", 1, 3}} {
			b.Run(name+"-"+c.name, func(b *testing.B) {
				versus.Run(b,
					versus.Contender{Name: "NotAsking", Timed: pass(c.step, c.number, true, false)},
					versus.Contender{Name: "Asking", Timed: pass(c.step, c.number, true, true)},
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
						return pass(c.step, c.number, false, true)()
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
	case "eight workers":
		run, key := openKey(argument)
		done, peak := make(chan bool), make(chan int64)
		go watchMemory(done, peak)
		for range 3 {
			mapSum(psh.Threads(8), key)
		}
		close(done)
		fmt.Println(<-peak)
		run.Close()
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
func memoryPeak(b *testing.B, what, dir string) int64 {
	peak, err := strconv.ParseInt(childOutput(b, what, dir, "GOMEMLIMIT=512MiB"), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return peak
}
