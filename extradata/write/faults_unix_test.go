//go:build unix

package write_test

import (
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"extrapasha/extradata"
	"extrapasha/extradata/write"
)

// TestFull has no room at every tenth of the write.
func TestFull(t *testing.T) {
	run := opened(t, small(t, 0))
	dir := t.TempDir()
	path := filepath.Join(dir, "old.h5")
	if err := write.Write(path, run); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	for tenth := range 10 {
		err := withRoom(t, uint64(info.Size())*uint64(tenth)/10, func() error { return write.Write(path, run) })
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("with room for %d tenths: %v", tenth, err)
		}
		onlyOld(t, dir)
	}
	if err := write.Write(path, run); err != nil {
		t.Error("with room again:", err)
	}
}

// withRoom limits the size of files.
func withRoom(t *testing.T, bytes uint64, do func() error) error {
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Skip(err)
	}
	limit := before
	limit.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Skip(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before)
	return do()
}

// killedVariable makes the test program write a run again and again.
const killedVariable = "WRITE_TEST_KILLED"

func TestMain(m *testing.M) {
	from, to, ok := strings.Cut(os.Getenv(killedVariable), "\n")
	if !ok {
		os.Exit(m.Run())
	}
	run, err := extradata.RunDirectory(from)
	for err == nil {
		err = write.Write(to, run)
	}
	println(err.Error())
	os.Exit(1)
}

// TestKilled ends a program that writes at any moment: the file is whole, and after the
// next write nothing is beside it.
func TestKilled(t *testing.T) {
	rounds := 40
	if testing.Short() {
		rounds = 4
	}
	from := small(t, 0)
	path := filepath.Join(t.TempDir(), "run.h5")
	run := opened(t, from)
	if err := write.Write(path, run); err != nil {
		t.Fatal(err)
	}
	for round := range rounds {
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), killedVariable+"="+from+"\n"+path)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30*time.Millisecond + time.Duration(round)*3*time.Millisecond)
		_ = command.Process.Kill()
		_ = command.Wait()
		written, err := extradata.H5File(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(written.TrainIDs()) != len(run.TrainIDs()) || len(written.AllSources()) != len(run.AllSources()) {
			t.Error(written)
		}
		written.Close()
	}
	if err := write.Write(path, run); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Error(entries, err)
	}
}
