package pending_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"extrapasha/internal/pending"
)

// TestAbandoned leaves files as killed programs do, and others, beside one being written.
func TestAbandoned(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, name := range []string{".file-12.pending", ".file-12", ".file-1a.pending", ".other-12.pending", "file-12.pending"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("gone", filepath.Join(dir, ".file-13.pending")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, ".file-14.pending", "below"), 0o755), os.Mkdir(filepath.Join(dir, ".other-14.pending"), 0o755)); err != nil {
		t.Fatal(err)
	}
	held, err := pending.Create(path, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	directory, err := pending.CreateDirectory(path, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if err := pending.Write(path, 0o644, text("new")); err != nil {
		t.Fatal(err)
	}
	if err := held.Complete(false); err != nil {
		t.Error("another has removed it:", err)
	}
	if _, err := directory.Create("below", 0o644); err != nil {
		t.Error("another has removed it:", err)
	}
	directory.Discard()
	if err := os.Remove(filepath.Join(dir, ".file-13.pending")); err != nil {
		t.Error(err)
	}
	check(t, dir, map[string]string{"file": "", ".file-12": "", ".file-1a.pending": "", ".other-12.pending": "", ".other-14.pending": "", "file-12.pending": ""})
}

// TestTogether writes one file many times at once: none loses what another removes.
func TestTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 50 {
				if err := pending.Write(path, 0o644, text("all")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	check(t, filepath.Dir(path), map[string]string{"file": "all"})
}
