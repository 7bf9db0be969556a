package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"extrapasha/internal/pending"
)

// asTool is the environment variable that makes the test program a command.
const asTool = "CLI_TEST_TOOL"

func TestMain(m *testing.M) {
	if os.Getenv(asTool) == "" {
		os.Exit(m.Run())
	}
	os.Exit(Execute(tool()))
}

// tool is a command whose work is what the tests are about; it prints "ready" where a
// signal is to come.
func tool() *cobra.Command {
	root := Root(&cobra.Command{Use: "tool"})
	root.CompletionOptions.DisableDefaultCmd = true
	for name, work := range map[string]func(c *cobra.Command, path string) error{
		"heeds": func(c *cobra.Command, _ string) error {
			Printf(c, "ready\n")
			<-c.Context().Done()
			return context.Cause(c.Context())
		},
		"finishes": func(c *cobra.Command, _ string) error {
			Printf(c, "ready\n")
			<-c.Context().Done()
			return nil
		},
		// A pipe that nobody writes into is a disk that does not answer.
		"waits": func(c *cobra.Command, path string) error {
			return pending.Write(path+".result", 0o644, func(w io.Writer) error {
				_, _ = w.Write(make([]byte, 1<<20))
				Printf(c, "ready\n")
				_, err := os.ReadFile(path)
				return err
			})
		},
		"fails":  func(*cobra.Command, string) error { return errors.New("bad name: a\x1b[2J\nb\u009b") },
		"asks":   func(*cobra.Command, string) error { return Exit(6, nil) },
		"names":  func(*cobra.Command, string) error { return Exit(255, errors.New("extradata: open run: no run")) },
		"finds":  func(*cobra.Command, string) error { return ErrFound },
		"usage":  func(c *cobra.Command, _ string) error { return Usagef(c, "what is %q", "x") },
		"logs":   func(*cobra.Command, string) error { slog.Warn("odd\x1b[2J\nname", "file", "a\x1b\nb"); return nil },
		"prints": func(c *cobra.Command, _ string) error { Printf(c, "ready\n"); return nil },
	} {
		root.AddCommand(&cobra.Command{Use: name, Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error { return work(c, args[0]) }})
	}
	return root
}

// start starts the tool with a pipe that nobody writes into.
func start(t *testing.T, work string, stdout *os.File, stderr io.Writer) (c *exec.Cmd, dir string) {
	t.Helper()
	dir = t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	c = exec.Command(os.Args[0], work, pipe)
	c.Env = append(os.Environ(), asTool+"=1")
	c.Stdout, c.Stderr = stdout, stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c, dir
}

// wait is the exit code of a process, which has to end.
func wait(t *testing.T, c *exec.Cmd) int {
	t.Helper()
	hangs := time.AfterFunc(time.Minute, func() {
		t.Errorf("%v: it does not end", c.Args)
		_ = c.Process.Kill()
	})
	defer hangs.Stop()
	_ = c.Wait()
	return c.ProcessState.ExitCode()
}

func TestExit(t *testing.T) {
	reason := errors.New("no such file")
	for _, c := range []struct {
		err  error
		code int
		text string
	}{
		{nil, 0, ""},
		{reason, 1, "no such file"},
		{ErrFound, 1, "exit code 1"},
		{Exit(6, nil), 6, "exit code 6"},
		{Exit(255, reason), 255, "no such file"},
		{Exit(255, Usagef(&cobra.Command{Use: "tool"}, "what")), 2, "what; see tool --help"},
		{fmt.Errorf("open: %w", Exit(3, reason)), 3, "open: no such file"},
	} {
		if code := ExitCode(c.err); code != c.code || c.err != nil && c.err.Error() != c.text {
			t.Errorf("%v: exit code %d", c.err, code)
		}
	}
	if !errors.Is(Exit(255, reason), reason) || !errors.Is(fmt.Errorf("x: %w", ErrFound), ErrFound) || errors.Is(Exit(6, nil), ErrFound) {
		t.Error("an error with an exit code is another error")
	}
}

func TestReason(t *testing.T) {
	for text, want := range map[string]string{
		"extradata: open run: no run directory x": "open run: no run directory x",
		"extradata: table: not one value":         "not one value",
		"table of contents: extradata: x":         "table of contents: extradata: x",
		"A: pasha: x":                             "A: pasha: x",
		"pasha:x":                                 "pasha:x",
		"":                                        "",
		"mockrun: mkdir /proc/x: no such directory": "mkdir /proc/x: no such directory",
	} {
		if got := Reason(errors.New(text)); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestExecute(t *testing.T) {
	for work, want := range map[string]struct {
		code   int
		stderr string
	}{
		"asks":   {6, ""},
		"names":  {255, "tool: open run: no run\n"},
		"fails":  {1, `tool: bad name: a\x1b[2J\nb\u009b` + "\n"},
		"finds":  {1, ""},
		"usage":  {2, "tool: what is \"x\"; see tool usage --help\n"},
		"prints": {0, ""},
		"logs":   {0, ` WARN odd\x1b[2J\nname file="a\x1b\nb"` + "\n"},
	} {
		var stderr bytes.Buffer
		c, _ := start(t, work, nil, &stderr)
		code := wait(t, c)
		if got := stderr.String(); code != want.code || !strings.HasSuffix(got, want.stderr) || strings.Count(got, "\n") > 1 {
			t.Errorf("%s: exit code %d, %q; want %d, %q", work, code, got, want.code, want.stderr)
		}
	}
}

// TestSignals sends one or two signals to commands that heed them, and to one that waits.
func TestSignals(t *testing.T) {
	for _, c := range []struct {
		work    string
		signals []syscall.Signal
		code    int
		stderr  string
	}{
		{"heeds", []syscall.Signal{syscall.SIGINT}, 130, "tool: interrupted\n"},
		{"heeds", []syscall.Signal{syscall.SIGTERM}, 143, "tool: terminated\n"},
		{"finishes", []syscall.Signal{syscall.SIGINT}, 0, ""},
		{"waits", []syscall.Signal{syscall.SIGINT}, 130, "tool: interrupted\n"},
		{"waits", []syscall.Signal{syscall.SIGTERM}, 143, "tool: terminated\n"},
		{"waits", []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, 130, "tool: interrupted\n"},
	} {
		t.Run(fmt.Sprint(c.work, c.signals), func(t *testing.T) {
			t.Parallel()
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			var stderr bytes.Buffer
			process, dir := start(t, c.work, write, &stderr)
			write.Close()
			if _, err := io.ReadFull(read, make([]byte, len("ready\n"))); err != nil {
				t.Fatal(err)
			}
			for _, signal := range c.signals {
				_ = process.Process.Signal(signal)
			}
			if code := wait(t, process); code != c.code || stderr.String() != c.stderr {
				t.Errorf("exit code %d, %q; want %d, %q", code, stderr.String(), c.code, c.stderr)
			}
			if left, _ := os.ReadDir(dir); len(left) != 1 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestFull prints where there is no room, and into a pipe that nobody reads.
func TestFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	var stderr bytes.Buffer
	c, _ := start(t, "prints", full, &stderr)
	if code := wait(t, c); code != 1 || !strings.Contains(stderr.String(), "no space left") {
		t.Errorf("exit code %d, %q", code, stderr.String())
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	fill(t, write)
	stderr.Reset()
	c, _ = start(t, "prints", write, &stderr)
	write.Close()
	time.Sleep(100 * time.Millisecond) // or the signal comes before it is ready for it
	_ = c.Process.Signal(syscall.SIGINT)
	if code := wait(t, c); code != 130 && code != -1 {
		t.Errorf("exit code %d, %q", code, stderr.String())
	}
}

// fill fills a pipe: whoever writes into it then waits.
func fill(t *testing.T, pipe *os.File) {
	t.Helper()
	if err := pipe.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := pipe.Write(make([]byte, 4096)); err != nil {
			break
		}
	}
}
