package pasha_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	psh "extrapasha/pasha"
)

// program runs this test program as another program, see TestMain.
func program(t testing.TB, name string, env ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command("/proc/self/exe")
	c.Env = append(append(os.Environ(), programVariable+"="+name), env...)
	return c
}

func TestProcessesNeedInit(t *testing.T) {
	out, err := program(t, "without Init", psh.ContextVariable+"=processes:2").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "psh.Init") || !strings.Contains(string(out), "processes:2") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestProcessesOutput looks at what a program prints whose workers print.
func TestProcessesOutput(t *testing.T) {
	var stdout, stderr strings.Builder
	c := program(t, "printing")
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	lines := strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n")
	if lines[len(lines)-1] != "done" {
		t.Errorf("the program's own line is not the last: %q", lines[len(lines)-1])
	}
	want := []string{"done"}
	for i := range 2000 {
		want = append(want, fmt.Sprintf("item %d %s", i, strings.Repeat("x", i)))
	}
	slices.Sort(want)
	slices.Sort(lines)
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines are torn apart or lost:\n%.500s", diff)
	}
	if n := strings.Count(stderr.String(), "warning\n"); n != 2000 {
		t.Errorf("%d lines on standard error, want 2000", n)
	}
}

// TestProcessesFewDescriptors makes more arrays than the program may open files.
func TestProcessesFewDescriptors(t *testing.T) {
	c := program(t, "many arrays")
	c.Path, c.Args = "/bin/sh", []string{"sh", "-c", "ulimit -n 1024; exec /proc/" + fmt.Sprint(os.Getpid()) + "/exe"}
	if out, err := c.CombinedOutput(); err != nil || string(out) != "ok\n" {
		t.Errorf("%v: %s", err, out)
	}
}

func TestProcessesOfDeletedProgram(t *testing.T) {
	text, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, text, 0o755); err != nil {
		t.Fatal(err)
	}
	c := program(t, "deleted")
	c.Path, c.Args = path, []string{path}
	if out, err := c.CombinedOutput(); err != nil || string(out) != "6\n" {
		t.Errorf("%v: %s", err, out)
	}
}

// TestEndWorkers goes on with a context whose workers have ended.
func TestEndWorkers(t *testing.T) {
	ctx := processes(t, 2)
	out := alloc[float64](t, psh.Shape(4), psh.In(ctx))
	for range 3 {
		psh.EndWorkers()
		clear(out.Data)
		if err := triple.Map(out, psh.Slice([]float64{1, 2, 3, 4}), psh.On(ctx)); err != nil || out.Data[3] != 12 {
			t.Fatalf("%v, %v", out.Data, err)
		}
	}
}

// TestProcessesUntilAtTheEnd cancels maps when they are about to end: that must not
// reach the next map, whose board lies where theirs has been.
func TestProcessesUntilAtTheEnd(t *testing.T) {
	ctx := processes(t, 2)
	out := alloc[float64](t, psh.Shape(50), psh.In(ctx))
	in := slices.Repeat([]float64{1}, 50)
	for range 300 {
		stop, cancel := context.WithCancel(context.Background())
		go func() {
			time.Sleep(time.Duration(rand.IntN(600)) * time.Microsecond)
			cancel()
		}()
		if err := triple.Map(out, psh.Slice(in), psh.On(ctx), psh.Until(stop)); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if err := triple.Map(out, psh.Slice(in), psh.On(ctx)); err != nil {
			t.Fatalf("the next map: %v", err)
		}
	}
}
