package mpi

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestHostsOfAll(t *testing.T) {
	worlds, _ := pretend(t, 3)
	for _, w := range worlds {
		if expected := []string{"host0", "host1", "host2"}; !slices.Equal(w.Hosts(), expected) {
			t.Errorf("rank %d knows the hosts %q, expected %q", w.Rank(), w.Hosts(), expected)
		}
	}
	if worlds[1].Line(2) != nil || worlds[0].Line(3) != nil || worlds[0].Line(0) != nil || worlds[0].Line(2).Host() != "host2" {
		t.Error("lines lead elsewhere than between the root and each rank")
	}
	each(t, worlds, (*World).Close)
	if err := worlds[0].Line(1).Send(0, nil); err == nil {
		t.Error("a message was sent after the end")
	}
}

// TestOrder sends messages, with rows and without, short and long, taken and thrown away.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		worlds, _ := pretend(t, 2)
		sizes := rapid.SliceOfN(rapid.SampledFrom(append(sizes, 100, piece+1)), 1, 8).Draw(t, "sizes")
		taken := rapid.SliceOfN(rapid.Bool(), len(sizes), len(sizes)).Draw(t, "taken")
		rows := func(i int) []byte { return bytes.Repeat([]byte{byte(i + 1)}, sizes[i]) }
		sent := make(chan error, 1)
		go func() {
			for i := range sizes {
				if err := worlds[1].Line(0).SendRows(byte(i), []byte{byte(i)}, rows(i)); err != nil {
					sent <- err
					return
				}
			}
			sent <- nil
		}()
		for i, size := range sizes {
			m, err := worlds[0].Line(1).Receive()
			if err != nil || m.Kind != byte(i) || len(m.Data) != 1 || m.Rows != size {
				t.Fatalf("message %d came as %+v, %v", i, m, err)
			}
			if !taken[i] {
				continue
			}
			memory := make([]byte, size)
			if err := m.Into(memory); err != nil || !bytes.Equal(memory, rows(i)) {
				t.Fatalf("%d bytes came otherwise, %v", size, err)
			}
		}
		each(t, worlds, (*World).Close) // throws away what was not taken
		if err := <-sent; err != nil {
			t.Fatal("the rows were not sent:", err)
		}
	})
}

func TestRowsOfAnotherSize(t *testing.T) {
	worlds, _ := pretend(t, 2)
	for _, size := range []int{10, piece + 10} {
		go worlds[1].Line(0).SendRows(1, nil, make([]byte, size))
		m, err := worlds[0].Line(1).Receive()
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err = m.Into(make([]byte, size+1)); err == nil || !strings.Contains(err.Error(), "rank 1 (host1): ") {
				t.Errorf("%d bytes into memory of %d give %v", size, size+1, err)
			}
		}
	}
	each(t, worlds, (*World).Close)
}

// TestNonsense has messages come that nobody sends.
func TestNonsense(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"short":        func([]byte) []byte { return []byte{1, 2} },
		"empty":        func([]byte) []byte { return nil },
		"rows missing": func([]byte) []byte { return header{rows: 100, here: true}.append(nil) },
		"huge":         func([]byte) []byte { return header{rows: -1}.append(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			worlds, libraries := pretend(t, 3)
			_ = worlds[1].engine.do(func() error {
				libraries[1].changed = func(_ int, data []byte) []byte { return change(data) }
				return nil
			})
			if err := worlds[1].Line(0).Send(1, []byte("data")); err != nil {
				t.Fatal(err)
			}
			_, err := worlds[0].Line(1).Receive()
			var of *RankError
			if !errors.As(err, &of) || of.Rank != 1 || of.Host != "host1" || errors.Is(err, io.EOF) {
				t.Errorf("gave %v", err)
			}
			if err := worlds[2].Line(0).Send(1, nil); err != nil {
				t.Error(err)
			}
			if _, err := worlds[0].Line(2).Receive(); err != nil {
				t.Error("another line was affected:", err)
			}
		})
	}
}

// TestSilence stops a rank, in the midst of rows.
func TestSilence(t *testing.T) {
	worlds, libraries := pretend(t, 3)
	root := worlds[0]
	go worlds[1].Line(0).SendRows(1, nil, make([]byte, 100*piece))
	m, err := root.Line(1).Receive()
	if err != nil {
		t.Fatal(err)
	}
	goOn := libraries[1].stop()
	root.Line(1).Within(time.Second)
	err = m.Into(make([]byte, 100*piece))
	var silence *SilenceError
	if !errors.As(err, &silence) || silence.For < time.Second || !errors.Is(err, io.EOF) || !strings.HasPrefix(err.Error(), "rank 1 (host1): no sign of life for ") {
		t.Errorf("rows of a silent rank gave %v", err)
	}
	if !root.Line(1).Gone() || root.Line(2).Gone() || root.Line(1).Silence() < time.Second {
		t.Error("one line of two is gone: not so")
	}
	if err := root.Line(1).Send(1, nil); !errors.As(err, &silence) {
		t.Errorf("sending gave %v", err)
	}
	ended := make(chan error)
	go func() { ended <- worlds[2].Close() }()
	if err := root.Close(); !errors.As(err, &silence) {
		t.Errorf("the end gave %v", err)
	}
	if err := <-ended; !errors.Is(err, errLeave) {
		t.Errorf("the end gave %v at another rank", err)
	}
	goOn()
}

// TestRootGone has the others know.
func TestRootGone(t *testing.T) {
	worlds, libraries := pretend(t, 2)
	worlds[1].Line(0).Within(time.Second)
	defer libraries[0].stop()()
	if _, err := worlds[1].Line(0).Receive(); !errors.Is(err, io.EOF) {
		t.Errorf("a line to a root that is gone gave %v", err)
	}
	if err := worlds[1].Close(); err == nil {
		t.Error("and the end gave no error")
	}
}

func TestGiveUp(t *testing.T) {
	worlds, _ := pretend(t, 2)
	sent := make(chan error)
	go func() { sent <- worlds[0].Line(1).SendRows(1, nil, make([]byte, 2*piece)) }()
	if _, err := worlds[1].Line(0).Receive(); err != nil {
		t.Fatal(err)
	}
	worlds[0].Line(1).GiveUp()
	if err := <-sent; !errors.Is(err, io.EOF) {
		t.Errorf("rows under way gave %v", err)
	}
	if _, err := worlds[0].Line(1).Receive(); !errors.Is(err, io.EOF) {
		t.Errorf("receiving gave %v", err)
	}
}

// TestEnd has what a rank has sent come before its end.
func TestEnd(t *testing.T) {
	worlds, _ := pretend(t, 2)
	for i := range 3 {
		if err := worlds[1].Line(0).Send(byte(i), nil); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan error)
	go func() { ended <- worlds[1].Close() }()
	for i := range 3 {
		if m, err := worlds[0].Line(1).Receive(); err != nil || m.Kind != byte(i) {
			t.Fatal(m, err)
		}
	}
	for range 2 {
		if _, err := worlds[0].Line(1).Receive(); !errors.Is(err, io.EOF) {
			t.Errorf("after the end came %v", err)
		}
	}
	if err := errors.Join(worlds[0].Close(), worlds[0].Close(), <-ended); err != nil {
		t.Error(err)
	}
}

func TestNap(t *testing.T) {
	for quiet, expected := range map[time.Duration]time.Duration{
		0: 0, 50 * time.Microsecond: 0, time.Millisecond: 250 * time.Microsecond, time.Second: shortNap, 5 * time.Second: 5 * time.Millisecond, time.Hour: longestNap,
	} {
		if got := nap(quiet); got != expected {
			t.Errorf("after %v the engine sleeps for %v, expected %v", quiet, got, expected)
		}
	}
}
