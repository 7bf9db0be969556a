package clitest

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

const (
	columns   = 80
	sampleRun = "r0001"
	noRun     = "no/such/r0001"
)

// Ways tries each command of a program in the ways that people do. Usual has by the name
// of a command its arguments on a run RUN that end well, with results in the directory
// out; a command that is not there is an error, so that none can be forgotten. They find
// the files of results in a directory of that name.
func Ways(t *testing.T, root *cobra.Command, results string, usual map[string]string) {
	t.Helper()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	var each func(c *cobra.Command)
	each = func(c *cobra.Command) {
		name := strings.TrimPrefix(strings.TrimPrefix(c.CommandPath(), root.Name()), " ")
		t.Run(c.CommandPath(), func(t *testing.T) {
			t.Parallel()
			arguments, ok := usual[name]
			if !ok {
				t.Fatal("no arguments to try it with")
			}
			w := way{t, root.Name(), results, strings.Fields(name), strings.Fields(arguments)}
			w.mistakes()
			w.pipe()
			w.closedPipe()
			w.terminal()
		})
		for _, below := range c.Commands() {
			each(below)
		}
	}
	each(root)
}

// way is a command to be tried.
type way struct {
	*testing.T
	program, results string
	command, usual   []string
}

// start prepares the command with arguments, in a new directory with a run.
func (w way) start(arguments []string, run string) *exec.Cmd {
	w.Helper()
	c := exec.Command(w.program)
	c.Dir = w.TempDir()
	for name, from := range map[string]string{"data": data, "results": w.results} {
		if err := os.CopyFS(filepath.Join(c.Dir, name), os.DirFS(from)); err != nil {
			w.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(c.Dir, "out"), 0o777); err != nil {
		w.Fatal(err)
	}
	if err := os.Symlink("data/SPB/202601/p700000/raw/r0001", filepath.Join(c.Dir, sampleRun)); err != nil {
		w.Fatal(err)
	}
	c.Args = append(c.Args, w.command...)
	for _, argument := range arguments {
		c.Args = append(c.Args, strings.ReplaceAll(argument, "RUN", run))
	}
	c.Env = append(os.Environ(), "EXTRA_DATA_DATA_ROOT=data", "TERM=xterm-256color")
	return c
}

// printed runs the command to its end.
func (w way) printed(c *exec.Cmd) (stdout, stderr string, code int) {
	w.Helper()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	_ = c.Run()
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// mistakes tries no arguments, an option that is not there, and a run that is not there.
func (w way) mistakes() {
	w.Helper()
	oneLine := func(what, stdout, stderr string) {
		if stdout != "" || !strings.HasPrefix(stderr, w.program+": ") || strings.Count(stderr, "\n") != 1 {
			w.Errorf("%s: printed %q and %q, want one line on standard error", what, stdout, stderr)
		}
	}
	stdout, stderr, code := w.printed(w.start(nil, sampleRun))
	switch {
	case code == 0 && (stdout == "" || stderr != ""):
		w.Errorf("no arguments: printed %q and %q", stdout, stderr)
	case code != 0:
		oneLine("no arguments", stdout, stderr)
	}
	stdout, stderr, code = w.printed(w.start([]string{"--fast"}, sampleRun))
	if oneLine("--fast", stdout, stderr); code != 2 || !strings.Contains(stderr, "--fast; see ") {
		w.Errorf("--fast: exit code %d, %s", code, stderr)
	}
	if !strings.Contains(strings.Join(w.usual, " "), "RUN") {
		return
	}
	c := w.start(w.usual, noRun)
	stdout, stderr, code = w.printed(c)
	if oneLine(noRun, stdout, stderr); code == 0 || !strings.Contains(stderr, noRun) {
		w.Errorf("%s: exit code %d, %s", noRun, code, stderr)
	}
	if left, err := os.ReadDir(filepath.Join(c.Dir, "out")); err != nil || len(left) > 0 {
		w.Errorf("%s: left behind %v, %v", noRun, left, err)
	}
}

// pipe prints into a pipe, what is usual and the help.
func (w way) pipe() {
	w.Helper()
	for _, arguments := range [][]string{w.usual, {"--help"}} {
		stdout, stderr, code := w.printed(w.start(arguments, sampleRun))
		if code != 0 || stderr != "" || strings.ContainsAny(stdout, "\x1b\r") {
			w.Errorf("%q: exit code %d, %q, printed\n%q", arguments, code, stderr, stdout)
		}
	}
}

// closedPipe prints into a pipe that nobody reads, as that of head is when it is done.
func (w way) closedPipe() {
	w.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		w.Fatal(err)
	}
	read.Close()
	defer write.Close()
	var stderr bytes.Buffer
	c := w.start(w.usual, sampleRun)
	c.Stdout, c.Stderr = write, &stderr
	if err := c.Run(); err != nil || stderr.Len() > 0 {
		w.Errorf("nobody reads: %v, %s", err, stderr.String())
	}
}

var (
	// escapes are what a terminal obeys.
	escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]`)
	// long are lines with a path, which are as long as that is, and examples in a help,
	// which are to be copied.
	long = regexp.MustCompile(`(^|[ =])/|^out/|^  (extra-data|lsxfel) `)
)

// terminal prints onto a terminal, what is usual and the help.
func (w way) terminal() {
	w.Helper()
	for _, arguments := range [][]string{w.usual, {"--help"}} {
		inside, outside := terminal(w.T)
		c := w.start(arguments, sampleRun)
		c.Stdin, c.Stdout, c.Stderr = inside, inside, inside
		if err := c.Start(); err != nil {
			w.Fatal(err)
		}
		inside.Close()
		text, _ := io.ReadAll(outside) // ends with an error when nobody has the inside
		if err := c.Wait(); err != nil {
			w.Errorf("%q: %v, %s", arguments, err, text)
		}
		if slices.Contains(w.command, "completion") {
			continue // cobra's text has wide lines
		}
		for _, line := range strings.FieldsFunc(escapes.ReplaceAllString(string(text), ""), func(r rune) bool { return r == '\r' || r == '\n' }) {
			if utf8.RuneCountInString(line) > columns && !long.MatchString(line) {
				w.Errorf("%q on %d columns: %s", arguments, columns, line)
			}
		}
	}
}
