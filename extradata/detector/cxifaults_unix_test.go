//go:build unix

package detector_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/denied"
	"extrapasha/internal/h5"
)

// even is a detector whose modules have the same pulses.
func even(t *testing.T) *detector.Detector {
	t.Helper()
	c := config(t, "AGIPD1M")
	c.MissingPulses = 0
	return opened(t, made(t, c, "raw"))
}

// TestCXIFull has no room at every tenth of the write.
func TestCXIFull(t *testing.T) {
	det, path := even(t), filepath.Join(t.TempDir(), "old.cxi")
	if err := det.WriteCXI(path, nil); err != nil {
		t.Fatal(err)
	}
	size := must(os.Stat(path))(t).Size()
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for tenth := range int64(10) {
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), fmt.Sprintf("%s=%s\n%s\n%d", cxiVariable, filepath.Dir(must(det.Run().Files())(t)[0].Path), path, size*tenth/10))
		if out, err := command.CombinedOutput(); err == nil || !strings.Contains(string(out), path+": cannot write: file too large") {
			t.Errorf("with room for %d tenths: %v, %s", tenth, err, out)
		}
		onlyOld(t, path)
	}
}

// cxiVariable has the test program write a CXI file and nothing else: the directory of the
// run, the path, and how large files may become.
const cxiVariable = "DETECTOR_TEST_CXI"

func init() {
	task := strings.Split(os.Getenv(cxiVariable), "\n")
	if len(task) != 3 {
		return
	}
	if err := writeCXIIn(task[0], task[1], task[2]); err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	os.Exit(0)
}

func writeCXIIn(dir, path, room string) error {
	bytes, err := strconv.ParseUint(room, 10, 64)
	if err != nil {
		return err
	}
	run, err := extradata.RunDirectory(dir)
	if err != nil {
		return err
	}
	det, err := detector.Open(run)
	if err != nil {
		return err
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: bytes}); err != nil {
		return err
	}
	return det.WriteCXI(path, nil)
}

// TestCXITarget has no CXI file written over the data, whatever it is called, nor where
// nothing can be.
func TestCXITarget(t *testing.T) {
	det, other := even(t), t.TempDir()
	source := must(det.Run().Files())(t)[0].Path
	before := must(os.ReadFile(source))(t)
	hard, soft, locked := filepath.Join(filepath.Dir(filepath.Dir(source)), "hard.cxi"), filepath.Join(other, "soft.cxi"), filepath.Join(other, "locked")
	if err := errors.Join(os.Link(source, hard), os.Symlink(source, soft), os.Mkdir(locked, 0o555)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		source: detector.ErrSource, hard: detector.ErrSource, soft: detector.ErrSource,
		filepath.Join(other, "nowhere", "x.cxi"): fs.ErrNotExist,
		filepath.Join(locked, "x.cxi"):           fs.ErrPermission,
	} {
		denied.Run(t, func() {
			if err := det.WriteCXI(path, nil); !errors.Is(err, want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v, want %v", path, err, want)
			}
		})
	}
	if after := must(os.ReadFile(source))(t); string(after) != string(before) {
		t.Error("the source has changed")
	}
}

// TestCXICut has a file of the run cut short: the error names it, and the old file stays.
func TestCXICut(t *testing.T) {
	det, path := even(t), filepath.Join(t.TempDir(), "old.cxi")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	source := must(det.Run().Files())(t)[0]
	if err := os.Truncate(source.Path, source.Size/2); err != nil {
		t.Fatal(err)
	}
	if err := det.WriteCXI(path, nil); !errors.Is(err, h5.ErrChanged) || !strings.Contains(err.Error(), source.Path) {
		t.Error(err)
	}
	onlyOld(t, path)
}
