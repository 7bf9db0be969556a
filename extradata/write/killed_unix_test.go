//go:build unix

package write_test

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var killRounds = flag.Int("kill-rounds", 8, "how often a program that writes is killed, of each kind; 200 are many")

// againAndAgain before a kind has the test program write it again and again.
const againAndAgain = "again "

// writeAgain writes until it is killed, and tells when it begins. A directory that was not
// there before gets another name when it is there.
func writeAgain(write func(path, dir string) error, from, to string) error {
	fmt.Println("begins")
	for n := 0; ; n++ {
		if err := write(to, from); err != nil {
			return err
		}
		if filepath.Base(to) == "new" {
			if err := os.Rename(to, fmt.Sprintf("%s-%d", to, n)); err != nil {
				return err
			}
		}
	}
}

// TestKilled ends programs that write at any moment: a file, or files in a directory that
// was there, are whole, and a directory that is new has all of them. The next write removes
// what they leave.
func TestKilled(t *testing.T) {
	for name, k := range map[string]struct{ kind, base string }{
		"file": {"Write", "run.h5"}, "virtual": {"WriteVirtual", "run.h5"}, "directory": {"CopyStructure", "run"}, "new directory": {"CopyStructure", "new"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, dir := small(t, 0), t.TempDir()
			to := filepath.Join(dir, k.base)
			start := time.Now()
			if err := kinds[k.kind](to, from); err != nil {
				t.Fatal(err)
			}
			took, left := time.Since(start), 0
			for range *killRounds {
				killWriting(t, k.kind, from, to, rand.N(2*took))
				left += len(hidden(dir))
				checkKilled(t, from, dir, k.base)
			}
			t.Logf("%d rounds left %d that were not complete", *killRounds, left)
			if err := kinds[k.kind](to, from); err != nil {
				t.Fatal(err)
			}
			if left := hidden(dir); len(left) > 0 {
				t.Error("left are", left)
			}
		})
	}
}

// killWriting kills a program some time after it has begun to write.
func killWriting(t *testing.T, kind, from, to string, after time.Duration) {
	t.Helper()
	command := writing(againAndAgain+kind, from, to)
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	time.Sleep(after)
	_ = command.Process.Kill()
	if err != nil || command.Wait() == nil {
		t.Fatal(line, err)
	}
}

// hidden are the files that are not complete in a directory, and in those in it.
func hidden(dir string) []string {
	here, _ := filepath.Glob(filepath.Join(dir, ".*"))
	below, _ := filepath.Glob(filepath.Join(dir, "*", ".*"))
	return append(here, below...)
}

// checkKilled reads what is in a directory that is not hidden: one file, or one directory
// with as many files as the run. Those that are new may be any number, and are removed.
func checkKilled(t *testing.T, from, dir, base string) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(from, "RAW*.h5"))
	made, err2 := filepath.Glob(filepath.Join(dir, "[^.]*"))
	if err != nil || err2 != nil || len(made) != 1 && base != "new" {
		t.Fatal(err, err2, made)
	}
	for _, path := range made {
		files := []string{path}
		if base != "run.h5" {
			if files, err = filepath.Glob(filepath.Join(path, "[^.]*")); err != nil || len(files) != len(sources) {
				t.Fatal(path, files, err)
			}
		}
		for _, file := range files {
			if err := wholeFile(file); err != nil {
				t.Error(err)
			}
		}
		if base == "new" {
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
		}
	}
}
