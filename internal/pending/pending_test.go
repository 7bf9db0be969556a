package pending_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"extrapasha/internal/pending"
)

// alone is the environment variable that makes the test program end in the middle of
// writing that file.
const alone = "PENDING_TEST_PATH"

func TestMain(m *testing.M) {
	path := os.Getenv(alone)
	if path == "" {
		os.Exit(m.Run())
	}
	err := pending.Write(path, 0o644, func(w io.Writer) error {
		_, _ = w.Write(make([]byte, 1<<20))
		if names, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(names) != 1 {
			fmt.Println("beside it are", names)
		}
		pending.End()
		go pending.Write(path+"2", 0o644, text("too late"))
		os.Exit(3)
		return nil
	})
	fmt.Println(err)
	os.Exit(1)
}

func text(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// check compares the files of a directory to what is expected.
func check(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(want) {
		t.Errorf("%v, %v; want %v", entries, err, want)
	}
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); string(got) != text {
			t.Errorf("%s: %q, %v; want %q", name, got, err, text)
		}
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	long := strings.Repeat("n", 255)
	for _, c := range []struct{ name, text string }{{"new", "1"}, {"new", "22"}, {long, "3"}} {
		path := filepath.Join(dir, c.name)
		err := pending.Write(path, 0o644, func(w io.Writer) error {
			if hidden, _ := filepath.Glob(filepath.Join(dir, ".*")); len(hidden) != 1 {
				t.Errorf("beside it are %v", hidden)
			}
			return text(c.text)(w)
		})
		if err != nil {
			t.Error(err)
		}
	}
	check(t, dir, map[string]string{"new": "22", long: "3"})
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := pending.Write(path, 0o644, text("old")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("it broke")
	err := pending.Write(path, 0o644, func(w io.Writer) error {
		_ = text(strings.Repeat("new", 1<<20))(w)
		return broken
	})
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "cannot write "+path+": ") {
		t.Errorf("%v, want that the file cannot be written, and why", err)
	}
	check(t, dir, map[string]string{"file": "old"})
	for place, want := range map[string]error{filepath.Join(dir, "nowhere", "file"): fs.ErrNotExist, dir: nil} {
		err := pending.Write(place, 0o644, text("new"))
		if err == nil || want != nil && !errors.Is(err, want) || strings.Contains(err.Error(), "/.") {
			t.Errorf("%s: %v", place, err)
		}
	}
	func() {
		defer func() { _ = recover() }()
		_ = pending.Write(path, 0o644, func(io.Writer) error { panic("in the middle") })
	}()
	check(t, dir, map[string]string{"file": "old"})
	check(t, filepath.Dir(dir), map[string]string{filepath.Base(dir): ""})
}

// TestEnd has a program end while it writes.
func TestEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), alone+"="+path)
	var printed bytes.Buffer
	c.Stdout = &printed
	_ = c.Run()
	if c.ProcessState.ExitCode() != 3 || printed.Len() > 0 {
		t.Errorf("%v: %s", c.ProcessState, printed.String())
	}
	check(t, filepath.Dir(path), map[string]string{"file": "old"})
}
