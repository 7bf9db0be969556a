package examples_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"extrapasha/internal/mpi/launch"
)

var everyLauncher = flag.Bool("every-launcher", false, "run the examples as ranks of every launcher, not of two")

// answerOf is what a program has worked out: its digest, or what is in the file of arrays
// that it wrote.
func answerOf(t *testing.T, stdout, out string) string {
	t.Helper()
	if match := digestLine.FindStringSubmatch(stdout); match != nil {
		return match[1]
	}
	paths, _ := filepath.Glob(filepath.Join(out, "*.np[yz]"))
	if len(paths) != 1 {
		t.Fatalf("neither a digest nor one file of arrays: %q in\n%s", paths, stdout)
	}
	text, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(text))
}

// TestRanks runs the examples as ranks: the answers are those of one worker, to the bit.
func TestRanks(t *testing.T) {
	launchers := launch.Launchers[1:3]
	if *everyLauncher {
		launchers = launch.Launchers
	}
	for _, l := range launchers {
		l.Need(t)
	}
	_, detector := detectorRun(t)
	several, _ := samples(t)
	for name, root := range map[string]string{
		"quickstart": several, "start": several, "trainmean": several, "correlate": several, "scan": several, "facility": several,
		"azint": detector, "hits": detector, "dark": detector, "powder": detector,
	} {
		t.Run(name, func(t *testing.T) {
			args := func(out string) []string {
				switch name {
				case "quickstart":
					return []string{"700000", "1"}
				case "facility":
					return []string{"-out", filepath.Join(out, "runs.csv"), "700000"}
				}
				return []string{"-out", out, "700000", "1"}
			}
			env, out := "EXTRA_DATA_DATA_ROOT="+root, t.TempDir()
			stdout, stderr, code := execute(t, []string{env, "PASHA_CONTEXT=serial"}, name, args(out)...)
			if code != 0 {
				t.Fatal(stderr)
			}
			want := answerOf(t, stdout, out)
			for _, l := range launchers {
				out := t.TempDir()
				stdout, stderr := asRanks(t, l, []string{env}, filepath.Join(programs, name), args(out)...)
				if got := answerOf(t, stdout, out); got != want || unexpected.MatchString(stderr) {
					t.Errorf("%s: %s, want %s\n%s", l.Name, got, want, stderr)
				}
			}
		})
	}
}

// unexpected are words of ranks or launchers about what went wrong.
var unexpected = regexp.MustCompile(`pasha:|srun:|exited|terminat`)

// asRanks runs a program on four ranks.
func asRanks(t *testing.T, l launch.Launcher, env []string, program string, args ...string) (stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := l.Command(ctx, 4, env, program, args...)
	var out, words bytes.Buffer
	c.Stdout, c.Stderr = &out, &words
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", l.Name, err, &out, &words)
	}
	return out.String(), words.String()
}

// TestSbatch submits the scripts of the campaign example: what they write is what the
// program writes on one worker.
func TestSbatch(t *testing.T) {
	l := launch.Launchers[2]
	l.Need(t)
	root, _ := samples(t)
	dir := t.TempDir()
	_, stderr, code := execute(t, []string{"EXTRA_DATA_DATA_ROOT=" + root, "PASHA_CONTEXT=serial"}, "campaign", "-o", filepath.Join(dir, "serial.npy"), "700000", "1")
	if code != 0 {
		t.Fatal(stderr)
	}
	want, err := os.ReadFile(filepath.Join(dir, "serial.npy"))
	if err != nil {
		t.Fatal(err)
	}
	env := l.Command(t.Context(), 1, []string{"EXTRA_DATA_DATA_ROOT=" + root, "PATH=" + programs + ":" + os.Getenv("PATH")}, "").Env
	submit := func(t *testing.T, dir string, args ...string) (job string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		c := exec.CommandContext(ctx, "sbatch", append([]string{"--parsable"}, args...)...)
		c.Env, c.Dir = env, dir
		out, err := c.CombinedOutput()
		if err != nil {
			logs, _ := filepath.Glob(filepath.Join(dir, "slurm-*.out"))
			for _, path := range logs {
				text, _ := os.ReadFile(path)
				t.Logf("%s:\n%s", path, text)
			}
			t.Fatalf("sbatch %q: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	scripts, err := filepath.Abs("campaign")
	if err != nil {
		t.Fatal(err)
	}
	for name, run := range map[string]func(t *testing.T, dir string){
		"ranks": func(t *testing.T, dir string) {
			submit(t, dir, "--wait", filepath.Join(scripts, "ranks.sbatch"), "700000", "1")
		},
		"array": func(t *testing.T, dir string) {
			array := submit(t, dir, filepath.Join(scripts, "array.sbatch"), "700000", "1")
			submit(t, dir, "--wait", "--dependency=afterok:"+array, filepath.Join(scripts, "merge.sbatch"))
			if parts, _ := filepath.Glob(filepath.Join(dir, "part-*.npy")); len(parts) != 4 {
				t.Errorf("%d parts, want 4", len(parts))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			run(t, dir)
			if got, err := os.ReadFile(filepath.Join(dir, "light.npy")); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes, other than the %d of one worker: %v", len(got), len(want), err)
			}
		})
	}
}
