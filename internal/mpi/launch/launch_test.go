package launch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// told is a test that keeps how it is told to end, and goes on.
type told struct {
	testing.TB
	skipped, failed string
}

func (t *told) Skipf(format string, _ ...any)  { t.skipped = format }
func (t *told) Fatalf(format string, _ ...any) { t.failed = format }

func TestNeed(t *testing.T) {
	t.Setenv("SLURM_CONF", "")
	t.Setenv(variable, "")
	missing, slurm := Launcher{program: "no-such-launcher"}, Launcher{program: "sh", slurm: true}
	for _, l := range []Launcher{missing, slurm} {
		got := &told{TB: t}
		if l.Need(got); got.skipped == "" || got.failed != "" {
			t.Errorf("%+v: %+v, want it skipped", l, got)
		}
	}
	got := &told{TB: t}
	if (Launcher{program: "sh"}).Need(got); got.skipped+got.failed != "" {
		t.Errorf("%+v of a launcher that is there", got)
	}
	t.Setenv(variable, "all")
	if missing.Need(got); got.failed == "" {
		t.Error("a launcher is missing where all are wanted, and nobody says so")
	}
}

// TestRun has a launcher that prints how it was called, and one that fails.
func TestRun(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	echo := Launcher{program: "sh", args: []string{"-c", `echo "$@" $OWN $ADDED; echo words >&2`, "launcher", "-np"}, env: []string{"OWN=its"}}
	stdout, stderr, err := echo.Run(t, 3, "ADDED=more")
	if want := "-np 3 " + self + " its more\n"; err != nil || stdout != want || stderr != "words\n" {
		t.Errorf("%q, %q, %v, want %q", stdout, stderr, err, want)
	}
	if _, _, err := (Launcher{program: "sh", args: []string{"-c", "exit 3"}}).Run(t, 1); err == nil || !strings.Contains(err.Error(), "3") {
		t.Errorf("%v, want exit code 3", err)
	}
}

// TestOnceMore has a launcher that starts nothing the first time.
func TestOnceMore(t *testing.T) {
	first := filepath.Join(t.TempDir(), "first")
	l := Launcher{program: "sh", args: []string{"-c", `[ -e ` + first + ` ] && echo started && exit; touch ` + first + `; echo "srun: error: Task launch for StepId=4.0 failed on node n4" >&2; exit 1`}}
	if stdout, _, err := l.Run(t, 1); err != nil || stdout != "started\n" {
		t.Errorf("%q, %v", stdout, err)
	}
}
