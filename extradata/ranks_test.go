package extradata_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/mpi/launch"
	psh "extrapasha/pasha"
)

// rankRoots are the directories that the ranks of a program have for their own, of which
// they see the run: as machines that do not have the same file system.
const rankRoots = "EXTRADATA_TEST_RANK_ROOTS"

var meanFlux = psh.Register("mean flux", func(out psh.Array[float64]) psh.Kernel[extradata.Entries[float32]] {
	return func(_, index int, train extradata.Entries[float32]) error {
		out.Data[index] = float64(train.Entry(0).Data[0])
		return nil
	}
})

// inRank has a rank be in its directory.
func inRank() {
	roots := filepath.SplitList(os.Getenv(rankRoots))
	rank := cmp.Or(os.Getenv("OMPI_COMM_WORLD_RANK"), os.Getenv("PMI_RANK"), os.Getenv("SLURM_PROCID"))
	if len(roots) > 1 && rank != "" && rank != "0" {
		roots = roots[1:]
	}
	if err := os.Chdir(roots[0]); err != nil {
		panic(err)
	}
}

// rankProgram maps over a run that is in the directory of each rank.
func rankProgram() error {
	run, err := extradata.RunDirectory("/proc/self/cwd")
	if err != nil {
		return err
	}
	defer run.Close()
	flux, err := extradata.Key[float32](run, mockrun.XGM, "pulseEnergy.photonFlux")
	if err != nil {
		return err
	}
	out, err := psh.AllocFor[float64](flux)
	if err == nil {
		err = meanFlux.Map(out, flux)
	}
	if err == nil {
		fmt.Println(out.Digest())
	}
	return err
}

// TestRanksFiles has ranks that do not have the files that the root has: that is an error
// which names rank, host and file.
func TestRanksFiles(t *testing.T) {
	config := mockrun.Small()
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	dir := config.RunDir(root, "raw")
	files, err := filepath.Glob(filepath.Join(dir, "*-DA01-*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	file := files[len(files)-1]
	for name, one := range map[string]struct {
		differ func(file string) error
		want   []string
	}{
		"the same":      {func(string) error { return nil }, nil},
		"a file less":   {os.Remove, []string{"rank 1 on ", filepath.Base(file), "no such file"}},
		"another state": {rewrite, []string{"rank 1 on ", filepath.Base(file), "changed"}},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			other := linked(t, dir)
			if err := one.differ(filepath.Join(other, filepath.Base(file))); err != nil {
				t.Fatal(err)
			}
			launch.Each(t, func(t *testing.T, l launch.Launcher) {
				out, words, err := l.Run(t, 2, rankRoots+"="+dir+string(filepath.ListSeparator)+other)
				if failed := err != nil; failed != (one.want != nil) || (words != "") != failed {
					t.Fatalf("%v: %s%s", err, out, words)
				}
				for _, want := range one.want {
					if !strings.Contains(words, want) {
						t.Errorf("%s, expected %q", words, want)
					}
				}
			})
		})
	}
}

// linked is a directory with the same files, as another machine sees it.
func linked(t *testing.T, dir string) string {
	t.Helper()
	other := t.TempDir()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if err := os.Link(filepath.Join(dir, entry.Name()), filepath.Join(other, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return other
}

// rewrite makes another file of a file.
func rewrite(file string) error {
	content, err := os.ReadFile(file)
	if err == nil {
		err = os.Remove(file)
	}
	if err == nil {
		err = os.WriteFile(file, content, 0o644)
	}
	return err
}
