//go:build unix

package export_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"extrapasha/extradata/export"
	"extrapasha/internal/denied"
	psh "extrapasha/pasha"
)

// childVariable has this program write a file and nothing else: its path, the level to
// deflate with, and how large a file may become, 0 without limit.
const childVariable = "EXPORT_TEST_CHILD"

func TestMain(m *testing.M) {
	if task := strings.Fields(os.Getenv(childVariable)); len(task) == 3 {
		if err := child(task[0], must(strconv.Atoi(task[1])), must(strconv.ParseUint(task[2], 10, 64))); err != nil {
			fmt.Println(err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(path string, level int, limit uint64) error {
	if limit > 0 {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	var options []export.Option
	if level > 0 {
		options = append(options, export.Deflated(level))
	}
	f, err := export.Create(path, options...)
	if err != nil {
		return err
	}
	defer f.Discard()
	return errors.Join(fillChild(f), f.Close())
}

const childNumbers = 400_000

// fillChild writes 3 MB of numbers that hardly deflate: an array, and rows.
func fillChild(f *export.File) error {
	r := rand.New(rand.NewPCG(1, 2))
	data := make([]uint32, childNumbers)
	for i := range data {
		data[i] = r.Uint32()
	}
	if err := f.Put("array", data); err != nil {
		return err
	}
	rows, err := export.NewRows[uint32](f, "rows", export.Labels{Dims: []string{"n", "x"}}, 100, 4000)
	if err != nil {
		return err
	}
	return psh.Map(func(_, i, n int) error {
		return rows.Put(i, must(psh.NewArray(data[n:n+4000])))
	}, psh.Range(0, len(data), 4000))
}

func writeIn(path string, level int, limit int64) *exec.Cmd {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %d", childVariable, path, level, limit))
	return command
}

// forms are the files that are tried: names, and levels to deflate with.
var forms = map[string]int{"plain.h5": 0, "deflated.h5": 1, "plain.nc": 0, "deflated.nc": 1}

// TestFull has room for the file end at every tenth of it.
func TestFull(t *testing.T) {
	for name, level := range forms {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if out, err := writeIn(path, level, 0).CombinedOutput(); err != nil {
			t.Fatal(err, string(out))
		}
		whole := must(os.Stat(path)).Size()
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		for tenth := range int64(10) {
			out, err := writeIn(path, level, max(whole*tenth/10, 100)).Output()
			if text := string(out); err == nil || !strings.Contains(text, path) || !strings.Contains(text, "file too large") || strings.Contains(text, ".pending") {
				t.Errorf("level %d, room for %d tenths: %v, %s", level, tenth, err, out)
			}
			checkOld(t, dir, path)
		}
	}
}

// TestDenied writes where nobody may.
func TestDenied(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "locked")
	if err := os.Mkdir(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	for name := range forms {
		path := filepath.Join(dir, name)
		denied.Run(t, func() {
			if _, err := export.Create(path); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), path) {
				t.Error(err)
			}
		})
	}
}

// checkOld has the old file as it was, and nothing beside it.
func checkOld(t *testing.T, dir, path string) {
	t.Helper()
	if got, err := os.ReadFile(path); string(got) != "old" {
		t.Errorf("the old file is %.20q, %v", got, err)
	}
	if entries := must(os.ReadDir(dir)); len(entries) != 1 {
		t.Errorf("beside it are %v", entries)
	}
}

var killRounds = flag.Int("kill-rounds", 8, "how often a program that writes is killed, of each form of file; 200 are many")

// TestKilled has either the old file or all of the new one, whenever the program is killed,
// and nothing beside it after the next write.
func TestKilled(t *testing.T) {
	for name, level := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testKilled(t, filepath.Join(t.TempDir(), name), level)
		})
	}
}

func testKilled(t *testing.T, path string, level int) {
	start := time.Now()
	if out, err := writeIn(path, level, 0).CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	took, killed := time.Since(start), 0
	for range *killRounds {
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		command := writeIn(path, level, 0)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(took * 6 / 5))
		_ = command.Process.Kill()
		if command.Wait() != nil {
			killed++
		}
		if string(must(os.ReadFile(path))) == "old" {
			continue
		}
		for _, name := range []string{"array", "rows"} {
			if got, _, err := read[uint32](path, name); err != nil || len(got) != childNumbers {
				t.Fatal(name, len(got), err)
			}
		}
	}
	t.Logf("%d of %d were killed", killed, *killRounds)
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	f := must(export.Create(path))
	f.Discard()
	checkOld(t, filepath.Dir(path), path)
}

// TestDiscard leaves the old file, before and after something is written.
func TestDiscard(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.h5")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := export.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := fillChild(f); err != nil {
		t.Fatal(err)
	}
	f.Discard()
	checkOld(t, dir, path)
	f.Discard()
	if err := errors.Join(f.Close(), f.Close()); err != nil {
		t.Error(err)
	}
	if err := f.Put("x", 1); !errors.Is(err, export.ErrClosed) {
		t.Errorf("after Discard: %v", err)
	}
	for _, bad := range []string{filepath.Join(dir, "nowhere", "x.h5"), dir} {
		f, err := export.Create(bad)
		if err == nil {
			err = f.Close()
		}
		if err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := export.Create(path, export.Deflated(10)); err == nil {
		t.Error("level 10")
	}
}
