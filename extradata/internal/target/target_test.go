package target_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/internal/target"
	"extrapasha/internal/mockrun"
)

// TestCheck names files of a run by their path, another, and links of both kinds.
func TestCheck(t *testing.T) {
	dir := t.TempDir()
	config := mockrun.Small()
	if err := config.Write(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(config.RunDir(dir, "raw"))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	files, err := run.Files()
	if err != nil {
		t.Fatal(err)
	}
	source := files[0].Path
	soft, hard, other := filepath.Join(dir, "soft.h5"), filepath.Join(dir, "hard.h5"), filepath.Join(dir, "other.h5")
	for _, err := range []error{os.Symlink(source, soft), os.Link(source, hard), os.WriteFile(other, nil, 0o666)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{source, filepath.Dir(source) + "/../" + filepath.Base(filepath.Dir(source)) + "/" + filepath.Base(source), soft, hard} {
		if err := target.Check(path, run); !errors.Is(err, target.ErrSource) || !strings.Contains(err.Error(), source) {
			t.Errorf("%s: %v, want ErrSource and the file's name", path, err)
		}
	}
	for _, path := range []string{other, filepath.Join(dir, "new.h5"), filepath.Join(dir, "nowhere", "new.h5")} {
		if err := target.Check(path, run); err != nil {
			t.Errorf("%s: %v, it is none of the run", path, err)
		}
	}
	if err := target.Differs(other, filepath.Join(dir, "gone.h5")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v of a source that has gone", err)
	}
}
