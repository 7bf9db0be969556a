//go:build unix

package regular_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"extrapasha/internal/regular"
)

// TestKinds opens what is no file, none of which may be waited for.
func TestKinds(t *testing.T) {
	dir, err := os.MkdirTemp("", "kinds") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	pipe, socket := filepath.Join(dir, "pipe"), filepath.Join(dir, "socket")
	if err := unix.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for path, kind := range map[string]string{pipe: "a named pipe", socket: "a socket", "/dev/zero": "a device", dir: "a directory"} {
		_, _, err := regular.Open(path)
		var named *fs.PathError
		if !errors.Is(err, regular.ErrNotRegular) || !strings.HasSuffix(err.Error(), kind) || !errors.As(err, &named) || named.Path != path {
			t.Errorf("%s: %v, want that it is %s", path, err, kind)
		}
	}
}
