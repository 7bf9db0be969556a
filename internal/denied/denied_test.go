package denied_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"extrapasha/internal/denied"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	denied.Run(t, func() {
		if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); !errors.Is(err, fs.ErrPermission) {
			t.Error(err)
		}
	})
}
