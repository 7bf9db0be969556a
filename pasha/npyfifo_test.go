//go:build unix

package pasha_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	psh "extrapasha/pasha"
)

// TestNPYOfNoFile loads what is no file, which may mean to wait for ever.
func TestNPYOfNoFile(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "pipe")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, what := range map[string]string{fifo: "named pipe", dir: "directory", "/dev/zero": "device"} {
		for _, err := range []error{second(psh.LoadNPY[float32](path)), second(psh.LoadNPZ[float32](path, "a"))} {
			if !errors.Is(err, psh.ErrNPY) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), what) {
				t.Errorf("%v, want ErrNPY that names %s", err, path)
			}
		}
	}
}
