package pasha_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"extrapasha/internal/mpi/launch"

	psh "extrapasha/pasha"
)

// slowly takes a minute for what the tests below give it, if they let it.
var slowly = psh.Register("slowly", func(out psh.Array[int]) psh.Kernel[int] {
	return func(worker, index, value int) error {
		time.Sleep(20 * time.Millisecond)
		out.Data[index] = value + 1
		return nil
	}
})

func init() {
	// It says when it has begun, and with "stops" what it has when it was told to end.
	programs["slowly"] = func() error {
		ctx := context.Background()
		if os.Getenv(fateVariable) == "stops" {
			var end context.CancelFunc
			ctx, end = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
			defer end()
		}
		const n = 10_000
		out, err := psh.Alloc[int](psh.Shape(n))
		if err != nil {
			return err
		}
		begun := false
		err = slowly.Map(out, psh.Range(0, n, 1), psh.Until(ctx), psh.OnProgress(func(done, _ int) {
			if done > 10 && !begun {
				begun = true
				fmt.Println("begun")
			}
		}))
		done := 0
		for _, x := range out.Data {
			done += min(x, 1)
		}
		fmt.Println("done", done, err)
		return err
	}
}

var toDo = regexp.MustCompile(`done (\d+) pasha: map stopped with (\d+) of 10000 items to do`)

// ended looks at what a program has said that was told to end, and that nothing is left.
func ended(t *testing.T, how, said, id string) {
	t.Helper()
	if how == "stops" {
		m := toDo.FindStringSubmatch(said)
		var done, left int
		if m != nil {
			fmt.Sscan(m[1], &done)
			fmt.Sscan(m[2], &left)
		}
		if done < 10 || left < 5000 || done+left < 10_000 || done+left > 10_050 {
			t.Errorf("not told what is done and what is left:\n%s", said)
		}
	} else if !strings.Contains(said, "pasha: told to end with ") {
		t.Errorf("not told what is left:\n%s", said)
	}
	nothingLeft(t, id)
}

// waitFor waits until a file has a line.
func waitFor(t *testing.T, path, line string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if text, _ := os.ReadFile(path); strings.Contains(string(text), line) {
			return
		}
		if time.Now().After(end) {
			text, _ := os.ReadFile(path)
			t.Fatalf("%q has not come: %s", line, text)
		}
	}
}

// TestRanksInterrupted presses Ctrl-C, which srun passes on with its option -X; without, it
// ends all at once the second time. mpiexec ends all at once where the root has gone.
func TestRanksInterrupted(t *testing.T) {
	launch.Each(t, func(t *testing.T, l launch.Launcher) {
		for _, how := range []string{"stops", "dies"} {
			dir := t.TempDir()
			id, path := "PASHA_TEST_MARKER="+dir, filepath.Join(dir, "out")
			file, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			self, _ := os.Executable()
			c := l.Command(ctx, 4, []string{programVariable + "=slowly", fateVariable + "=" + how, id, "SLURM_DISABLE_STATUS=1"}, self)
			c.Stdout, c.Stderr = file, file
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, path, "begun")
			_ = c.Process.Signal(os.Interrupt)
			if err := c.Wait(); ctx.Err() != nil {
				t.Errorf("%s: it had to be killed: %v", how, err)
			}
			cancel()
			file.Close()
			text, _ := os.ReadFile(path)
			t.Logf("%s", text)
			ended(t, how, string(text), id)
		}
	})
}

// TestRanksCancelled ends a job by scancel, told to send its steps a signal or not: then
// srun itself is ended, too, and what the program says is in files that it does not write.
func TestRanksCancelled(t *testing.T) {
	for _, l := range launch.Launchers[2:] {
		for how, args := range map[string][]string{"stops": {"--signal=TERM"}, "dies": nil} {
			t.Run(l.Name+" "+how, func(t *testing.T) {
				l.Need(t)
				endJob(t, l, how, func(job string) {
					if out, err := exec.Command("scancel", append(args, job)...).CombinedOutput(); err != nil {
						t.Errorf("scancel: %v: %s", err, out)
					}
				})
			})
		}
	}
}

// TestRanksTimeLimit has the time of a job be over, which SLURM looks at twice a minute.
func TestRanksTimeLimit(t *testing.T) {
	l := launch.Launchers[2]
	l.Need(t)
	if *rankRounds < 2 {
		t.Skip("takes a minute: with -rank-rounds 2 or more")
	}
	endJob(t, l, "stops", func(job string) {
		if out, err := exec.Command("scontrol", "update", "jobid="+job, "endtime=now+1").CombinedOutput(); err != nil {
			t.Errorf("scontrol: %v: %s", err, out)
		}
	})
}

// endJob ends a job while its program works.
func endJob(t *testing.T, l launch.Launcher, how string, end func(job string)) {
	t.Helper()
	dir := t.TempDir()
	id, path := "PASHA_TEST_MARKER="+dir, filepath.Join(dir, "out")
	self, _ := os.Executable()
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	program := l.Command(ctx, 4, []string{programVariable + "=slowly", fateVariable + "=" + how, id, "SLURM_STDOUTMODE=" + path + "%t"}, self)
	c := exec.CommandContext(ctx, "sbatch", "--parsable", "-N2", "-n4", "--output="+path, "--wrap", strings.Join(program.Args, " "))
	c.Env = program.Env
	var job bytes.Buffer
	c.Stdout = &job
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, path+"0", "begun")
	end(strings.TrimSpace(job.String()))
	if how == "stops" {
		waitFor(t, path+"0", "done ")
	}
	nothingLeft(t, id) // files are written by other processes
	script, _ := os.ReadFile(path)
	text, _ := os.ReadFile(path + "0")
	t.Logf("%s", script)
	t.Logf("%s", text)
	ended(t, how, string(text), id)
}
