package pasha_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"extrapasha/internal/mpi/launch"

	psh "extrapasha/pasha"
)

// fateful is a kernel on ranks, one of which meets its fate at some item.
type fateful struct {
	Root   int // the process of the root, which does not, nor do workers that it has started
	Marker string
	Fate   string
	Out    psh.Array[int]
	Sums   psh.Array[int64]
	Table  psh.Array[int]
}

var meetsFate = psh.Register("fateful", func(a fateful) psh.Kernel[int] {
	return func(worker, index, value int) error {
		time.Sleep(500 * time.Microsecond)
		if os.Getpid() != a.Root && os.Getppid() != a.Root && index%10 == 5 && os.Mkdir(a.Marker, 0o700) == nil {
			switch a.Fate {
			case "error":
				return fmt.Errorf("at the beamline: %w", errBeam)
			case "panic":
				var none []int
				_ = none[index]
			case "killed":
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			case "stopped":
				_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
			case "exit":
				os.Exit(7)
			case "table":
				a.Table.Data[0]++
			case "other row":
				a.Out.Data[(index+250)%a.Out.Len()]++
			case "other slab":
				a.Sums.Data[(worker+1)%a.Sums.Len()]++
			}
		}
		a.Out.Data[index] = 3 * value // may be done again
		a.Sums.Data[worker] += int64(value)
		return nil
	}
})

// fateVariable is what happens in the program "fateful".
const fateVariable = "PASHA_TEST_FATE"

func init() {
	programs["fateful"] = func() error {
		a := fateful{Root: os.Getpid(), Marker: os.Getenv("PASHA_TEST_MARKER"), Fate: os.Getenv(fateVariable)}
		const n = 500
		var errs [3]error
		a.Out, errs[0] = psh.Alloc[int](psh.Shape(n))
		a.Sums, errs[1] = psh.Alloc[int64](psh.PerWorker(), psh.Fill(1))
		a.Table, errs[2] = psh.Alloc[int](psh.Shape(3))
		if err := errors.Join(errs[:]...); err != nil {
			return err
		}
		options := []psh.MapOption{psh.Heartbeat(time.Second)}
		if os.Getenv("PASHA_TEST_RETRY") != "" {
			options = append(options, psh.Retry(2))
		}
		err := meetsFate.Map(a, psh.Range(0, n, 1), options...)
		var died *psh.WorkerError
		var failed *psh.MapError
		switch {
		case errors.As(err, &died):
			fmt.Println("lost: rank", died.Rank > 0, "host", died.Host != "", "share", died.Share.Len() > 0, "index", died.Index >= died.Share.Start && died.Index < died.Share.Stop)
			fmt.Println(err)
		case errors.As(err, &failed):
			fmt.Println("failed: rank", failed.Rank > 0, "host", failed.Host != "", "item", failed.Index%10 == 5, "beam", errors.Is(err, errBeam))
			fmt.Println(strings.Split(err.Error(), "\n")[0])
		case err != nil:
			fmt.Println(err)
		default:
			total, wrong := -int64(a.Sums.Len()), 0
			for _, sum := range a.Sums.Data {
				total += sum
			}
			for i, x := range a.Out.Data {
				if x != 3*i {
					wrong++
				}
			}
			fmt.Println("total", total == n*(n-1)/2, "wrong", wrong)
		}
		if err != nil { // those that are left go on
			b := a
			b.Fate = ""
			b.Out, err = psh.Alloc[int](psh.Shape(n))
			if err == nil {
				err = meetsFate.Map(b, psh.Range(0, n, 1))
			}
			fmt.Println("next map:", err, b.Out.Data[n-1] == 3*(n-1))
		}
		return nil
	}
	programs["without Close"] = programs["fateful"]
}

// tempted runs the program with a fate.
func tempted(t *testing.T, l launch.Launcher, fate string, env ...string) (out, words string, err error) {
	t.Helper()
	marker := filepath.Join(t.TempDir(), "met")
	return l.Run(t, 3, append(env, programVariable+"=fateful", fateVariable+"="+fate, "PASHA_TEST_MARKER="+marker)...)
}

// TestRanksErrors is about kernels that fail, and write where it would be lost.
func TestRanksErrors(t *testing.T) {
	launch.Each(t, func(t *testing.T, l launch.Launcher) {
		for fate, want := range map[string][]string{
			"error":      {"failed: rank true host true item true beam true", "at the beamline: no beam", "(rank ", "next map: <nil> true"},
			"panic":      {"failed: rank true host true item true", "panic at mpifaults_test.go", "next map: <nil> true"},
			"table":      {"failed: rank true host true item true", "would be lost", "psh.AllocFor", "next map: <nil> true"},
			"other row":  {"would be lost", "rank ", "next map: <nil> true"},
			"other slab": {"would be lost", "rank ", "next map: <nil> true"},
			"":           {"total true wrong 0"},
		} {
			out, words, err := tempted(t, l, fate)
			for _, text := range want {
				if err != nil || !strings.Contains(out, text) {
					t.Errorf("%q: %v: %q is not in\n%s%s", fate, err, text, out, words)
				}
			}
		}
	})
}

// TestRanksProcesses is about worker processes of ranks: what they do wrong, and how they
// die, which their ranks survive.
func TestRanksProcesses(t *testing.T) {
	type fate struct{ how, retry string }
	launch.Under(t, launch.Launchers[:2], func(t *testing.T, l launch.Launcher) {
		for f, want := range map[fate][]string{
			{"error", ""}:      {"failed: rank true host true item true beam true", "at the beamline: no beam", "next map: <nil> true"},
			{"panic", ""}:      {"failed: rank true host true item true", "panic at mpifaults_test.go", "next map: <nil> true"},
			{"table", ""}:      {"failed: rank true host true item true", "would be lost", "psh.AllocFor", "next map: <nil> true"},
			{"other slab", ""}: {"would be lost", "rank ", "next map: <nil> true"},
			{"killed", ""}:     {"lost: rank true host true share true index true", "was killed (signal 9", "next map: <nil> true"},
			{"exit", ""}:       {"lost: rank true host true share true index true", "exited with code 7", "next map: <nil> true"},
			{"stopped", ""}:    {"lost: rank true host true share true index true", "gave no sign of life for 1s (it was stopped", "next map: <nil> true"},
			{"killed", "1"}:    {"total true wrong 0"},
			{"stopped", "1"}:   {"total true wrong 0"},
		} {
			id := "PASHA_TEST_ID=" + t.TempDir()
			out, words, err := tempted(t, l, f.how, psh.ContextVariable+"=mpi:processes", "PASHA_TEST_RETRY="+f.retry, id)
			for _, text := range want {
				if err != nil || !strings.Contains(out, text) {
					t.Errorf("%q: %v: %q is not in\n%s%s", f, err, text, out, words)
				}
			}
			nothingLeft(t, id)
		}
	})
}

// TestRanksLost has a rank leave while it works.
func TestRanksLost(t *testing.T) {
	launch.Under(t, launch.Surviving, func(t *testing.T, l launch.Launcher) {
		out, words, _ := tempted(t, l, "exit")
		for _, text := range []string{"lost: rank true host true share true index true", "gave no sign of life for 1", "next map: <nil> true"} {
			if !strings.Contains(out, text) {
				t.Errorf("%q is not in\n%s%s", text, out, words)
			}
		}
	})
}

// TestRanksStoppedLast stops a rank that has no work any more, for which the launcher would
// wait.
func TestRanksStoppedLast(t *testing.T) {
	l := launch.Surviving[2]
	l.Need(t)
	id := "PASHA_TEST_MARKER=" + t.TempDir()
	out, words, _ := l.Run(t, 2, programVariable+"=stopped last", id)
	if out != "stopped\n" || !strings.Contains(words, "pasha: rank 1 (") {
		t.Errorf("%s%s", out, words)
	}
	nothingLeft(t, id)
}

func init() {
	programs["stopped last"] = func() error {
		p := &roundsOnRanks{}
		if err := p.calm(); err != nil {
			return err
		}
		fmt.Println("stopped")
		return syscall.Kill(p.pids[0], syscall.SIGSTOP)
	}
}

// TestRanksEnd ends a program without Close, which must leave nothing behind.
func TestRanksEnd(t *testing.T) {
	launch.Each(t, func(t *testing.T, l launch.Launcher) {
		id := "PASHA_TEST_MARKER=" + filepath.Join(t.TempDir(), "met")
		out, words, _ := l.Run(t, 3, programVariable+"=without Close", id)
		t.Log(out, words)
		nothingLeft(t, id)
	})
}

// withVariable are the processes, but for this one, with that in their environment.
func withVariable(variable string) (pids []string) {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environments {
		text, _ := os.ReadFile(path)
		if strings.Contains(string(text), variable) {
			pids = append(pids, filepath.Base(filepath.Dir(path)))
		}
	}
	return pids
}

// TestStrangers has tasks tell that they do not know of each other.
func TestStrangers(t *testing.T) {
	launch.Strangers.Need(t)
	out, words, err := launch.Strangers.Run(t, 2, programVariable+"=answers")
	if err == nil || !strings.Contains(words, "srun --mpi=pmix") {
		t.Errorf("%v: %s%s", err, out, words)
	}
}

// TestRanksTold has mpirun tell the program to end when a rank has died: it says what was
// not done.
func TestRanksTold(t *testing.T) {
	l := launch.Launchers[0]
	l.Need(t)
	_, words, err := tempted(t, l, "killed")
	if err == nil || !strings.Contains(words, "shares of work undone") || !strings.Contains(words, "ago, and has items ") {
		t.Errorf("%v: not told in\n%s", err, words)
	}
}
