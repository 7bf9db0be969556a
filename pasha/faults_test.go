//go:build linux

package pasha_test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	psh "extrapasha/pasha"
)

var rounds = flag.Int("rounds", defaultRounds, "how often each fault is tried")

// faulty is a map in which a worker fails.
type faulty struct {
	Out     psh.Array[int]   // items
	Sums    psh.Array[int64] // workers
	PIDs    psh.Array[int]   // workers
	Trouble psh.Array[int32] // the item at which a worker makes trouble, if it does; -1 when it has
	How     string
}

const faultyItems = 300

var work = psh.Register("faulty", func(a faulty) psh.Kernel[int] {
	return func(worker, index, value int) error {
		a.PIDs.Data[worker] = os.Getpid()
		a.Sums.Data[worker] += int64(value)
		if a.Trouble.Data[0] == int32(index) {
			a.Trouble.Data[0] = -1 // once, should the item be tried again
			makeTrouble(a.How)
		}
		for start := time.Now(); time.Since(start) < 20*time.Microsecond; {
		}
		a.Out.Data[index] = 3*value + 1
		return nil
	}
})

// makeTrouble does it from within.
func makeTrouble(how string) {
	switch how {
	case "exit":
		os.Exit(3)
	case "panic":
		panic("the kernel panics")
	case "bad address":
		// Not a panic, but the end of the process, as in C.
		address := uintptr(1 << 40)
		*(*int)(*(*unsafe.Pointer)(unsafe.Pointer(&address))) = 1
	case "memory":
		// Little more than there is now.
		text, _ := os.ReadFile("/proc/self/statm")
		var pages uint64
		fmt.Sscan(string(text), &pages)
		limit := pages*uint64(os.Getpagesize()) + 64<<20
		_ = unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: limit, Max: limit})
		for {
			hoard = append(hoard, make([]byte, 16<<20))
		}
	}
}

var hoard [][]byte

// fault is a way to fail.
type fault struct {
	name    string
	within  string         // trouble that the kernel makes
	signal  syscall.Signal // or one that is sent to it
	reason  string         // what the error must tell
	options []psh.MapOption
}

// TestFaults kills a worker at a random moment, in each way, and looks that the map
// ends with the right error, or the right result; that nothing is left; and that the
// next map is right.
func TestFaults(t *testing.T) {
	quick := psh.Heartbeat(150 * time.Millisecond)
	for _, f := range []fault{
		{name: "SIGKILL", signal: unix.SIGKILL, reason: "signal 9"},
		{name: "SIGTERM", signal: unix.SIGTERM, reason: "signal 15 (terminated)"},
		{name: "SIGSTOP", signal: unix.SIGSTOP, reason: "no sign of life for 150ms (it was", options: []psh.MapOption{quick}},
		// Go tells of a "segmentation violation", unless a thread gets the signal that is not its
		// own: then the system does, of a "segmentation fault".
		{name: "SIGSEGV sent", signal: unix.SIGSEGV, reason: "segmentation "},
		{name: "SIGSEGV", within: "bad address", reason: "SIGSEGV"},
		{name: "exit", within: "exit", reason: "exited with code 3"},
		{name: "panic", within: "panic", reason: "the kernel panics"},
		// Mostly it says that it is out of memory; once in hundreds of rounds Go's runtime, or
		// the race detector, falls over the want of it.
		{name: "memory limit", within: "memory", reason: "exited with code 2"},
	} {
		t.Run(f.name, func(t *testing.T) {
			if f.reason != "signal 9" {
				quiet(t)
			}
			ctx, in := processes(t, 2), psh.In(processes(t, 2))
			a := faulty{
				Out: alloc[int](t, psh.Shape(faultyItems), in), Sums: alloc[int64](t, psh.PerWorker(), in), PIDs: alloc[int](t, psh.PerWorker(), in),
				Trouble: alloc[int32](t, psh.Shape(1), in), How: f.within,
			}
			a.calm(t, ctx)
			before := left(t)
			failures := 0
			for round := range *rounds {
				if a.round(t, ctx, f, round%2 == 1) {
					failures++
				}
				if after := left(t); after != before {
					t.Fatalf("round %d: left behind: %s; before: %s", round, after, before)
				}
			}
			if failures < *rounds/8 {
				t.Errorf("the map failed in %d of %d rounds only: that is no test", failures, *rounds)
			}
		})
	}
}

// round is one map with a fault. It tells whether the map failed.
func (a faulty) round(t *testing.T, ctx psh.Context, f fault, retry bool) (failed bool) {
	t.Helper()
	a.clear()
	pids := [2]int{a.PIDs.Data[0], a.PIDs.Data[1]}
	victim := rand.IntN(2)
	a.Trouble.Data[0] = -1
	if f.within != "" {
		a.Trouble.Data[0] = rand.Int32N(faultyItems)
	}
	sent := make(chan bool)
	go func() {
		defer close(sent)
		if f.signal != 0 {
			time.Sleep(time.Duration(rand.IntN(4000)) * time.Microsecond)
			_ = unix.Kill(pids[victim], f.signal)
		}
	}()
	options := append([]psh.MapOption{psh.On(ctx)}, f.options...)
	if retry {
		options = append(options, psh.Retry(3))
	}
	err := work.Map(a, psh.Range(0, faultyItems, 1), options...)
	<-sent
	var died *psh.WorkerError
	var panicked *psh.PanicError
	switch {
	case err == nil:
		a.check(t)
		if f.within != "" && !retry {
			t.Fatal("a worker was lost without an error")
		}
	case f.within == "panic":
		if !errors.As(err, &panicked) || !strings.Contains(err.Error(), f.reason) {
			t.Fatalf("%v, want a panic", err)
		}
	case retry:
		t.Fatalf("with Retry: %v", err)
	case !errors.As(err, &died) || !strings.Contains(err.Error(), f.reason) || !strings.Contains(err.Error(), fmt.Sprintf("(pid %d)", died.PID)):
		t.Fatalf("%v, want a WorkerError with %q", err, f.reason)
	default:
		if f.within != "" && !(died.Index >= died.Share.Start && died.Index < died.Share.Stop) {
			t.Fatalf("%v: not on an item of its share", err)
		}
		// On a busy machine the other worker may have been silent for as long.
		if f.signal != 0 && f.signal != unix.SIGSTOP && died.PID != pids[victim] {
			t.Fatalf("%v, want process %d", err, pids[victim])
		}
		gone(t, died.PID)
	}
	switch f.signal { // it may come to it only now that the map is over
	case 0:
	case unix.SIGSTOP:
		_ = unix.Kill(pids[victim], unix.SIGCONT)
	default:
		gone(t, pids[victim])
	}
	a.calm(t, ctx)
	return err != nil || a.PIDs.Data[0] != pids[0] || a.PIDs.Data[1] != pids[1]
}

func (a faulty) clear() {
	clear(a.Out.Data)
	clear(a.Sums.Data)
}

// calm is a map without a fault. The processes are those that the next round has.
func (a faulty) calm(t *testing.T, ctx psh.Context) {
	t.Helper()
	for a.PIDs.Fill(0); a.PIDs.Data[0] == 0 || a.PIDs.Data[1] == 0; {
		a.clear()
		a.Trouble.Data[0] = -1
		if err := work.Map(a, psh.Range(0, faultyItems, 1), psh.On(ctx)); err != nil {
			t.Fatalf("the next map: %v", err)
		}
		a.check(t)
	}
}

func (a faulty) check(t *testing.T) {
	t.Helper()
	for i, value := range a.Out.Data {
		if value != 3*i+1 {
			t.Fatalf("item %d: %d", i, value)
		}
	}
	if sum := a.Sums.Data[0] + a.Sums.Data[1]; sum != faultyItems*(faultyItems-1)/2 {
		t.Fatalf("sum %d, want %d: items were left out or counted twice", sum, faultyItems*(faultyItems-1)/2)
	}
}

// gone makes sure that a process ends within two seconds. One that is dead and was
// not waited for by process 1 has ended.
func gone(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(time.Millisecond) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		_, state, _ := strings.Cut(string(text), ") ")
		if err != nil || strings.HasPrefix(state, "Z") || strings.HasPrefix(state, "X") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("process %d is still there: %s", pid, text)
		}
	}
}

// left tells what this process has: descriptors, mappings of shared memory, children.
func left(t *testing.T) string {
	t.Helper()
	descriptors, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	children := 0
	tasks, _ := filepath.Glob("/proc/self/task/*/children")
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		children += len(strings.Fields(string(text)))
	}
	return fmt.Sprintf("%d descriptors, %d mappings, %d children", len(descriptors), strings.Count(string(maps), "memfd:pasha"), children)
}

// quiet keeps what dying workers print out of the test's output.
func quiet(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = null
	t.Cleanup(func() {
		psh.EndWorkers() // which print no more
		os.Stderr = stderr
		null.Close()
	})
}

// TestEndOfProgram ends the program itself, at a random moment: its workers must end
// with it, whether the system tells them or the closed line.
func TestEndOfProgram(t *testing.T) {
	for _, c := range []struct {
		name, env string
		signal    syscall.Signal
		group     bool // the signal goes to the workers, too, as Ctrl-C does
		end       string
	}{
		{name: "SIGKILL", signal: unix.SIGKILL, end: "signal: killed"},
		{name: "SIGKILL, no death signal", env: "PASHA_TEST_NO_DEATH_SIGNAL=1", signal: unix.SIGKILL, end: "signal: killed"},
		{name: "SIGKILL, lines held open", env: "PASHA_TEST_HOLD_LINES=1", signal: unix.SIGKILL, end: "signal: killed"},
		{name: "Ctrl-C", signal: unix.SIGINT, group: true, end: "signal: interrupt"},
		{name: "Ctrl-C, handled", env: "PASHA_TEST_CTRL_C=1", signal: unix.SIGINT, group: true, end: "exit status 130"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := left(t)
			for range *rounds {
				endProgram(t, c.env, c.signal, c.group, c.end)
			}
			if after := left(t); after != before {
				t.Errorf("left behind: %s; before: %s", after, before)
			}
		})
	}
}

func endProgram(t *testing.T, env string, signal syscall.Signal, group bool, end string) {
	t.Helper()
	c := program(t, "endless", env)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGKILL}
	var stderr strings.Builder
	c.Stderr = &stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var pids [3]int
	if n, err := fmt.Fscan(bufio.NewReader(stdout), &pids[0], &pids[1], &pids[2]); n < 3 {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
	target := c.Process.Pid
	if group {
		target = -target
	}
	if err := unix.Kill(target, signal); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); fmt.Sprint(err) != end {
		t.Fatalf("the program ended with %v, want %s: %s", err, end, stderr.String())
	}
	gone(t, pids[0])
	gone(t, pids[1])
	if pids[2] != 0 {
		_ = unix.Kill(pids[2], unix.SIGKILL)
	}
}

var writeAt = psh.Register("write at", func(out psh.Array[float64]) psh.Kernel[int] {
	return func(worker, index, position int) error {
		out.Data[position] = float64(index + 1)
		return nil
	}
})

// TestProcessesHugeArray has workers write a few pages of an array of most of the
// machine's memory.
func TestProcessesHugeArray(t *testing.T) {
	ctx := processes(t, 2)
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		t.Fatal(err)
	}
	elements := int(info.Totalram) / 6 * 5 / 8
	out := alloc[float64](t, psh.Shape(elements), psh.In(ctx))
	positions := []int{0, elements / 3, elements - 1}
	if err := writeAt.Map(out, psh.Slice(positions), psh.On(ctx)); err != nil {
		t.Fatal(err)
	}
	for i, position := range positions {
		if out.Data[position] != float64(i+1) {
			t.Errorf("element %d: %v", position, out.Data[position])
		}
	}
	_, err := psh.Alloc[float64](psh.Shape(1<<20, 1<<20), psh.In(ctx))
	if !errors.Is(err, psh.ErrMemory) || !strings.Contains(err.Error(), "8.0 TiB") || !strings.Contains(err.Error(), "machine has") && !strings.Contains(err.Error(), "limit") {
		t.Errorf("%v, want ErrMemory with what was asked for and what there is", err)
	}
}
