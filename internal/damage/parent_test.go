package damage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// worker has variants read, in one child process after the other.
type worker struct {
	dir string
	// patience is how long a variant may take.
	patience time.Duration

	command *exec.Cmd
	orders  io.WriteCloser
	results chan result
	// steps is where the child writes what it does, printed where its errors go.
	steps, printed *os.File
	// from is how much was printed before the variant that is read now.
	from int64
}

// start starts a child.
func (w *worker) start() error {
	var err error
	if w.steps, err = os.Create(filepath.Join(w.dir, "steps")); err != nil {
		return err
	}
	if w.printed, err = os.OpenFile(filepath.Join(w.dir, "printed"), os.O_CREATE|os.O_TRUNC|os.O_RDWR|os.O_APPEND, 0o644); err != nil {
		return err
	}
	out, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer in.Close()
	w.command = exec.Command(os.Args[0])
	w.command.Env = append(os.Environ(), childVariable+"=1", "HDF5_EXTFILE_PREFIX=${ORIGIN}", "TMPDIR="+w.dir)
	w.command.Stdout, w.command.Stderr = w.printed, w.printed
	w.command.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL} // one that hangs would outlive the test
	w.command.ExtraFiles = []*os.File{in, w.steps}
	if w.orders, err = w.command.StdinPipe(); err != nil {
		return err
	}
	if err := w.command.Start(); err != nil {
		return err
	}
	w.results = make(chan result)
	go func(results chan<- result) {
		defer out.Close()
		defer close(results)
		for decoder := json.NewDecoder(out); ; {
			var r result
			if decoder.Decode(&r) != nil {
				return
			}
			results <- r
		}
	}(w.results)
	return nil
}

// stop ends the child in an orderly way.
func (w *worker) stop() {
	if w.command != nil {
		_ = w.orders.Close()
		w.end()
	}
}

// end waits for the child, which is ending.
func (w *worker) end() error {
	for range w.results { // closed when the child has ended
	}
	err := w.command.Wait()
	w.command = nil
	return errors.Join(w.steps.Close(), w.printed.Close(), err)
}

// read has a variant read.
func (w *worker) read(o order) (result, error) {
	if w.command == nil {
		if err := w.start(); err != nil {
			return result{}, err
		}
	}
	w.from = offset(w.printed)
	text, err := json.Marshal(o)
	if err != nil {
		return result{}, err
	}
	// A child that has just crashed is seen below.
	_, _ = w.orders.Write(append(text, '\n'))
	select {
	case r, ok := <-w.results:
		if ok {
			return r, nil
		}
		return w.crashed(o), nil
	case <-time.After(w.patience):
		return w.hung(o), nil
	}
}

// crashed is the result of a child that ended.
func (w *worker) crashed(o order) result {
	r := result{Variant: o.Variant, Step: w.step()}
	text := w.said()
	err := w.end()
	r.Crash = fmt.Sprintf("%v: %s", err, text)
	return r
}

// hung ends a child that does not answer. It is asked for its stacks, which Go code
// tells also while C code runs.
func (w *worker) hung(o order) result {
	r := result{Variant: o.Variant, Step: w.step()}
	_ = w.command.Process.Signal(unix.SIGQUIT)
	kill := time.AfterFunc(5*time.Second, func() { _ = w.command.Process.Kill() })
	for range w.results {
	}
	kill.Stop()
	r.Hang = w.said()
	if r.Hang == "" {
		r.Hang = "no stacks"
	}
	_ = w.end()
	return r
}

func (w *worker) step() string {
	var text [200]byte
	_, _ = w.steps.ReadAt(text[:], 0)
	return string(bytes.TrimRight(text[:], "\x00"))
}

// said is what the child has printed of a variant, the first part of it.
func (w *worker) said() string {
	text, _ := io.ReadAll(io.NewSectionReader(w.printed, w.from, 64<<10))
	return string(text)
}

var (
	cFunction  = regexp.MustCompile(`_Cfunc_\w+`)
	goFunction = regexp.MustCompile(`extrapasha/[\w./]+?\.(\(\*?\w+(\[\.\.\.\])?\)\.)?\w+`)
	reason     = regexp.MustCompile(`(?m)^(fatal error: .*|panic: .*|SIG\w+.*|unexpected fault.*|runtime: .*)$`)
	varying    = regexp.MustCompile(`0x[0-9a-f]+|\b\d{4,}\b|0000\S*`)
	waiting    = regexp.MustCompile(`(?s)^\s*goroutine \d+ .*\[(chan|sema|select|sync|IO|GC|finalizer|sleep)`)
)

// where makes of stacks what tells one cause from another: why, and in which function,
// that of C code or the innermost of this project. Stack is the one it is in, empty
// where none tells.
func where(text string) (cause, stack string) {
	why := varying.ReplaceAllString(reason.FindString(text), "…")
	stacks := strings.Split(text, "\n\n")
	for _, stack := range stacks {
		if c := cFunction.FindString(stack); c != "" {
			return why + " in libhdf5: " + c, stack
		}
	}
	for _, stack := range stacks {
		if function := innermost(stack); function != "" && !waiting.MatchString(stack) {
			return why + " in " + function, stack
		}
	}
	return why, ""
}

// innermost is the innermost function of this project in a stack, this test aside.
func innermost(stack string) string {
	for line := range strings.Lines(stack) {
		if strings.HasPrefix(line, "\t") || strings.Contains(line, "internal/damage") {
			continue
		}
		if function := goFunction.FindString(line); function != "" {
			return function
		}
	}
	return ""
}
