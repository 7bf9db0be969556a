package mpi

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"time"
)

// engine makes all calls of the library, from one thread.
type engine struct {
	library library
	bell    *bell
	orders  chan func() // to be done on its thread
	ended   chan struct{}
	clock   atomic.Int64 // how long it has run, as it has seen it
	turns   atomic.Int64
	leaving atomic.Bool // it may stay in the library, whose end this is

	// All below belongs to the thread.
	lines  []*Line       // by rank, nil where there is none
	done   []func(error) // what to do when the request of a slot is done
	free   []int         // slots
	active bool          // something has happened but signs of life
	over   bool
	broken bool
}

const (
	// beat is how often a sign of life goes along each line.
	beat = 250 * time.Millisecond
	// Naps while others may be at work, and when nothing has happened for long.
	shortNap   = time.Millisecond
	longestNap = 10 * time.Millisecond
	// longestStep is how much time passes between two looks at most: a program that
	// was stopped must not think that all others were silent.
	longestStep = 100 * time.Millisecond
)

var errEnded = errors.New("the connection of the ranks has been closed")

func newEngine() (*engine, error) {
	b, err := newBell()
	if err != nil {
		return nil, err
	}
	return &engine{bell: b, orders: make(chan func(), 1024), ended: make(chan struct{})}, nil
}

// order has the engine do something; it is false when the engine has ended.
func (e *engine) order(what func()) bool {
	select {
	case <-e.ended: // of two that are ready any would be taken
		return false
	default:
	}
	select {
	case e.orders <- what:
		e.bell.ring()
		return true
	case <-e.ended:
		return false
	}
}

// run runs until it is told that it is over. It must have its thread for itself.
func (e *engine) run() {
	defer e.stop()
	go e.watch(time.Second, func() {
		fmt.Fprintf(os.Stderr, "pasha: the MPI library has not returned for %d s, as may happen when a rank has died\n", stuckTicks)
		os.Exit(1)
	})
	sharpen()
	quiet, last := time.Duration(0), time.Now()
	for {
		e.turns.Add(1)
		busy := e.obey()
		if e.over { // the library may have been finalised
			return
		}
		busy = e.listen() || busy
		busy = e.collect() || busy
		now := time.Now()
		step := now.Sub(last)
		last = now
		e.beat(min(step, longestStep))
		quiet += step
		if e.active {
			quiet, e.active = 0, false
		}
		if !busy {
			e.bell.wait(nap(quiet), func() bool { return len(e.orders) > 0 })
		}
	}
}

// stuckTicks is for how many ticks of a second the engine may be in one turn; all others have taken
// this rank for dead then.
const stuckTicks = 15

// watch calls stuck when the engine has not come round for so many ticks: Open MPI's TCP
// loops for ever in some deaths of other ranks. Time in which the process is stopped does
// not count.
func (e *engine) watch(every time.Duration, stuck func()) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for last, same := int64(-1), 0; ; {
		select {
		case <-tick.C:
		case <-e.ended:
			return
		}
		turns := e.turns.Load()
		if same++; turns != last {
			last, same = turns, 0
		}
		if e.leaving.Load() {
			return
		}
		if same == stuckTicks {
			stuck()
			return
		}
	}
}

// stop ends what others wait for.
func (e *engine) stop() {
	close(e.ended)
	e.fail(errEnded)
	e.bell.close()
}

// nap is how long to sleep when nothing has happened for some time: what comes next is
// late by a quarter of what it took to come, or a thousandth where that is long.
func nap(quiet time.Duration) time.Duration {
	if quiet < 100*time.Microsecond {
		return 0
	}
	return max(min(quiet/4, shortNap), min(quiet/1000, longestNap))
}

// obey does what was ordered, so much that messages are still heard.
func (e *engine) obey() (busy bool) {
	for range cap(e.orders) {
		if e.over {
			break
		}
		select {
		case what := <-e.orders:
			what()
			busy, e.active = true, true
		default:
			return busy
		}
	}
	return true
}

// listen begins to receive the messages that have come.
func (e *engine) listen() (busy bool) {
	for range 64 {
		if e.broken {
			return busy
		}
		rank, size, found, err := e.library.probe(tagMessage)
		if err != nil {
			e.fail(err)
		}
		if err != nil || !found {
			return busy
		}
		busy = true
		e.receive(rank, size)
	}
	return true
}

// receive receives a message. The line has them in the order in which they came.
func (e *engine) receive(rank, size int) {
	l := e.lines[rank]
	data := e.library.allocate(size)
	a := &arrival{}
	if l != nil {
		l.arriving = append(l.arriving, a)
	}
	err := e.post(func(slot int) error { return e.library.receive(slot, data, rank, tagMessage) }, func(err error) {
		if l != nil {
			a.message, a.err = parse(data, err)
			a.done = true
			l.arrived()
		}
		e.library.free(data)
	})
	if err != nil {
		e.library.free(data)
		e.fail(err)
	}
}

// post makes a request, and has done called when it has ended, if there was no error.
func (e *engine) post(request func(slot int) error, done func(error)) error {
	if len(e.free) == 0 {
		e.free = append(e.free, len(e.done))
		e.done = append(e.done, nil)
	}
	slot := e.free[len(e.free)-1]
	if err := request(slot); err != nil {
		return err
	}
	e.free = e.free[:len(e.free)-1]
	e.done[slot] = done
	return nil
}

// collect looks which requests are done.
func (e *engine) collect() (busy bool) {
	if e.broken || len(e.free) == len(e.done) {
		return false
	}
	err := e.library.test(len(e.done), func(slot int, err error) {
		busy = true
		done := e.done[slot]
		e.done[slot] = nil
		e.free = append(e.free, slot)
		done(err)
	})
	if err != nil {
		e.fail(err)
	}
	return busy
}

// beat gives signs of life and misses those of others.
func (e *engine) beat(step time.Duration) {
	now := time.Duration(e.clock.Add(int64(step)))
	for _, l := range e.lines {
		if l == nil || l.over {
			continue
		}
		if now-l.told >= beat {
			l.write(l.compose(header{what: isBeat}, nil, nil), nil)
		}
		silence := now - time.Duration(l.heard.Load())
		if patience := time.Duration(l.patience.Load()); patience > 0 && silence > patience {
			l.end(&SilenceError{silence})
		}
	}
}

// fail is for what the library says of itself and not of a rank: no line is of use then.
func (e *engine) fail(err error) {
	e.broken = true
	for _, l := range e.lines {
		if l != nil {
			l.end(err)
		}
	}
}

// do has the engine do something and waits for it.
func (e *engine) do(what func() error) error {
	result := make(chan error, 1)
	if !e.order(func() { result <- what() }) {
		return errEnded
	}
	select {
	case err := <-result:
		return err
	case <-e.ended:
	}
	select {
	case err := <-result: // it was the last thing that the engine did
		return err
	default:
		return errEnded
	}
}

// begin starts the engine on a thread of its own and opens the library there.
func (e *engine) begin(open func() error) error {
	result := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := open(); err != nil {
			result <- err
			return
		}
		result <- nil
		e.run()
	}()
	return <-result
}
