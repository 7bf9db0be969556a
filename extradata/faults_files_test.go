package extradata_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestFaultClaims has INDEX and METADATA that claim more than a file can have.
func TestFaultClaims(t *testing.T) {
	for _, row := range []string{"tid40", "tid61", "flag40", "strings40"} {
		t.Run(row, func(t *testing.T) {
			dir := faultRow(t, "claims/"+row)
			good := faultRow(t, "two_files/run")
			if err := os.Rename(filepath.Join(good, faultSecond), filepath.Join(dir, faultSecond)); err != nil {
				t.Fatal(err)
			}
			told := notices(t)
			frugal(t, func() {
				_, err := extradata.H5File(filepath.Join(dir, faultFile))
				tells(t, err, faultFile)
			})
			frugal(t, func() {
				run, err := extradata.RunDirectory(dir)
				if err != nil {
					t.Error(err)
					return
				}
				defer run.Close()
				if diff := cmp.Diff(count(faultFirst+faultTrains, faultTrains), run.TrainIDs()); diff != "" {
					t.Error(diff)
				}
			})
			if missing := lacks(told(), "level=WARN", faultFile); missing != nil {
				t.Errorf("the warning %q does not tell %q", told(), missing)
			}
		})
	}
}

// TestFaultClaimedEntries has entries that no memory holds: in processes of their
// own, since memory that is not there ends a program.
func TestFaultClaimedEntries(t *testing.T) {
	for row, size := range map[string]string{"entry40": "1099511627776", "entry63": "2147483648 2147483648"} {
		t.Run(row, func(t *testing.T) {
			if !apart(t) {
				return
			}
			run := faultRun(t, faultRow(t, "claims/"+row))
			frugal(t, func() {
				reads(t, run, "data.energy", ramp(0, faultTrains))
				refuses[uint64](t, run, "data.huge", nil, size)
			})
		})
	}
}

// TestFaultClaimedChunks has as many chunks as 32 bits can count, next to none of
// which were written.
func TestFaultClaimedChunks(t *testing.T) {
	for _, row := range []string{"chunks32", "tree2"} {
		t.Run(row, func(t *testing.T) {
			run := faultRun(t, faultRow(t, "claims/"+row))
			sparse, err := extradata.Key[uint8](run, faultCamera, "data.sparse")
			if err != nil {
				t.Fatal(err)
			}
			frugal(t, func() {
				got, err := sparse.Read(psh.Span(0, 4))
				want := make([]uint8, 4*faultTrains)
				if row == "tree2" {
					want[0], want[1] = 1, 1
				}
				if err != nil || !slices.Equal(got.Data, want) {
					t.Errorf("a corner: %v, %v", got.Data, err)
				}
			})
		})
	}
}

// TestFaultFirstCall maps over trains of 2²⁸ chunks: the first call comes before much
// was done or taken for them but for the memory of the train.
func TestFaultFirstCall(t *testing.T) {
	for _, row := range []string{"chunks32", "tree2"} {
		t.Run(row, func(t *testing.T) {
			if testing.Short() || !apart(t) {
				return
			}
			run := faultRun(t, faultRow(t, "claims/"+row))
			sparse, err := extradata.Key[uint8](run, faultCamera, "data.sparse")
			if err != nil {
				t.Fatal(err)
			}
			errFirst := errors.New("the first call")
			began, before := time.Now(), resident(t)
			err = sparse.Walk(psh.Share{Stop: 1}, func(_ int, train extradata.Entries[uint8]) error {
				if row == "tree2" && train.Array().Data[1] != 1 {
					t.Errorf("it begins with %v", train.Array().Data[:4])
				}
				return errFirst
			})
			if !errors.Is(err, errFirst) {
				t.Error(err)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it came after %v", took)
			}
			if grown := resident(t) - before; grown > 512<<20 {
				t.Errorf("the process grew by %d bytes", grown)
			}
		})
	}
}

// resident is how much memory this process has.
func resident(t testing.TB) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size, pages int
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// TestFaultInflated has chunks of 2 GiB whose deflated bytes give one.
func TestFaultInflated(t *testing.T) {
	run := faultRun(t, faultRow(t, "claims/inflated"))
	inflated, err := extradata.Key[uint8](run, faultCamera, "data.inflated")
	if err != nil {
		t.Fatal(err)
	}
	frugal(t, func() {
		_, err := inflated.Read(psh.Span(0, 4))
		tells(t, err, faultCamera, "data.inflated", faultFile)
		if !errors.Is(err, extradata.ErrCorrupt) {
			t.Errorf("%v is not ErrCorrupt", err)
		}
	})
}

// TestFaultCircles has structures that lead to each other without end. What is asked
// of them is an error, and no other question is the worse for it.
func TestFaultCircles(t *testing.T) {
	for _, c := range []struct {
		row string
		ask func(*extradata.DataCollection) error
	}{
		{"group", func(c *extradata.DataCollection) error { _, err := c.Keys(faultCamera); return err }},
		{"tree2", func(c *extradata.DataCollection) error { _, err := c.Keys(faultCamera); return err }},
		{"chunks", func(c *extradata.DataCollection) error {
			k, err := extradata.Key[int16](c, faultCamera, "data.chunks")
			if err == nil {
				_, err = k.Read()
			}
			return err
		}},
		{"header", func(c *extradata.DataCollection) error { _, err := c.Key(faultCamera, "data.energy"); return err }},
		{"links-earliest", func(c *extradata.DataCollection) error { _, err := c.Key(faultCamera, "data.a"); return err }},
		{"links-latest", func(c *extradata.DataCollection) error { _, err := c.Key(faultCamera, "data.own"); return err }},
	} {
		t.Run(c.row, func(t *testing.T) {
			run := faultRun(t, faultRow(t, "circles/"+c.row))
			frugal(t, func() {
				if err := c.ask(run); err == nil {
					t.Error("no error")
				}
			})
		})
	}
}

// TestFaultRootInCircles cannot be opened at all.
func TestFaultRootInCircles(t *testing.T) {
	dir := faultRow(t, "circles/root")
	frugal(t, func() {
		_, err := extradata.RunDirectory(dir)
		var unreadable *extradata.UnreadableError
		if !errors.As(err, &unreadable) || !errors.Is(err, extradata.ErrCorrupt) {
			t.Errorf("%v, want an UnreadableError of what is corrupt", err)
		}
	})
}

// TestFaultGroupsInCircles lists keys of groups that have themselves as children.
func TestFaultGroupsInCircles(t *testing.T) {
	for _, structures := range []string{"earliest", "latest"} {
		run := faultRun(t, faultRow(t, "circles/links-"+structures))
		frugal(t, func() {
			keys, err := run.Keys(faultCamera)
			if err != nil || !slices.Contains(keys, "data.energy") {
				t.Errorf("%s: keys %v, %v", structures, keys, err)
			}
		})
		reads(t, run, "data.energy", ramp(0, faultTrains))
		reads(t, run, "data.child.child.energy", ramp(0, faultTrains))
	}
}

// TestFaultOutside reads data that lie out of the run's directory, with a notice each.
func TestFaultOutside(t *testing.T) {
	told := notices(t)
	run := faultRun(t, filepath.Join(faultRow(t, "outside"), "run"))
	for range 2 {
		reads(t, run, "data.link", ramp(700, faultTrains))
		reads(t, run, "data.virtual", ramp(700, faultTrains))
		reads(t, run, "data.raw", []int32{0, 1, 2, 3, 4, 5})
	}
	for _, place := range []string{"/far.h5", "/far.raw"} {
		if n := strings.Count(told(), place); n != 1 {
			t.Errorf("%d notices of %s:\n%s", n, place, told())
		}
	}
	if missing := lacks(told(), "level=WARN", faultFile, "data/raw"); missing != nil {
		t.Errorf("the notices\n%sdo not tell %q", told(), missing)
	}
}

func TestFaultVirtualCircles(t *testing.T) {
	run := faultRun(t, filepath.Join(faultRow(t, "outside"), "run"))
	for _, key := range []string{"data.itself", "data.one", "data.two", "data.named"} {
		soon(t, func() { refuses[float32](t, run, key, extradata.ErrCorrupt, faultFile) })
	}
}

// pipe makes a named pipe. Somebody who waits for it is told, and fails the test.
func pipe(t testing.TB, path string) {
	t.Helper()
	if err := unix.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	watch := time.AfterFunc(10*time.Second, func() {
		t.Errorf("somebody waits for the pipe %s", path)
		if f, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK, 0); err == nil {
			f.Close()
		}
	})
	t.Cleanup(func() { watch.Stop() })
}

// special puts what is no regular file at a path.
var special = map[string]func(t testing.TB, path string){
	"pipe": pipe,
	"socket": func(t testing.TB, path string) {
		t.Chdir(filepath.Dir(path)) // the paths of sockets are short
		listener, err := net.Listen("unix", filepath.Base(path))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { listener.Close() })
	},
	"directory": func(t testing.TB, path string) {
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
	},
}

func TestFaultSpecialFiles(t *testing.T) {
	for name, put := range special {
		t.Run(name, func(t *testing.T) {
			dir := faultRow(t, "pipes")
			put(t, filepath.Join(dir, faultSecond))
			told := notices(t)
			soon(t, func() {
				reads(t, faultRun(t, dir), "data.energy", ramp(0, faultTrains))
				if _, err := extradata.H5File(filepath.Join(dir, faultSecond)); err == nil {
					t.Error("no error of the file alone")
				}
			})
			if missing := lacks(told(), "level=WARN", faultSecond); missing != nil {
				t.Errorf("the warning %q does not tell %q", told(), missing)
			}
		})
	}
}

// TestFaultSpecialPlaces has what is no regular file where other files are looked for.
func TestFaultSpecialPlaces(t *testing.T) {
	for _, place := range []string{"karabo_data_map.json", "overview.h5"} {
		for name, put := range special {
			t.Run(place+" "+name, func(t *testing.T) {
				dir := faultRow(t, "pipes")
				put(t, filepath.Join(dir, place))
				soon(t, func() { reads(t, faultRun(t, dir), "data.energy", ramp(0, faultTrains)) })
			})
		}
	}
}

func TestFaultPipesBehind(t *testing.T) {
	dir := faultRow(t, "pipes")
	pipe(t, filepath.Join(dir, "pipe"))
	run := faultRun(t, dir)
	soon(t, func() {
		reads(t, run, "data.energy", ramp(0, faultTrains))
		refuses[int32](t, run, "data.raw", nil, "pipe")
		refuses[float32](t, run, "data.virtual", nil, "pipe")
		refuses[float32](t, run, "data.link", nil)
	})
}

// TestFaultPipeBehindLink tells why there is nothing behind a link.
func TestFaultPipeBehindLink(t *testing.T) {
	dir := faultRow(t, "pipes")
	pipe(t, filepath.Join(dir, "pipe"))
	run := faultRun(t, dir)
	soon(t, func() { refuses[float32](t, run, "data.link", nil, "pipe") })
}

func TestFaultAliasPipe(t *testing.T) {
	for _, ending := range []string{".yml", ".json", ".toml"} {
		path := filepath.Join(t.TempDir(), "aliases"+ending)
		pipe(t, path)
		soon(t, func() {
			_, err := extradata.LoadAliases(path)
			tells(t, err, path)
		})
	}
}

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

// TestFaultHeap changes each byte of what is around texts of variable length.
func TestFaultHeap(t *testing.T) {
	want := make([]string, faultTrains)
	for i := range want {
		want[i] = fmt.Sprintf("text %d%s", i, strings.Repeat("x", 3*i))
	}
	path := filepath.Join(faultRow(t, "heap"), faultFile)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := bytes.Index(content, []byte("GCOL")), bytes.Index(content, []byte(want[faultTrains-1]))
	for at := begin; at < end; at++ {
		if slices.ContainsFunc(want, func(text string) bool {
			from := bytes.Index(content, []byte(text))
			return at >= from && at < from+len(text)
		}) {
			continue
		}
		for _, change := range []byte{0x01, 0x02, 0x04, 0x80, 0xff} {
			damaged := bytes.Clone(content)
			damaged[at] ^= change
			if err := os.WriteFile(path, damaged, 0o644); err != nil {
				t.Fatal(err)
			}
			frugal(t, func() { checkHeap(t, path, want, fmt.Sprintf("byte %d changed by %#x", at-begin, change)) })
		}
	}
}

func checkHeap(t testing.TB, path string, want []string, what string) {
	run, err := extradata.H5File(path)
	if err != nil {
		t.Error(what, err)
		return
	}
	defer run.Close()
	for name, way := range ways[string](run, "data.text") {
		got, err := way()
		if err == nil && !slices.Equal(got, want) || err != nil && !errors.Is(err, extradata.ErrCorrupt) {
			t.Errorf("%s, by %s: %q, %v", what, name, got, err)
		}
	}
}

// TestFaultChunkKeys has chunks of one by two of 6 by 4 elements, whose B-tree is
// damaged.
func TestFaultChunkKeys(t *testing.T) {
	const entry = 8 + 8*3 + 8 // size and filters, coordinates, address
	key := func(tree []byte, i int) []byte { return tree[24+entry*i:][:8+8*3] }
	element := func(tree []byte, i, axis int) []byte { return key(tree, i)[8+8*axis:] }
	for name, change := range map[string]func(tree []byte){
		"swapped": func(tree []byte) {
			first := bytes.Clone(key(tree, 3))
			copy(key(tree, 3), key(tree, 4))
			copy(key(tree, 4), first)
		},
		"the same twice":    func(tree []byte) { copy(key(tree, 4), key(tree, 3)) },
		"outside":           func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 11, 0), faultTrains) },
		"outside on axis 1": func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 11, 1), 4) },
		"far outside":       func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 11, 0), 1<<63) },
		"at no border":      func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 3, 1), 3) },
		"in an element":     func(tree []byte) { binary.LittleEndian.PutUint64(element(tree, 3, 2), 1) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(faultRow(t, "chunk_keys"), faultFile)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			change(content[bytes.Index(content, []byte("TREE\x01")):])
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
			run := faultRun(t, filepath.Dir(path))
			reads(t, run, "data.energy", ramp(0, faultTrains))
			refuses[int32](t, run, "data.frame", extradata.ErrCorrupt, faultFile)
		})
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

func TestFaultNoCount(t *testing.T) {
	refuses[float32](t, faultRun(t, faultRow(t, "no_count")), "data.energy", nil, "data/count", faultFile)
}
