//go:build unix

package pending_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"extrapasha/internal/pending"
)

// TestPermissions writes new files and over others; what is not complete yet has the
// same permissions.
func TestPermissions(t *testing.T) {
	defer unix.Umask(unix.Umask(0))
	for _, c := range []struct {
		umask                   int
		before, asked, expected fs.FileMode
	}{{0o022, 0, 0o644, 0o644}, {0o077, 0, 0o644, 0o600}, {0o002, 0, 0o666, 0o664}, {0o077, 0o664, 0o644, 0o664}, {0o022, 0o600, 0o644, 0o600}} {
		path := filepath.Join(t.TempDir(), "file")
		if c.before != 0 {
			if err := os.WriteFile(path, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.before); err != nil {
				t.Fatal(err)
			}
		}
		unix.Umask(c.umask)
		mode := func(pattern string) fs.FileMode {
			names, _ := filepath.Glob(filepath.Join(filepath.Dir(path), pattern))
			info, err := os.Stat(append(names, path)[0])
			if err != nil {
				t.Error(err)
				return 0
			}
			return info.Mode()
		}
		err := pending.Write(path, c.asked, func(io.Writer) error {
			if got := mode(".*"); got != c.expected {
				t.Errorf("%+v: %o while it is written", c, got)
			}
			return nil
		})
		if got := mode("f*"); err != nil || got != c.expected {
			t.Errorf("%+v: %o, %v", c, got, err)
		}
	}
}
