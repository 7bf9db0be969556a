package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"extrapasha/extradata"
	"extrapasha/run"
)

// dataRoot makes a data root with directories below it, and makes it the current
// directory.
func dataRoot(t *testing.T, directories ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv(run.RootVariable, "exp")
	for _, dir := range directories {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

// withData is a command with the flag --data given so, or not.
func withData(t *testing.T, add func(*cobra.Command), data string) *cobra.Command {
	t.Helper()
	c := &cobra.Command{Use: "tool"}
	add(c)
	if data != "" {
		if err := c.Flags().Set("data", data); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestRunPaths(t *testing.T) {
	const p = "exp/SPB/202601/p004200"
	dataRoot(t, p+"/raw/r0001", p+"/raw/r0002", p+"/raw/results", p+"/proc/r0001", "exp/SPB/202601/p004201/raw", "dir")
	if err := os.WriteFile("file.h5", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ named, data, want string }{
		{"p4200 1", "", p + "/raw/r0001"},
		{"4200 r0001", "proc", p + "/proc/r0001"},
		{"p4200 1", "all", p + "/raw/r0001 " + p + "/proc/r0001"},
		{"p4200 2", "all", p + "/raw/r0002"},
		{"p4200", "", p + "/raw/r0001 " + p + "/raw/r0002"},
		{"p4200", "proc", p + "/proc/r0001"},
		{p, "all", p + "/raw/r0001 " + p + "/raw/r0002 " + p + "/proc/r0001"},
		{p + "/raw", "", p + "/raw/r0001 " + p + "/raw/r0002"},
		{p + "/raw/r0001", "", p + "/raw/r0001"},
		{"dir", "", "dir"},
		{"file.h5", "", "file.h5"},
	} {
		paths, err := RunPaths(withData(t, DataFlag, c.data), strings.Fields(c.named))
		if got := strings.Join(paths, " "); err != nil || got != c.want {
			t.Errorf("%s --data %q: %q, %v", c.named, c.data, got, err)
		}
	}
	// What a run that is opened has by default is both.
	if paths, err := RunPaths(withData(t, OpenFlag, ""), []string{"p4200", "1"}); err != nil || len(paths) != 2 {
		t.Errorf("by default: %q, %v", paths, err)
	}
}

func TestRunPathsErrors(t *testing.T) {
	const p = "exp/SPB/202601/p004200"
	dataRoot(t, p+"/raw/r0001", "exp/SPB/202601/p004201/raw", "dir")
	for _, c := range []struct {
		named, data, want string
		code              int
		missing           bool
	}{
		{"p4711", "", "no proposal p004711", exitFailed, true},
		{"p4711 1", "", "no proposal p004711", exitFailed, true},
		{"p4200 7", "", "no run directory", exitFailed, true},
		{"p4200 1", "cooked", "cooked", exitFailed, true},
		{"p4200 1x", "", `run "1x"`, exitFailed, false},
		{"p4200", "proc", "no runs in " + p + ", looked for in proc", exitFailed, false},
		{"p4201", "all", "looked for in raw and proc", exitFailed, false},
		{"nowhere", "", "nowhere: no such file or directory", exitFailed, true},
		{"dir", "raw", "--data raw is for runs by number, and dir is none; see tool --help", exitUsage, false},
		{p + "/raw", "raw", "--data raw is for runs by number", exitUsage, false},
	} {
		paths, err := RunPaths(withData(t, DataFlag, c.data), strings.Fields(c.named))
		if err == nil || !strings.Contains(err.Error(), c.want) || ExitCode(err) != c.code || errors.Is(err, fs.ErrNotExist) != c.missing {
			t.Errorf("%s --data %q: %q, %v with exit code %d", c.named, c.data, paths, err, ExitCode(err))
		}
	}
}

func TestRunsIn(t *testing.T) {
	dataRoot(t, "raw/r0001", "raw/r12345", "raw/x0002", "raw/r", "proc/r0003", "r0004")
	if err := os.WriteFile("raw/r0005", nil, 0o666); err != nil { // no directory
		t.Fatal(err)
	}
	for want, directories := range map[string][]string{
		"":                                nil,
		"raw/r0001 raw/r12345":            {"raw"},
		"r0004 proc/r0003":                {".", "proc", "nowhere"},
		"proc/r0003 raw/r0001 raw/r12345": {"proc", "raw"},
	} {
		if got := strings.Join(RunsIn(".", directories...), " "); got != filepath.FromSlash(want) {
			t.Errorf("%q: %q", directories, got)
		}
	}
}

func TestOpenRunData(t *testing.T) {
	t.Setenv(run.RootVariable, "../../../testdata")
	const dir = "../../../testdata/SPB/202601/p700000/raw/r0001"
	for _, c := range []struct {
		named, data string
		files       int // 0 for a mistake in the command line
	}{
		{"p700000 1", "", 12}, {"p700000 1", "raw", 8}, {"p700000 1", "proc", 4}, {"p700000 1", "all", 12},
		{dir, "", 8}, {dir + "/RAW-R0001-DA01-S00000.h5", "", 1}, {dir, "raw", 0},
	} {
		opened, err := OpenRun(withData(t, OpenFlag, c.data), strings.Fields(c.named))
		if c.files == 0 {
			if ExitCode(err) != exitUsage {
				t.Errorf("%s --data %q: %v", c.named, c.data, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s --data %q: %v", c.named, c.data, err)
			continue
		}
		if s, err := opened.Summary(extradata.Asked{}); err != nil || s.Files != c.files {
			t.Errorf("%s --data %q: %d files, %v", c.named, c.data, s.Files, err)
		}
		opened.Close()
	}
}
