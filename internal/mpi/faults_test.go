package mpi

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"extrapasha/internal/mpi/launch"
)

func init() {
	roles["nil"] = nilDereference
	roles["killed"] = func(w *World) error { return unlucky(w, syscall.SIGKILL) }
	roles["stopped"] = func(w *World) error { return unlucky(w, syscall.SIGSTOP) }
	roles["root killed"] = func(w *World) error {
		if w.Rank() == 0 {
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		w.Line(0).Within(time.Second)
		_, err := w.Line(0).Receive()
		fmt.Println("told:", err, errors.Is(err, io.EOF))
		return w.Close()
	}
	roles["left"] = func(w *World) error { os.Exit(0); return nil }
	roles["aborted"] = func(w *World) error {
		if w.Rank() > 0 {
			select {} // whatever it does
		}
		w.Abort(7)
		return nil
	}
	roles["idle"] = idle
	roles["many"] = many
	roles["untaken"] = untaken
}

// nilDereference panics as in kernels and goes on.
func nilDereference(w *World) (err error) {
	func() {
		defer func() {
			if e, ok := recover().(runtime.Error); !ok {
				err = fmt.Errorf("recovered %v, expected an error of the runtime", e)
			}
		}()
		var of *World
		of.rank = 1
	}()
	fmt.Println("recovered")
	return err
}

// unlucky has a signal end or stop the last rank, while the others go on.
func unlucky(w *World, signal syscall.Signal) error {
	last := w.Size() - 1
	switch w.Rank() {
	case 0:
	case last:
		if _, err := w.Line(0).Receive(); err != nil {
			return err
		}
		return syscall.Kill(os.Getpid(), signal)
	default:
		if err := echo(w.Line(0)); err != nil {
			return err
		}
		_ = w.Close() // says that a rank is lost
		os.Exit(0)
	}
	if err := w.Line(last).Send(0, nil); err != nil {
		return err
	}
	w.Line(last).Within(time.Second)
	_, err := w.Line(last).Receive()
	fmt.Println("told:", err, errors.Is(err, io.EOF))
	for rank := 1; rank < last; rank++ {
		if err := exchange(w.Line(rank)); err != nil {
			return err
		}
	}
	fmt.Println("the others went on")
	if signal == syscall.SIGSTOP {
		w.Abort(7)
	}
	fmt.Println("end:", w.Close())
	os.Exit(0)
	return nil
}

// idle does nothing for a second.
func idle(w *World) error {
	var before, after syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
	time.Sleep(time.Second)
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
	used := time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
	fmt.Printf("busy for %v\n", used)
	if used > 500*time.Millisecond {
		return fmt.Errorf("busy for %v of an idle second", used)
	}
	return nil
}

// many exchanges many small messages and looks what is left of them.
func many(w *World) error {
	if w.Rank() > 0 {
		return echo(w.Line(0))
	}
	const messages = 10_000
	round := func() error {
		for rank := 1; rank < w.Size(); rank++ {
			go func() {
				for i := range messages {
					_ = w.Line(rank).Send(byte(i), fmt.Append(nil, i))
				}
			}()
		}
		for rank := 1; rank < w.Size(); rank++ {
			for i := range messages {
				m, err := w.Line(rank).Receive()
				if err != nil {
					return err
				}
				if string(m.Data) != fmt.Sprint(i) {
					return fmt.Errorf("message %d of rank %d is %q", i, rank, m.Data)
				}
			}
		}
		return nil
	}
	// Connections are made when they are needed.
	if err := round(); err != nil {
		return err
	}
	files, goroutines := openFiles(), runtime.NumGoroutine()
	if err := round(); err != nil {
		return err
	}
	if f, g := openFiles(), runtime.NumGoroutine(); f != files || g > goroutines {
		return fmt.Errorf("%d files and %d goroutines before, %d and %d after", files, goroutines, f, g)
	}
	fmt.Println("nothing is left")
	return nil
}

func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

// untaken is rows that the root never asks for; they are no hindrance at the end.
func untaken(w *World) error {
	if w.Rank() == 0 {
		return nil
	}
	return w.Line(0).SendRows(1, nil, make([]byte, 5*window*piece))
}

// nothingLeft has no process of this test be there, soon.
func nothingLeft(t *testing.T, role string) {
	t.Helper()
	var left string
	for range 100 {
		found, _ := exec.Command("grep", "-slz", "^"+roleVariable+"="+role+"$", "-r", "--include=environ", "--exclude-dir=task", "/proc").Output()
		left = string(found)
		if left == "" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("processes are left:\n%s", left)
}

// fine are roles that all end well, and what they say.
var fine = map[string]string{"nil": "recovered", "idle": "busy for", "many": "nothing is left", "untaken": ""}

func TestFine(t *testing.T) {
	for role, word := range fine {
		t.Run(role, func(t *testing.T) {
			launch.Each(t, func(t *testing.T, l launch.Launcher) {
				out := run(t, l, 4, role)
				t.Log(out)
				if !strings.Contains(out, word) {
					t.Errorf("the ranks have said %q", out)
				}
			})
		})
	}
}

func TestDeaths(t *testing.T) {
	for _, role := range []string{"killed", "stopped", "root killed", "left", "aborted"} {
		t.Run(strings.ReplaceAll(role, " ", "-"), func(t *testing.T) {
			launch.Each(t, func(t *testing.T, l launch.Launcher) {
				out, words, err := l.Run(t, 4, roleVariable+"="+role)
				t.Logf("%v\n%s%s", err, out, words)
				nothingLeft(t, role)
				if err == nil && role != "left" {
					t.Error("the launcher says that all went well")
				}
				if l.Ends() && role != "stopped" {
					return // it has ended all, at any time
				}
				host, _ := os.Hostname()
				switch role {
				case "root killed":
					if told := fmt.Sprintf("told: rank 0 (%s): no sign of life for ", host); strings.Count(out, told) != 3 {
						t.Errorf("expected %q three times", told)
					}
				case "killed", "stopped":
					if told := fmt.Sprintf("told: rank 3 (%s): no sign of life for ", host); !strings.Contains(out, told) || !strings.Contains(out, "the others went on") {
						t.Errorf("expected %q, and that the others went on", told)
					}
				}
			})
		})
	}
}
