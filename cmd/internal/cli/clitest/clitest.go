// Package clitest runs the scripts that show what the commands print. In a script data
// is a copy of the repository's runs, odd a run with odd names (see Odd), runs a copy of
// the conformance corpus's; scripts that need those ask for [corpus]. "code 3 extra-data …"
// is "exec extra-data …" that ends with exit code 3. With -update what the commands print
// now becomes what is expected.
package clitest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "take what the commands print for what is expected")

const (
	data   = "../../testdata"
	corpus = "../../../shared/conformance/runs"
)

// Run runs the scripts in testdata.
func Run(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"code": code},
		Condition: func(name string) (bool, error) {
			_, err := os.Stat(corpus)
			if name == "corpus" && err != nil {
				t.Logf("no conformance corpus at %s", corpus)
			}
			return name == "corpus" && err == nil, nil
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("COLUMNS", "80")
			for name, from := range map[string]string{"data": data, "runs": corpus} {
				if _, err := os.Stat(from); err != nil {
					continue
				}
				if err := os.CopyFS(filepath.Join(env.WorkDir, name), os.DirFS(from)); err != nil {
					return err
				}
			}
			return Odd(filepath.Join(env.WorkDir, "odd"))
		},
	})
}

// code runs a command that has to end with an exit code.
func code(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: code CODE COMMAND…")
	}
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}
