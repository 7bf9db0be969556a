// Package examples_test runs the example programs as a user does.
package examples_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"extrapasha/internal/mockrun"
)

func TestBadInput(t *testing.T) {
	const run = "../testdata/SPB/202601/p700000/raw/r0001"
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		program string
		args    []string
		code    int
		says    string
	}{
		{"nothing", "trainmean", nil, 2, "-h"},
		{"three arguments", "correlate", []string{"1", "2", "3"}, 2, "-h"},
		{"unknown flag", "quickstart", []string{"-fast", run}, 2, "-fast"},
		{"no such proposal", "trainmean", []string{"700007", "1"}, 1, "p700000"},
		{"no such run", "trainmean", []string{"700000", "2"}, 1, "r0001"},
		{"no such path", "quickstart", []string{"/no/such/run"}, 1, "/no/such/run"},
		{"no data files", "correlate", []string{"."}, 1, "no HDF5 files"},
		{"not a data file", "quickstart", []string{"examples_test.go"}, 1, "not an HDF5 file"},
		{"no such source", "trainmean", []string{"-source", "SPB_DET_AGIPD1M-1/DET/2CH0:xtdf", run}, 1, mockrun.Module(0)},
		{"no such key", "trainmean", []string{"-key", "image.dat", run}, 1, "image.data"},
		{"not images", "trainmean", []string{"-key", "header.pulseCount", run}, 1, "expected images"},
		{"strings", "trainmean", []string{"-source", mockrun.XGM, "-key", "state", run}, 1, "string"},
		{"output below a file", "trainmean", []string{"-out", file + "/dir", run}, 1, file},
		{"output cannot be written", "correlate", []string{"-out", "/proc", run}, 1, "/proc"},
		{"bad context", "quickstart", []string{run}, 1, "PASHA_CONTEXT"},
		{"help", "trainmean", []string{"-h"}, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := []string{"EXTRA_DATA_DATA_ROOT=../testdata"}
			if c.name == "bad context" {
				env = append(env, "PASHA_CONTEXT=threads:many")
			}
			_, stderr, code := execute(t, env, c.program, c.args...)
			if code != c.code || !strings.Contains(stderr, c.says) || strings.Count(stderr, "\n") > 1 {
				t.Errorf("exit code %d, %q; want %d and one line that says %q", code, stderr, c.code, c.says)
			}
		})
	}
}

// TestInterrupt presses Ctrl-C while a map runs.
func TestInterrupt(t *testing.T) {
	for _, spec := range []string{"serial", "processes:2"} {
		t.Run(spec, func(t *testing.T) { interrupt(t, spec) })
	}
}

func interrupt(t *testing.T, spec string) {
	root := t.TempDir()
	config := mockrun.Default().ForSize(300e6)
	config.Modules, config.Motors, config.Cameras = 1, 0, 0
	if err := config.Write(context.Background(), root); err != nil {
		t.Fatal(err)
	}
	// How far the program is after a time cannot be known: try several.
	for _, wait := range []time.Duration{80, 40, 20, 120, 160, 60, 10} {
		out := t.TempDir()
		command := exec.Command(filepath.Join(programs, "trainmean"), "-out", out, config.RunDir(root, "raw"))
		command.Env = append(os.Environ(), "PASHA_CONTEXT="+spec)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(wait * time.Millisecond)
		sent := time.Now()
		_ = command.Process.Signal(syscall.SIGINT) // it may be done
		_ = command.Wait()
		left, _ := os.ReadDir(out)
		switch code := command.ProcessState.ExitCode(); code {
		case 130:
			if took := time.Since(sent); took > 10*time.Second {
				t.Errorf("it took %v to stop", took)
			}
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			return
		case 0, -1: // done before the signal; not yet listening for it
		default:
			t.Fatalf("exit code %d", code)
		}
	}
	t.Error("it never was interrupted in the middle")
}
