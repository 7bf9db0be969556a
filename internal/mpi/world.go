package mpi

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// World is the ranks that a launcher has started, as one of them has it.
type World struct {
	rank, size    int
	host, library string
	hosts         []string
	engine        *engine
	lines         []*Line
	closing       sync.Once
	closed        error
}

const (
	patience     = 10 * time.Second // of the root with a rank
	rootPatience = 8 * time.Second  // of a rank with the root, so that all are gone 10 s after it
	greeting     = time.Minute      // in which all ranks must have said where they are
)

var wasOpened atomic.Bool

// Open connects this rank with the others. It returns when all have called it. The
// errors are [ErrNoLibrary], a [*StrangersError], a [*RankError] for a rank that did not
// come, or what the library says. Open is called once in a process; a launcher's marks
// are removed from the environment, so that programs that are started from here do not
// take themselves for ranks.
//
// Errors of Open leave the process in a state in which only to exit is of use.
func Open() (*World, error) {
	if wasOpened.Swap(true) {
		return nil, errors.New("MPI can be opened once in a process")
	}
	started := tasks()
	if !marked() && started > 1 {
		return nil, &StrangersError{Tasks: started}
	}
	e, err := newEngine()
	if err != nil {
		return nil, err
	}
	var w *World
	err = e.begin(func() (err error) {
		if e.library, w, err = open(); err != nil {
			return err
		}
		w.connect(e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	forget()
	if w.size == 1 && started > 1 {
		return nil, &StrangersError{started, w.library}
	}
	if err := w.greet(); err != nil {
		return nil, err
	}
	return w, nil
}

// connect makes the lines.
func (w *World) connect(e *engine) {
	w.engine, w.lines = e, make([]*Line, w.size)
	if w.rank > 0 {
		w.lines[0] = newLine(e, 0, rootPatience)
	} else {
		for rank := 1; rank < w.size; rank++ {
			w.lines[rank] = newLine(e, rank, patience)
		}
	}
	e.lines = w.lines
}

// greet tells all ranks the names of all hosts. When it returns each has been heard: from
// now on the root's end is noticed.
func (w *World) greet() error {
	w.hosts = make([]string, w.size)
	w.hosts[w.rank] = w.host
	if w.rank > 0 {
		return w.report()
	}
	hear := func(take func(*Line, *Message)) error {
		late := time.Now().Add(greeting)
		for _, l := range w.lines[1:] {
			m, err := l.next(max(time.Until(late), time.Millisecond))
			if err != nil {
				return l.wrap(fmt.Errorf("it has not reported: %w", err))
			}
			take(l, m)
		}
		return nil
	}
	err := hear(func(l *Line, m *Message) {
		l.host = string(m.Data)
		w.hosts[l.rank] = l.host
	})
	if err != nil {
		return err
	}
	all := []byte(strings.Join(w.hosts, "\n"))
	for _, l := range w.lines[1:] {
		if err := l.Send(0, all); err != nil {
			return err
		}
	}
	return hear(func(*Line, *Message) {})
}

// report is greet of another rank.
func (w *World) report() error {
	root := w.lines[0]
	if err := root.Send(0, []byte(w.host)); err != nil {
		return err
	}
	all, err := root.next(greeting)
	if err != nil {
		return root.wrap(fmt.Errorf("the root has not answered: %w", err))
	}
	w.hosts = strings.Split(string(all.Data), "\n")
	root.host = w.hosts[0]
	return root.flush(header{})
}

// Rank is this rank, from 0, which is the root.
func (w *World) Rank() int { return w.rank }

// Size is the number of ranks.
func (w *World) Size() int { return w.size }

// Hosts are the names of the machines that the ranks run on, by rank.
func (w *World) Hosts() []string { return w.hosts }

// Library names the MPI library.
func (w *World) Library() string { return w.library }

// Line is the line to a rank: at the root to any other, elsewhere to the root. It is nil
// where there is none.
func (w *World) Line(rank int) *Line {
	if rank < 0 || rank >= w.size {
		return nil
	}
	return w.lines[rank]
}

// Close ends the connection. At the root it tells the other ranks so, whose lines give
// [io.EOF], and waits until all have called Close; what they had sent is thrown away.
// Elsewhere it waits until the root has called it, or is gone. Then all leave through
// MPI_Finalize, or, where a rank is lost, without, and had better exit soon. The error
// names ranks that were not heard of.
func (w *World) Close() error {
	w.closing.Do(func() { w.closed = w.close() })
	return w.closed
}

func (w *World) close() error {
	var err error
	if w.rank == 0 {
		err = w.dismiss()
	} else {
		err = w.takeLeave()
	}
	if err == nil {
		return w.finalize()
	}
	w.engine.order(func() { w.engine.over = true })
	return err
}

// finalize may hang where a rank has died just now.
func (w *World) finalize() error {
	result := make(chan error, 1)
	go func() {
		result <- w.engine.do(func() error {
			w.engine.over = true
			w.engine.leaving.Store(true)
			return w.engine.library.finalize()
		})
	}()
	select {
	case err := <-result:
		return err
	case <-time.After(patience):
		return fmt.Errorf("MPI_Finalize has not returned within %v", patience)
	}
}

// dismiss is Close of the root.
func (w *World) dismiss() error {
	errs := make([]error, w.size)
	each := func(do func(*Line) error) {
		var group sync.WaitGroup
		for _, l := range w.lines[1:] {
			group.Go(func() { errs[l.rank] = errors.Join(errs[l.rank], do(l)) })
		}
		group.Wait()
	}
	each((*Line).sayBye)
	verdict := isFinalize
	if errors.Join(errs...) != nil {
		verdict = isLeave
	}
	each(func(l *Line) error {
		if l.Gone() {
			return nil // as is known
		}
		return l.flush(header{what: verdict})
	})
	return errors.Join(errs...)
}

// sayBye tells a rank that this is the end and waits until it has said so, too.
func (l *Line) sayBye() error {
	if err := l.post(header{what: isBye}, nil, nil); err != nil {
		return err
	}
	l.receiving.Lock()
	defer l.receiving.Unlock()
	late := time.Now().Add(patience)
	for !l.bye {
		m, err := l.next(max(time.Until(late), time.Millisecond))
		if err != nil {
			return l.wrap(err)
		}
		l.bye = m.what == isBye
	}
	return nil
}

var errLeave = errors.New("other ranks are lost")

// takeLeave is Close of another rank.
func (w *World) takeLeave() error {
	root := w.lines[0]
	if err := root.post(header{what: isBye}, nil, nil); err != nil {
		return err
	}
	root.receiving.Lock()
	defer root.receiving.Unlock()
	for {
		m, err := root.next(0)
		switch {
		case err != nil:
			return root.wrap(err)
		case m.what == isFinalize:
			return nil
		case m.what == isLeave:
			return root.wrap(errLeave)
		}
	}
}

// Abort ends all ranks at once, and this process with a code. It does not return.
func (w *World) Abort(code int) {
	w.engine.order(func() { w.engine.library.abort(code) })
	time.Sleep(time.Second) // the library ends the process, unless it hangs
	os.Exit(code)
}
