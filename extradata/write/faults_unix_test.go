//go:build unix

package write_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
)

// childVariable has the test program write and nothing else: the kind, the directory of
// the run, and the path.
const childVariable = "WRITE_TEST_CHILD"

func TestMain(m *testing.M) {
	task := strings.Split(os.Getenv(childVariable), "\n")
	if len(task) != 3 {
		os.Exit(m.Run())
	}
	if err := child(task[0], task[1], task[2]); err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	os.Exit(0)
}

func child(kind, from, to string) error {
	if err := limit(); err != nil {
		return err
	}
	if kind, again := strings.CutPrefix(kind, againAndAgain); again {
		return writeAgain(kinds[kind], from, to)
	}
	return kinds[kind](to, from)
}

// writing is the test program writing a kind of file.
func writing(kind, from, to string) *exec.Cmd {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childVariable+"="+strings.Join([]string{kind, from, to}, "\n"))
	return command
}

// roomVariable limits the size of its files.
const roomVariable = "WRITE_TEST_ROOM"

func limit() error {
	room, err := strconv.ParseUint(os.Getenv(roomVariable), 10, 64)
	if err != nil {
		return nil // none is asked for
	}
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: room, Max: room})
}

// old is a directory of one file, for what is to be written of a run: nothing else is ever
// in it. For files of the names of those of the run that is one of them.
func old(t *testing.T, kind, from string) (to, path string) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "old.h5")
	if to = path; kind == "CopyStructure" {
		names, err := filepath.Glob(filepath.Join(from, "RAW*.h5"))
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		to, path = dir, filepath.Join(dir, filepath.Base(slices.Min(names)))
	}
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	return to, path
}

// named tells whether a text names a path, and nothing that is only there for now.
func named(text, path string) bool {
	return strings.Contains(text, path) && !strings.Contains(text, ".pending")
}

// onlyOld makes sure that a directory has the old file and no other.
func onlyOld(t testing.TB, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Error(entries, err)
	}
	if text, err := os.ReadFile(path); string(text) != "old" {
		t.Errorf("%.10q, %v", text, err)
	}
}

// TestFull has no room at every tenth of the write, whatever is written.
func TestFull(t *testing.T) {
	from := small(t, 0)
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			to, path := old(t, kind, from)
			if err := kinds[kind](to, from); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			to, path = old(t, kind, from)
			for tenth := range int64(10) {
				command := writing(kind, from, to)
				command.Env = append(command.Env, roomVariable+"="+strconv.FormatInt(info.Size()*tenth/10, 10))
				if out, err := command.CombinedOutput(); err == nil || !named(string(out), path) {
					t.Errorf("with room for %d tenths: %v, %s", tenth, err, out)
				}
				onlyOld(t, path)
			}
		})
	}
}

// TestSourceCut has the files of a run that is open cut short: the error names one, and the
// old file stays.
func TestSourceCut(t *testing.T) {
	for kind, write := range runKinds {
		from := small(t, 1)
		run := opened(t, from)
		to, path := old(t, kind, from)
		cut(t, from)
		if err := write(to, run); !errors.Is(err, h5.ErrChanged) && !errors.Is(err, h5.ErrCorrupt) || !named(err.Error(), from) {
			t.Errorf("%s: %v", kind, err)
		}
		onlyOld(t, path)
	}
}

// cut halves the files of a run.
func cut(t *testing.T, dir string) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(dir, "RAW*.h5"))
	if err != nil || len(sources) == 0 {
		t.Fatal(sources, err)
	}
	for _, source := range sources {
		info, err := os.Stat(source)
		if err == nil {
			err = os.Truncate(source, info.Size()/2)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestCutMeanwhile has the files of a run cut short at any moment while they are written:
// all that was to be had is there, or nothing, and an error that names a file.
func TestCutMeanwhile(t *testing.T) {
	for kind, write := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			failed, rounds := 0, 12
			for range rounds {
				from, to := small(t, 1), filepath.Join(t.TempDir(), "new")
				done := make(chan error)
				go func() { done <- write(to, from) }()
				time.Sleep(rand.N(120 * time.Millisecond))
				cut(t, from)
				if err := <-done; err != nil {
					failed++
					_, without := errors.AsType[*extradata.SourceNameError](err) // the run was opened without the file that has it
					if !without && !named(err.Error(), from) && !named(err.Error(), to) {
						t.Error(err)
					}
					if entries, err := os.ReadDir(filepath.Dir(to)); err != nil || len(entries) > 0 {
						t.Error(entries, err)
					}
				} else if kind == "Write" || kind == "WriteFrames" {
					if err := wholeFile(to); err != nil {
						t.Error(err)
					}
				}
			}
			t.Logf("%d of %d failed", failed, rounds)
		})
	}
}
