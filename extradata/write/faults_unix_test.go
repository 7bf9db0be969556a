//go:build unix

package write_test

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"extrapasha/extradata"
	"extrapasha/extradata/write"
)

// TestFull has no room at every tenth of the write.
func TestFull(t *testing.T) {
	from, dir := small(t, 0), t.TempDir()
	run := opened(t, from)
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
	for tenth := range 10 {
		command := writing(from, path)
		command.Env = append(command.Env, roomVariable+"="+strconv.FormatInt(info.Size()*int64(tenth)/10, 10))
		if out, err := command.CombinedOutput(); err == nil || !strings.Contains(string(out), path) {
			t.Errorf("with room for %d tenths: %v, %s", tenth, err, out)
		}
		onlyOld(t, dir)
	}
}

// writing is the test program writing a run again and again, until that fails.
func writing(from, to string) *exec.Cmd {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), killedVariable+"="+from+"\n"+to)
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

// killedVariable makes the test program write a run again and again.
const killedVariable = "WRITE_TEST_KILLED"

func TestMain(m *testing.M) {
	from, to, ok := strings.Cut(os.Getenv(killedVariable), "\n")
	if !ok {
		os.Exit(m.Run())
	}
	run, err := extradata.RunDirectory(from)
	err = errors.Join(err, limit())
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
		command := writing(from, path)
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
