package pending_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"extrapasha/internal/pending"
)

// TestDirectory has a directory appear with all that is in it, or not at all.
func TestDirectory(t *testing.T) {
	parent := t.TempDir()
	path := filepath.Join(parent, "run")
	begun := func() *pending.Directory {
		d, err := pending.CreateDirectory(path, 0o755)
		if err != nil {
			t.Fatal(err)
		}
		f, err := d.Create("file", 0o644)
		if err == nil {
			err = errors.Join(text("all")(f), f.Complete(false))
		}
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	first, second := begun(), begun()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("it is there before it is complete:", err)
	}
	if err := first.Complete(); err != nil {
		t.Error(err)
	}
	first.Discard()
	if err := second.Complete(); err == nil || !strings.HasPrefix(err.Error(), "cannot make "+path+": ") {
		t.Error("where one is:", err)
	}
	begun().Discard()
	check(t, parent, map[string]string{"run": ""})
	check(t, path, map[string]string{"file": "all"})
	if _, err := pending.CreateDirectory(filepath.Join(path, "file", "x"), 0o755); err == nil || strings.Contains(err.Error(), "/.") {
		t.Error("below a file:", err)
	}
	d := begun()
	defer d.Discard()
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Create("more", 0o644); err == nil || !strings.HasPrefix(err.Error(), "cannot write "+filepath.Join(path, "more")+": ") {
		t.Error("where the directory is gone:", err)
	}
}

// TestDirectoriesTogether makes one directory many times at once: one of them has the
// name, and none loses what another removes.
func TestDirectoriesTogether(t *testing.T) {
	parent := t.TempDir()
	path := filepath.Join(parent, "run")
	var makers sync.WaitGroup
	for range 8 {
		makers.Go(func() {
			for range 20 {
				d, err := pending.CreateDirectory(path, 0o755)
				if err != nil {
					t.Error(err)
					return
				}
				f, err := d.Create("file", 0o644)
				if err == nil {
					err = errors.Join(text("all")(f), f.Complete(false))
				}
				if err != nil {
					t.Error(err)
				}
				_ = d.Complete() // another may be there
			}
		})
	}
	makers.Wait()
	check(t, parent, map[string]string{"run": ""})
	check(t, path, map[string]string{"file": "all"})
}
