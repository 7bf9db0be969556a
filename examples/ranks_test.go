package examples_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"extrapasha/internal/mpi/launch"
)

var everyLauncher = flag.Bool("every-launcher", false, "run the examples as ranks of every launcher, not of two")

// answerOf is what a program has worked out: its digest, or what is in the array it wrote.
func answerOf(t *testing.T, stdout, out string) string {
	t.Helper()
	if match := digestLine.FindStringSubmatch(stdout); match != nil {
		return match[1]
	}
	paths, _ := filepath.Glob(filepath.Join(out, "*.npy"))
	if len(paths) != 1 {
		t.Fatalf("neither a digest nor one array: %q in\n%s", paths, stdout)
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
