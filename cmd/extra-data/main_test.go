package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"extrapasha/cmd/internal/cli"
	"extrapasha/cmd/internal/cli/clitest"
	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
)

// tool is the built command, for tests of signals and limits.
var tool string

func TestMain(m *testing.M) { testscript.Main(built{m}, map[string]func(){"extra-data": main}) }

// built has the command built before its tests run.
type built struct{ *testing.M }

func (b built) Run() int {
	dir, err := os.MkdirTemp("", "extra-data")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	tool = filepath.Join(dir, "extra-data")
	if out, err := exec.Command("go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		panic(string(out))
	}
	return b.M.Run()
}

func TestScripts(t *testing.T) { clitest.Run(t) }

// execute runs the command in this process.
func execute(args ...string) (stdout string, err error) {
	var out bytes.Buffer
	c := command()
	c.SetArgs(args)
	c.SetOut(&out)
	c.SetErr(&out)
	err = c.ExecuteContext(context.Background())
	return out.String(), err
}

// files lists the files below a directory.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, entry.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestSample(t *testing.T) {
	root := t.TempDir()
	stdout, err := execute("sample", root, "--size", "200kB", "--rows", "32", "--cols", "16", "--trains-per-file", "3",
		"--modules", "3", "--pulses", "4", "--corrected", "--format", "1.0", "--proposal", "4200", "--run", "7")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("EXTRA_DATA_DATA_ROOT", root)
	run, err := extradata.OpenRun(4200, 7)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	// 200 kB are 8 trains of 3 modules with 4 frames of 2 kB.
	if len(run.TrainIDs()) != 8 || !strings.Contains(stdout, "8 trains") || !strings.Contains(stdout, root) {
		t.Errorf("%v; printed\n%s", run, stdout)
	}
	if _, err := run.Key(mockrun.CorrectedModule(2), "image.mask"); err != nil {
		t.Error(err)
	}
}

func TestUsage(t *testing.T) {
	for name, args := range map[string][]string{
		"no directory":      {"sample"},
		"two directories":   {"sample", "a", "b"},
		"unknown command":   {"smaple"},
		"unknown flag":      {"sample", "a", "--fast"},
		"size":              {"sample", "a", "--size", "much"},
		"huge size":         {"sample", "a", "--size", "9EB"},
		"number of modules": {"sample", "a", "--modules", "two"},
	} {
		_, err := execute(args...)
		if cli.ExitCode(err) != 2 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line and exit code %d", name, err, 2)
		}
	}
	if _, err := execute("sample", t.TempDir(), "--modules", "17"); cli.ExitCode(err) != 1 {
		t.Errorf("17 modules: %v", err)
	}
	for _, args := range [][]string{nil, {"--help"}, {"sample", "--help"}} {
		if help, err := execute(args...); err != nil || !strings.Contains(help, "sample") {
			t.Errorf("%v: %v, %q", args, err, help)
		}
	}
}

// TestErrorsOnce makes mistakes of all kinds: what is said is one line that starts with
// what was done or with what is wrong, and not with the names of packages.
func TestErrorsOnce(t *testing.T) {
	t.Setenv("EXTRA_DATA_DATA_ROOT", "../../testdata")
	const run = "../../testdata/SPB/202601/p700000/raw/r0001"
	motor, out := mockrun.Motor(1), t.TempDir()
	for want, args := range map[string][]string{
		"open run 1 of proposal p4711: no proposal p004711": {"get", "p4711", "1", motor, "actualPosition"},
		"open run 9 of proposal p700000: no run directory":  {"show", "p700000", "9", motor, "actualPosition", "-o", out + "/a.png"},
		"open run: no run directory nowhere":                {"get", "nowhere", motor, "actualPosition"},
		"open file: ":                                       {"missing", "main.go"},
		"no source":                                         {"get", run, "A", "actualPosition"},
		"no key":                                            {"get", run, motor, "position"},
		"cannot write " + out + "/none/a.csv: ":             {"get", run, motor, "actualPosition", "-o", out + "/none/a.csv"},
		"cannot write " + out + "/none/a.npy: ":             {"get", run, motor, "actualPosition", "-o", out + "/none/a.npy"},
		"cannot write " + out + "/none/a.parquet: ":         {"get", run, motor, "actualPosition", "-o", out + "/none/a.parquet"},
		"cannot write " + out + "/none/a.png: ":             {"show", run, motor, "actualPosition", "-o", out + "/none/a.png"},
		"cannot be a column: ":                              {"get", run, mockrun.Module(0), "image.data", "-o", out + "/a.parquet"},
		"mkdir main.go: ":                                   {"sample", "main.go"},
		"main.go is a file: ":                               {"map", "main.go"},
		"no HDF5 files in testdata ":                        {"locality", "testdata"},
	} {
		stdout, err := execute(args...)
		if err == nil || stdout != "" {
			t.Errorf("%v: %v, printed %q", args, err, stdout)
			continue
		}
		if got := cli.Reason(err); !strings.HasPrefix(got, want) || strings.Contains(got, "\n") {
			t.Errorf("%v: %s, want %s…", args, got, want)
		}
	}
}

// TestDiskFull lets files grow to a limit only, which is what a full disk looks
// like to a program.
func TestDiskFull(t *testing.T) {
	root := t.TempDir()
	shell := exec.Command("sh", "-c", `trap "" XFSZ; ulimit -f 2000; exec "$0" sample "$1"`, tool, root)
	out, err := shell.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	if text := string(out); !strings.Contains(text, "file too large") || !strings.Contains(text, "AGIPD") || strings.Count(text, "\n") != 1 {
		t.Errorf("printed %q, want one line with the file and the reason", text)
	}
	if left := files(t, root); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestInterrupt(t *testing.T) {
	root := t.TempDir()
	c := exec.Command(tool, "sample", root, "--size", "50GB")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	sent := time.Now()
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if code := c.ProcessState.ExitCode(); code != 130 || time.Since(sent) > 10*time.Second {
		t.Errorf("exit code %d after %v: %s", code, time.Since(sent), stderr.String())
	}
	for _, name := range files(t, root) {
		if strings.Contains(name, "part") {
			t.Errorf("left behind: %s", name)
		}
	}
}

// bigRun makes a run that takes a while to go through.
func bigRun(t *testing.T) string {
	t.Helper()
	config := mockrun.Default()
	config.Trains, config.TrainsPerFile, config.Motors, config.Aggregators, config.Modules, config.Cameras = 3000, 100, 60, 10, 0, 0
	root := t.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		t.Fatal(err)
	}
	return config.RunDir(root, "raw")
}

// TestEnds ends commands from outside while they work.
func TestEnds(t *testing.T) {
	dir := bigRun(t)
	for _, args := range [][]string{{"validate", filepath.Dir(dir)}, {"readable", "-r", dir}, {"map", dir, "--check"}} {
		interrupted := false
		// How far it is after a time cannot be known: try several.
		for _, wait := range []time.Duration{200, 100, 50, 300, 400, 20} {
			c := exec.Command(tool, args...)
			var stdout, stderr bytes.Buffer
			c.Stdout, c.Stderr = &stdout, &stderr
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(wait * time.Millisecond)
			_ = c.Process.Signal(syscall.SIGINT) // it may be done
			sent := time.Now()
			_ = c.Wait()
			switch code := c.ProcessState.ExitCode(); code {
			case 130:
				if stderr.String() != "extra-data: interrupted\n" || time.Since(sent) > 10*time.Second {
					t.Errorf("%v: after %v it prints %q", args, time.Since(sent), stderr.String())
				}
				interrupted = true
			case 0, 1, -1: // done before the signal, or not yet listening for it
			default:
				t.Errorf("%v: exit code %d, %s", args, code, stderr.String())
			}
			if interrupted {
				break
			}
		}
		if !interrupted {
			t.Errorf("%v was never interrupted in the middle", args)
		}
	}
}

// commands are command lines that each open a run.
func commands(t *testing.T, dir string) [][]string {
	out := t.TempDir()
	return [][]string{
		{"validate", dir}, {"readable", dir}, {"map", dir}, {"map", dir, "--check"}, {"locality", dir}, {"missing", dir},
		{"get", dir, mockrun.Motor(1), "actualPosition"}, {"get", dir, mockrun.Motor(1), "actualPosition", "-o", filepath.Join(out, "motor.npy")},
		{"show", dir, mockrun.Motor(1), "actualPosition", "-o", filepath.Join(out, "motor.png")},
		{"__complete", "get", dir, ""},
	}
}

// terminate starts a command, terminates it after some time, and returns its exit code.
func terminate(t *testing.T, args []string, stdout *os.File, after time.Duration) int {
	t.Helper()
	c := exec.Command(tool, args...)
	var stderr bytes.Buffer
	c.Stdout, c.Stderr = stdout, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	hangs := time.AfterFunc(after+time.Minute, func() { _ = c.Process.Kill() })
	time.Sleep(after)
	_ = c.Process.Signal(syscall.SIGTERM) // it may be done
	_ = c.Wait()
	if !hangs.Stop() {
		t.Errorf("%v: it does not end", args)
	}
	code := c.ProcessState.ExitCode()
	if said := strings.Count(stderr.String(), "extra-data: terminated\n"); said > 1 || (said == 1) != (code == 143) {
		t.Errorf("%v: exit code %d, %s", args, code, stderr.String())
	}
	return code
}

// TestTerminated terminates commands that wait for who reads what they print.
func TestTerminated(t *testing.T) {
	root := t.TempDir()
	config := mockrun.Small()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	_ = write.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	for err == nil { // until it is full
		_, err = write.Write(make([]byte, 4096))
	}
	for _, args := range commands(t, config.RunDir(root, "raw")) {
		code := 0
		// When it is ready for a signal cannot be known: try several.
		for _, after := range []time.Duration{100 * time.Millisecond, time.Second, 5 * time.Second} {
			if code = terminate(t, args, write, after); code == 143 {
				break
			}
		}
		if code != 143 {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}

// TestPipe has a pipe that nobody writes into among the files of a run.
func TestPipe(t *testing.T) {
	root := t.TempDir()
	config := mockrun.Small()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	dir := config.RunDir(root, "raw")
	if err := syscall.Mkfifo(filepath.Join(dir, "RAW-R0001-DA77-S00000.h5"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range commands(t, dir) {
		if code := terminate(t, args, nil, 300*time.Millisecond); code != 0 && code != 1 && code != 143 {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}

// TestReaderGone closes the pipe that a command prints into, as head does.
func TestReaderGone(t *testing.T) {
	const run = "../../testdata/SPB/202601/p700000/raw/r0001"
	for _, args := range [][]string{{"--help"}, {"missing", run}, {"get", run, mockrun.Module(1), "image.cellId"}, {"readable", "-a", run}, {"validate", filepath.Dir(run)}} {
		c := exec.Command(tool, args...)
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		c.Stdout, c.Stderr = write, &stderr
		read.Close()
		err = c.Run()
		write.Close()
		if err != nil || stderr.Len() > 0 {
			t.Errorf("%v: %v, %s", args, err, stderr.String())
		}
	}
}

// TestOutputFull has no room for what get and show write.
func TestOutputFull(t *testing.T) {
	out := t.TempDir()
	run := "../../testdata/SPB/202601/p700000/raw/r0001"
	for _, args := range []string{
		"get " + run + " " + mockrun.Module(0) + " image.data -o " + out + "/frames.npy",
		"show " + run + " " + mockrun.Module(0) + " -o " + out + "/module.png",
	} {
		shell := exec.Command("sh", "-c", `trap "" XFSZ; ulimit -f 4; exec "$0" `+args, tool)
		text, err := shell.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || strings.Count(string(text), "\n") != 1 || !strings.Contains(string(text), "file too large") {
			t.Errorf("%s: %v, %s", args, err, text)
		}
	}
	if left := files(t, out); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
