package mpi

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Line is one end of the connection between the root and another rank. Messages arrive
// in the order in which they were sent. Any goroutine may send; one should receive, as
// others would wait for it.
//
// Errors are a [*RankError] that names the rank at the other end; [io.EOF] is in them
// where that has ended or is silent.
type Line struct {
	engine   *engine
	rank     int
	host     string
	heard    atomic.Int64 // when, on the engine's clock
	patience atomic.Int64 // a time.Duration

	receiving sync.Mutex // held by who receives a message or its rows
	current   *Message   // the last one
	bye       bool       // the other end sends no more

	mutex sync.Mutex
	inbox []*Message
	err   error         // why there will be no more messages than those
	news  chan struct{} // rings when one of the two has changed

	// The rest belongs to the engine.
	told     time.Duration // when something was sent, on its clock
	arriving []*arrival    // messages that have begun to come
	out      []*transfer
	in       *transfer
	over     bool
}

func newLine(e *engine, rank int, patience time.Duration) *Line {
	l := &Line{engine: e, rank: rank, news: make(chan struct{}, 1)}
	l.Within(patience)
	l.heard.Store(int64(greeting)) // it may come later than this rank
	return l
}

// Rank is the rank at the other end.
func (l *Line) Rank() int { return l.rank }

// Host is the name of the machine that it runs on.
func (l *Line) Host() string { return l.host }

// Within sets after which silence the other end is taken for dead, 0 for never. A rank
// gives signs of life by itself while its process runs, whatever its kernels do. The
// default is 10 s, and 8 s for the root.
func (l *Line) Within(limit time.Duration) { l.patience.Store(int64(limit)) }

// Silence is how long nothing has come from the other end.
func (l *Line) Silence() time.Duration {
	return max(time.Duration(l.engine.clock.Load()-l.heard.Load()), 0)
}

// Gone tells whether the line has ended.
func (l *Line) Gone() bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.err != nil
}

// GiveUp ends the line: nothing more is sent to the other rank, and what it sends is
// not heard. Rows that it was sending may still be written to the memory that was
// named for them: that must stay.
func (l *Line) GiveUp() { l.engine.order(func() { l.end(errGivenUp) }) }

var errGivenUp = fmt.Errorf("given up: %w", io.EOF)

// Send sends a message of a kind, which means what the two ends have agreed on. It
// returns before the message has arrived; the data is the caller's again.
func (l *Line) Send(kind byte, data []byte) error {
	return l.post(header{kind: kind}, data, nil)
}

// SendRows sends a message, and rows that the other end puts where it wants. It returns
// when they have been sent: they must not change until then.
func (l *Line) SendRows(kind byte, data, rows []byte) error {
	if len(rows) <= shortRows {
		return l.post(header{kind: kind, rows: len(rows), here: true}, data, rows)
	}
	t := newTransfer(rows)
	if err := l.queue(header{kind: kind, rows: len(rows)}, data, nil, t, nil); err != nil {
		return err
	}
	return l.await(t)
}

// post sends a message.
func (l *Line) post(h header, data, rows []byte) error { return l.queue(h, data, rows, nil, nil) }

// flush sends a message and waits until the library has done so.
func (l *Line) flush(h header) error {
	done := make(chan error, 1)
	if err := l.queue(h, nil, nil, nil, done); err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-l.engine.ended:
		return errEnded
	case <-time.After(time.Second):
		return l.wrap(os.ErrDeadlineExceeded)
	}
}

// queue has the engine send a message, and rows.
func (l *Line) queue(h header, data, rows []byte, t *transfer, done chan error) error {
	if err := l.state(); err != nil {
		return l.wrap(err)
	}
	size := headerSize + len(data) + len(rows)
	if size > longestMessage {
		return l.wrap(fmt.Errorf("a message of %d bytes, expected at most %d", size, longestMessage))
	}
	message := l.compose(h, data, rows)
	ordered := l.engine.order(func() {
		l.write(message, done)
		switch {
		case t == nil:
		case l.over:
			t.end(l.state())
		default:
			l.out = append(l.out, t)
			l.push()
		}
	})
	if !ordered {
		l.engine.library.free(message)
		return l.wrap(errEnded)
	}
	return nil
}

// compose is a message in memory of the library.
func (l *Line) compose(h header, data, rows []byte) []byte {
	size := headerSize + len(data) + len(rows)
	message := h.append(l.engine.library.allocate(size)[:0])
	return append(append(message, data...), rows...)
}

// await waits for rows.
func (l *Line) await(t *transfer) error {
	select {
	case err := <-t.done:
		return l.wrap(err)
	case <-l.engine.ended:
		return l.wrap(errEnded)
	}
}

// Receive waits for a message. Rows of the last one that were not taken are thrown away.
func (l *Line) Receive() (*Message, error) {
	l.receiving.Lock()
	defer l.receiving.Unlock()
	if l.bye {
		return nil, l.wrap(io.EOF)
	}
	m, err := l.next(0)
	if err == nil && m.what == isBye {
		l.bye = true
		err = io.EOF
	}
	if err != nil {
		return nil, l.wrap(err)
	}
	return m, nil
}

// next is the next message, of any kind, within a time, 0 for any time.
func (l *Line) next(limit time.Duration) (*Message, error) {
	if m := l.current; m != nil && m.pending {
		if err := m.discard(); err != nil {
			return nil, err
		}
	}
	var late <-chan time.Time
	if limit > 0 {
		late = time.After(limit)
	}
	for {
		m, err := l.take()
		if m != nil || err != nil {
			l.current = m
			return m, err
		}
		select {
		case <-l.news:
		case <-late:
			return nil, os.ErrDeadlineExceeded
		}
	}
}

// take is the first message in the box; neither is there when none has come.
func (l *Line) take() (m *Message, err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(l.inbox) == 0 {
		return nil, l.err
	}
	m, l.inbox = l.inbox[0], l.inbox[1:]
	return m, nil
}

// Into receives the rows of a message straight into memory of their size. While it
// waits no other message of the line is received, and so it is where the memory is of
// another size, which is an error, and the rows are thrown away.
func (m *Message) Into(memory []byte) error {
	l := m.line
	l.receiving.Lock()
	defer l.receiving.Unlock()
	switch {
	case m.Rows == 0 && len(memory) == 0:
		return nil
	case !m.pending:
		return l.wrap(errors.New("the rows of this message have been taken, or thrown away as another was received"))
	case len(memory) != m.Rows:
		return l.wrap(errors.Join(fmt.Errorf("%d bytes of rows have come, memory of %d was expected", m.Rows, len(memory)), m.discard()))
	case m.short != nil:
		copy(memory, m.short)
		m.pending, m.short = false, nil
		return nil
	}
	return l.wrap(m.fetch(newTransfer(memory)))
}

// discard throws the rows away.
func (m *Message) discard() error {
	if m.short != nil {
		m.pending, m.short = false, nil
		return nil
	}
	return m.fetch(&transfer{waste: m.Rows, done: make(chan error, 1)})
}

func (m *Message) fetch(t *transfer) error {
	m.pending = false
	l := m.line
	if !l.engine.order(func() {
		if l.over {
			t.end(l.state())
			return
		}
		l.in = t
		l.pull()
	}) {
		return errEnded
	}
	select {
	case err := <-t.done:
		return err
	case <-l.engine.ended:
		return errEnded
	}
}

// wrap names the rank.
func (l *Line) wrap(err error) error {
	if err == nil {
		return nil
	}
	return &RankError{l.rank, l.host, err}
}

// state is why the line has ended.
func (l *Line) state() error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.err
}

// ring wakes who waits for news.
func (l *Line) ring() {
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// The rest is the engine's.

// write sends a message in memory of the library, which is freed. done, if there is one,
// gets how it has ended.
func (l *Line) write(message []byte, done chan error) {
	finish := func(err error) {
		l.engine.library.free(message)
		if done != nil {
			done <- err
		}
	}
	if l.over {
		finish(l.state())
		return
	}
	l.told = time.Duration(l.engine.clock.Load())
	err := l.engine.post(func(slot int) error { return l.engine.library.send(slot, message, l.rank, tagMessage) }, func(err error) {
		finish(err)
		if err != nil {
			l.end(err)
		}
	})
	if err != nil {
		finish(err)
		l.end(err)
	}
}

// arrived delivers the messages that are there, in their order.
func (l *Line) arrived() {
	l.heard.Store(l.engine.clock.Load())
	for len(l.arriving) > 0 && l.arriving[0].done {
		a := l.arriving[0]
		l.arriving = l.arriving[1:]
		switch {
		case l.over:
		case a.err != nil:
			l.end(a.err)
		case a.message.what != isBeat:
			l.engine.active = true
			a.message.line = l
			l.mutex.Lock()
			l.inbox = append(l.inbox, a.message)
			l.mutex.Unlock()
			l.ring()
		}
	}
}

// end ends the line.
func (l *Line) end(err error) {
	if l.over {
		return
	}
	l.over = true
	l.mutex.Lock()
	l.err = err
	l.mutex.Unlock()
	if l.in != nil && !l.engine.broken {
		for _, slot := range slices.Clone(l.in.slots) {
			_ = l.engine.library.cancel(slot) // fails where it has come
		}
	}
	if l.in != nil {
		l.in.end(err)
	}
	for _, t := range l.out {
		t.end(err)
	}
	l.ring()
}
