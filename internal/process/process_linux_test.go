package process_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"extrapasha/internal/crew"
	"extrapasha/internal/process"
)

// order is what a worker of these tests is told.
type order struct {
	Do   string
	Text string
}

func TestMain(m *testing.M) {
	if line, ok := process.Parent(); ok {
		obey(line)
	}
	os.Exit(m.Run())
}

func obey(line *process.Line) {
	_ = line.Send(true)
	for {
		var o order
		if err := line.Receive(&o); err != nil {
			os.Exit(0)
		}
		switch o.Do {
		case "echo":
			for i, file := range line.Files() {
				fmt.Fprintf(file, "%d %d", i, len(o.Text))
				file.Close()
			}
			_ = line.Send(o)
		case "print":
			fmt.Fprint(os.Stdout, o.Text)
			fmt.Fprint(os.Stderr, o.Text)
			_ = line.Send(o)
		case "exit":
			os.Exit(3)
		case "fall":
			panic(o.Text)
		case "hang":
			select {}
		}
	}
}

func begin(t *testing.T) crew.Worker {
	t.Helper()
	starter, err := process.Starter()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(starter.Close)
	w, err := starter.Start()
	if err != nil {
		t.Fatal(err)
	}
	ready := false
	if err := w.Receive(&ready); err != nil || !ready {
		t.Fatalf("ready is %t, %v", ready, err)
	}
	return w
}

func tell(t *testing.T, w crew.Worker, o order, files ...*os.File) {
	t.Helper()
	w.Attach(files)
	if err := w.Send(o); err != nil {
		t.Fatal(err)
	}
}

// TestMessages go there and back whatever their size, with the files that they share.
func TestMessages(t *testing.T) {
	w := begin(t)
	dir := t.TempDir()
	for _, size := range []int{0, 1, 7, 1 << 10, 1 << 20, 0} {
		var files []*os.File
		for i := range 250 {
			file, err := os.Create(filepath.Join(dir, fmt.Sprint(i)))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		sent := order{"echo", strings.Repeat("x", size)}
		tell(t, w, sent, files...)
		var got order
		if err := w.Receive(&got); err != nil || got != sent {
			t.Errorf("%d bytes come back as %d: %v", size, len(got.Text), err)
		}
		for i, file := range files {
			if text, err := os.ReadFile(file.Name()); string(text) != fmt.Sprint(i, size) {
				t.Errorf("file %d has %q of %d bytes: %v", i, text, size, err)
			}
			file.Close()
		}
	}
	w.Attach(make([]*os.File, 251))
	if err := w.Send(order{}); err == nil || !strings.Contains(err.Error(), "251 files") {
		t.Errorf("too many files: %v", err)
	}
	if end := w.End(true); end.Signal != syscall.SIGKILL {
		t.Errorf("ended with %v", end)
	}
}

// TestEnds tells how a worker has ended, and what it said last.
func TestEnds(t *testing.T) {
	stopped := func(w crew.Worker) error { return syscall.Kill(w.PID(), syscall.SIGSTOP) }
	for name, c := range map[string]struct {
		told   string
		also   func(crew.Worker) error
		signal syscall.Signal
		code   int
		reason string
	}{
		"exits":         {told: "exit", code: 3},
		"panics":        {told: "fall", code: 2, reason: "panic: bad luck"},
		"is terminated": {told: "hang", also: func(w crew.Worker) error { return syscall.Kill(w.PID(), syscall.SIGTERM) }, signal: syscall.SIGTERM},
		"hangs":         {told: "hang", signal: syscall.SIGKILL},
		"is stopped":    {told: "hang", also: stopped, signal: syscall.SIGKILL},
	} {
		t.Run(name, func(t *testing.T) {
			printed := collect(t, &os.Stderr)
			w := begin(t)
			tell(t, w, order{c.told, "bad luck"})
			if c.also != nil {
				if err := c.also(w); err != nil {
					t.Fatal(err)
				}
			}
			end := w.End(false)
			if end.Signal != c.signal || c.signal == 0 && end.Code != c.code || end.Reason() != c.reason {
				t.Errorf("ended by %v with code %d, %q; want %v, %d, %q", end.Signal, end.Code, end.Reason(), c.signal, c.code, c.reason)
			}
			if words := printed(); words != end.Words {
				t.Errorf("said %q last, printed %q", end.Words, words)
			}
			if !w.Gone() {
				t.Error("it is not gone")
			}
			if err := syscall.Kill(w.PID(), 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("the process is there: %v", err)
			}
		})
	}
}

// TestGone has the line tell that the worker is gone.
func TestGone(t *testing.T) {
	w := begin(t)
	w.Kill()
	if err := w.Receive(new(order)); !errors.Is(err, io.EOF) {
		t.Errorf("of a killed worker: %v", err)
	}
	for range 100 {
		if w.Gone() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !w.Gone() {
		t.Error("it is not gone")
	}
	w.End(true)
}

// TestPrinted is passed on in whole lines, and what has no end at the end.
func TestPrinted(t *testing.T) {
	printed := collect(t, &os.Stdout)
	complaints := collect(t, &os.Stderr)
	w := begin(t)
	for _, text := range []string{"one\ntwo ", "and ", "a half\nthree"} {
		tell(t, w, order{"print", text})
		if err := w.Receive(new(order)); err != nil {
			t.Fatal(err)
		}
		w.Flush()
	}
	w.End(true)
	for stream, got := range map[string]string{"output": printed(), "error": complaints()} {
		if got != "one\ntwo and a half\nthree\n" {
			t.Errorf("standard %s has %q", stream, got)
		}
	}
}

// collect takes what is printed on a stream; the function that it returns tells it.
func collect(t *testing.T, stream **os.File) func() string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	own := *stream
	*stream = file
	t.Cleanup(func() {
		*stream = own
		file.Close()
	})
	return func() string {
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
}
