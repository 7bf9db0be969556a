package extradata_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"extrapasha/extradata"
	"extrapasha/keydata"
)

// lock takes the lock that somebody has who writes a file, until the test ends.
func lock(t testing.TB, path string) {
	t.Helper()
	writer, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { writer.Close() })
	if err := unix.Flock(int(writer.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		t.Fatal(err)
	}
}

// mapped makes the files map of a run, or not.
func mapped(t testing.TB, dir string, with bool) {
	t.Helper()
	if with {
		faultRun(t, dir).Close()
		if _, err := os.Stat(filepath.Join(dir, "karabo_data_map.json")); err != nil {
			t.Fatal(err)
		}
	}
}

var withMap = map[string]bool{"with files map": true, "without files map": false}

func TestFaultLocked(t *testing.T) {
	for name, with := range withMap {
		t.Run(name, func(t *testing.T) {
			dir := faultRow(t, "two_files/run")
			mapped(t, dir, with)
			lock(t, filepath.Join(dir, faultSecond))
			told := notices(t)
			run := faultRun(t, dir)
			if diff := cmp.Diff(count(faultFirst, faultTrains), run.TrainIDs()); diff != "" {
				t.Error("trains:", diff)
			}
			reads(t, run, "data.energy", ramp(0, faultTrains))
			if missing := lacks(told(), "level=WARN", faultSecond, "locked"); missing != nil {
				t.Errorf("the warning %q does not tell %q", told(), missing)
			}
		})
	}
}

// TestFaultLockedLater has a file that a writer opens after the run was opened, which
// a files map told of.
func TestFaultLockedLater(t *testing.T) {
	dir := faultRow(t, "two_files/run")
	mapped(t, dir, true)
	run := faultRun(t, dir)
	lock(t, filepath.Join(dir, faultSecond))
	refuses[float32](t, run, "data.energy", keydata.ErrLocked, faultSecond, "HDF5_USE_FILE_LOCKING")
}

// replaced are the ways in which a file becomes another.
var replaced = map[string]func(t testing.TB, from, to string){
	"renamed": func(t testing.TB, from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	},
	"of the same time": func(t testing.TB, from, to string) {
		when := modified(t, to)
		if err := errors.Join(os.Chtimes(from, when, when), os.Rename(from, to)); err != nil {
			t.Fatal(err)
		}
	},
	"rewritten": func(t testing.TB, from, to string) {
		when := modified(t, to)
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(to, content, 0o644), os.Chtimes(to, when, when)); err != nil {
			t.Fatal(err)
		}
	},
}

func modified(t testing.TB, path string) time.Time {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime()
}

// TestFaultReplaced has all files of a run replaced by those of another, of the same
// size, between opening and the first read.
func TestFaultReplaced(t *testing.T) {
	for name, with := range withMap {
		for way, replace := range replaced {
			t.Run(way+" "+name, func(t *testing.T) {
				dir, other := faultRow(t, "two_files/run"), faultRow(t, "two_files/other")
				mapped(t, dir, with)
				run := faultRun(t, dir)
				for _, file := range []string{faultFile, faultSecond} {
					replace(t, filepath.Join(other, file), filepath.Join(dir, file))
				}
				refuses[float32](t, run, "data.energy", extradata.ErrChanged, "RAW-R0007-DA01")
			})
		}
	}
}

// TestFaultConflict has a train twice.
func TestFaultConflict(t *testing.T) {
	for row, parts := range map[string][]string{
		"files": {faultCamera, fmt.Sprint(faultFirst + faultTrains - 1), faultFile, faultSecond},
		"twice": {faultCamera, fmt.Sprint(faultFirst + 2), faultFile, "twice in one file"},
	} {
		t.Run(row, func(t *testing.T) {
			_, err := extradata.RunDirectory(faultRow(t, "conflict/"+row))
			tells(t, err, parts...)
			var conflict *extradata.ConflictError
			if !errors.As(err, &conflict) {
				t.Errorf("%v is not a ConflictError", err)
			}
		})
	}
}
