package mpi

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"extrapasha/internal/mpi/launch"
)

func init() {
	roles["hosts"] = func(w *World) error {
		fmt.Printf("%d of %d: %s; %s; launched %v\n", w.Rank(), w.Size(), strings.Join(w.Hosts(), " "), w.Library(), Launched())
		return nil
	}
	roles["echo"] = func(w *World) error {
		if w.Rank() > 0 {
			return echo(w.Line(0))
		}
		return talk(w)
	}
}

// sizes of rows: short ones that go along, pieces, and what does not fill one.
var sizes = []int{0, 1, shortRows, shortRows + 1, piece, 3*window*piece + 7}

// talk sends rows of many sizes to all ranks at once and compares what comes back.
func talk(w *World) error {
	errs := make([]error, w.Size())
	var group sync.WaitGroup
	for rank := 1; rank < w.Size(); rank++ {
		group.Go(func() { errs[rank] = exchange(w.Line(rank)) })
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	fmt.Println("all came back")
	return nil
}

func exchange(l *Line) error {
	for i, size := range sizes {
		sent := make([]byte, size)
		for j := range sent {
			sent[j] = byte(j*7 + i + l.Rank() + j>>12)
		}
		note := fmt.Appendf(nil, "rows %d", i)
		failed := make(chan error, 1)
		go func() { failed <- l.SendRows(byte(i), note, sent) }()
		m, err := l.Receive()
		if err != nil {
			return err
		}
		if m.Kind != byte(i) || !bytes.Equal(m.Data, note) || m.Rows != size {
			return fmt.Errorf("rank %d sent kind %d %q and %d bytes back, expected %d %q and %d", l.Rank(), m.Kind, m.Data, m.Rows, i, note, size)
		}
		came := make([]byte, size)
		if err := m.Into(came); err != nil {
			return err
		}
		if err := <-failed; err != nil {
			return err
		}
		if !bytes.Equal(came, sent) {
			return fmt.Errorf("%d bytes of rank %d came back changed", size, l.Rank())
		}
	}
	return nil
}

// run has ranks play a role; it fails where they do.
func run(t *testing.T, l launch.Launcher, ranks int, role string) string {
	t.Helper()
	out, words, err := l.Run(t, ranks, roleVariable+"="+role)
	if err != nil || words != "" {
		t.Fatalf("%v, said:\n%s%s", err, out, words)
	}
	return out
}

func TestHosts(t *testing.T) {
	launch.Each(t, func(t *testing.T, l launch.Launcher) {
		out := run(t, l, 4, "hosts")
		t.Log(out)
		for rank := range 4 {
			if !strings.Contains(out, fmt.Sprintf("%d of 4: ", rank)) {
				t.Errorf("rank %d is not in\n%s", rank, out)
			}
		}
		host, _ := os.Hostname()
		if strings.Count(out, host) < 16 || strings.Contains(out, "launched true") {
			t.Errorf("expected %s as each rank's host, and no marks of a launcher left, in\n%s", host, out)
		}
	})
}

func TestEcho(t *testing.T) {
	launch.Each(t, func(t *testing.T, l launch.Launcher) {
		if out := run(t, l, 4, "echo"); !strings.Contains(out, "all came back") {
			t.Errorf("they have said %q", out)
		}
	})
}
