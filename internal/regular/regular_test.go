package regular_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"extrapasha/internal/regular"
)

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{path, link} {
		file, info, err := regular.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(file)
		if string(text) != "text" || err != nil || info.Size() != 4 || file.Close() != nil {
			t.Errorf("%s: %q, %v, %d bytes", name, text, err, info.Size())
		}
	}
	if _, _, err := regular.Open(path + ".gone"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, err := regular.Read(path, 4); string(text) != "text" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if text, err := regular.Read(path, 3); !errors.Is(err, regular.ErrTooLarge) || !strings.Contains(err.Error(), path+": too large: expected at most 3 bytes") {
		t.Errorf("%q, %v: want that it is too large", text, err)
	}
	if _, err := regular.Read(filepath.Dir(path), 3); !errors.Is(err, regular.ErrNotRegular) {
		t.Errorf("a directory: %v", err)
	}
}
