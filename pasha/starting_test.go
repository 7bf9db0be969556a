//go:build linux

package pasha_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	psh "extrapasha/pasha"
)

// TestFaultsAtStart sends workers signals at random moments while they start, from
// their first on.
func TestFaultsAtStart(t *testing.T) {
	for _, f := range []fault{
		{name: "SIGKILL", signal: unix.SIGKILL, reason: "signal 9"},
		{name: "SIGTERM", signal: unix.SIGTERM, reason: "signal 15 (terminated)"},
		{name: "SIGSTOP", signal: unix.SIGSTOP, reason: "gave no sign of life for 150ms (it was", options: []psh.MapOption{psh.Heartbeat(150 * time.Millisecond)}},
	} {
		for _, retry := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, retry %v", f.name, retry), func(t *testing.T) {
				ctx := processes(t, 2)
				out := alloc[float64](t, psh.Shape(100), psh.In(ctx))
				before, failures, done := left(t), 0, 0
				// On a slow day most signals come when the map is over: more rounds then.
				for ; done < *rounds/5 || !retry && failures < *rounds/50 && done < 4**rounds; done++ {
					failures += roundAtStart(t, ctx, out, f, retry)
					psh.EndWorkers()
					if after := left(t); after != before {
						t.Fatalf("left behind: %s; before: %s", after, before)
					}
				}
				if !retry && failures < *rounds/50 {
					t.Errorf("the map failed in %d of %d rounds only: that is no test", failures, done)
				}
			})
		}
	}
}

// roundAtStart is one map on workers that meet a fault. It tells how many times the
// map failed.
func roundAtStart(t *testing.T, ctx psh.Context, out psh.Array[float64], f fault, retry bool) (failures int) {
	t.Helper()
	hit := make(chan []int)
	end := make(chan bool)
	go func() { hit <- strike(f.signal, 1+rand.IntN(2), end) }()
	options := append([]psh.MapOption{psh.On(ctx)}, f.options...)
	if retry {
		options = append(options, psh.Retry(5))
	}
	clear(out.Data)
	err := triple.Map(out, psh.Slice(slices.Repeat([]float64{2}, out.Len())), options...)
	close(end)
	pids := <-hit
	var died *psh.WorkerError
	switch {
	case err == nil:
		if slices.ContainsFunc(out.Data, func(x float64) bool { return x != 6 }) {
			t.Fatalf("%v", out.Data)
		}
	case retry:
		t.Fatalf("with Retry: %v", err)
	// On a busy machine the other worker may have been silent for as long.
	case !errors.As(err, &died) || !slices.Contains(pids, died.PID) && f.signal != unix.SIGSTOP || !strings.Contains(err.Error(), f.reason):
		t.Fatalf("%v, want a WorkerError of one of %v with %q", err, pids, f.reason)
	default:
		gone(t, died.PID)
		failures++
	}
	for _, pid := range pids {
		_ = unix.Kill(pid, unix.SIGCONT)
	}
	if err := triple.Map(out, psh.Slice([]float64{1}), psh.On(ctx)); err != nil {
		t.Fatalf("the next map: %v", err)
	}
	return failures
}

// strike sends a signal to as many children as appear, each at a random moment, until
// the end. One is only stopped once it has become the program: before that, whoever
// starts a process waits for it.
func strike(signal syscall.Signal, victims int, end chan bool) (pids []int) {
	for {
		for _, pid := range childrenOf(os.Getpid()) {
			if slices.Contains(pids, pid) || len(pids) == victims {
				continue
			}
			if signal == unix.SIGSTOP && !isWorker(pid) {
				continue
			}
			if rand.IntN(4) > 0 {
				time.Sleep(time.Duration(rand.IntN(15_000)) * time.Microsecond)
			}
			if unix.Kill(pid, signal) == nil {
				pids = append(pids, pid)
			}
		}
		select {
		case <-end:
			return pids
		default:
		}
	}
}

func TestProgramEndsBeforeInit(t *testing.T) {
	ctx := processes(t, 2)
	t.Setenv(earlyExit, "1")
	for _, retries := range []int{0, 3} {
		var died *psh.WorkerError
		err := sleeping.Map(0, psh.Range(0, 10, 1), psh.On(ctx), psh.Retry(retries))
		if !errors.As(err, &died) || died.Index != -1 || !strings.Contains(err.Error(), "exited with code 7 and did not come to psh.Init") {
			t.Errorf("%d retries: %v, want a WorkerError that tells of psh.Init", retries, err)
		}
	}
}

func isWorker(pid int) bool {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return strings.Contains(string(text), "PASHA_WORKER_LINE=")
}

func childrenOf(pid int) (pids []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		for _, word := range strings.Fields(string(text)) {
			var child int
			fmt.Sscan(word, &child)
			pids = append(pids, child)
		}
	}
	return pids
}
