package crew

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// Job is items to be done in shares.
type Job struct {
	board
	memory []byte // of the board
	err    atomic.Pointer[ItemError]
	save   func() // called before a share is run

	// Cancel stops the job when it is done.
	Cancel context.Context
	// Watched has items counted, Guarded faults be errors.
	Watched, Guarded bool
	// Bind makes what a worker does with a share.
	Bind func(w *Hand) (walk func(Share) error)
	// Panicked is the error of a panic, with what it was called with.
	Panicked func(w *Hand, value any) error
	// Parts is nil unless shares are folded into parts.
	Parts *Parts
	// Cuts are items that shares are best begun at.
	Cuts []int
	// Hands give shares to workers, nil for the board alone.
	Hands Hands

	// What worker processes need besides.

	// Pack makes what crosses to them.
	Pack func() (*Packed, error)
	// Retries is how often a share is done again whose worker has died, Heartbeat how
	// long one may give no sign of life.
	Retries   int
	Heartbeat time.Duration
	// Lost is the error for what was written where it stays in this process.
	Lost func() error
	// Given is nil where they take shares from the board.
	Given *Given
}

// ItemError is the first error of a job.
type ItemError struct {
	Worker, Item int
	Err          error
	Rank         int // that the worker belongs to, 0 for the program
	Host         string
}

func (e *ItemError) Error() string {
	return fmt.Sprintf("item %d, worker %d: %v", e.Item, e.Worker, e.Err)
}

// Unwrap is the error itself.
func (e *ItemError) Unwrap() error { return e.Err }

// ErrStopped is what ends a walk when the job has stopped.
var ErrStopped = errors.New("the map was stopped")

// ErrExit is the error of a kernel that does not return.
var ErrExit = errors.New("the kernel ended its goroutine (runtime.Goexit, or FailNow of a test)")

// Hand is a worker at work on a job.
type Hand struct {
	Number int
	// Item is where it notes which item it is on, of the share of that number.
	Item  *int
	Share int
	// Stop tells whether the job has stopped.
	Stop *atomic.Bool
	job  *Job
	next int // share to look at
}

// Lay has the job be about these shares, on a board in zeroed memory of [BoardSize].
func (j *Job) Lay(memory []byte, workers int, shares []Share) {
	j.board, j.memory = boardIn(memory, workers, len(shares)), memory
	copy(j.shares, shares)
}

// MaxWorkers is the number of workers that can have something to do.
func (j *Job) MaxWorkers() int { return min(len(j.shares), len(j.desks)) }

// Shares is how many there are.
func (j *Job) Shares() int { return len(j.shares) }

// Undone is how many shares are not done.
func (j *Job) Undone() int { return j.undone() }

// Left is how many items are not done, at least, when nobody works any more.
func (j *Job) Left() (items int) {
	for i, s := range j.shares {
		state := j.states[i].Load()
		if state == done {
			continue
		}
		items += s.Len()
		if worker := int(state-taken) / 2; state >= taken && j.desks[worker].item > s.Start && j.desks[worker].item < s.Stop {
			items -= j.desks[worker].item - s.Start
		}
	}
	return items
}

// Total is how many items there are.
func (j *Job) Total() int {
	if len(j.shares) == 0 {
		return 0
	}
	return j.shares[len(j.shares)-1].Stop
}

// Items is how many items are done, if they are counted.
func (j *Job) Items() int { return int(j.items.Load()) }

// Err is the first error of the work, nil where there was none.
func (j *Job) Err() *ItemError { return j.err.Load() }

// StopWithContext stops the job when its context is done, until the function it returns
// has returned: then nothing is written to the board any more, whose memory may be
// another job's.
func (j *Job) StopWithContext() (end func()) {
	stopped := make(chan struct{})
	stop := context.AfterFunc(j.Cancel, func() {
		j.stopped.Store(true)
		close(stopped)
	})
	return func() {
		if !stop() {
			<-stopped
		}
	}
}

// Hand is a worker of the job.
func (j *Job) Hand(number int) *Hand {
	return &Hand{Number: number, Item: &j.desks[number].item, Stop: &j.stopped, job: j}
}

// Work takes shares of the job's items and does them until none is left or the job has
// stopped. It is called once for each worker.
func (j *Job) Work(number int) {
	w := j.Hand(number)
	if j.Guarded {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	}
	var walk func(Share) error
	if !w.try(func() error { walk = j.Bind(w); return nil }) {
		return
	}
	hands := j.Hands
	if hands == nil {
		hands = j
	}
	for hands.Take(w) {
		*w.Item = j.shares[w.Share].Start
		if j.save != nil {
			j.save()
		}
		j.states[w.Share].Store(runningOn(number))
		if !w.try(func() error { return walk(j.shares[w.Share]) }) || !hands.Finish(w) {
			return
		}
	}
}

// Hands give shares to workers and take them back. Those of one machine are the job
// itself, whose board tells which are free.
type Hands interface {
	// Take gives a worker a share. ok is false where there is none left, or the job has
	// stopped.
	Take(w *Hand) (ok bool)
	// Finish takes back the share that a worker has done, and tells whether all went
	// well.
	Finish(w *Hand) (ok bool)
}

// Take gives a worker the next share that is free on the board.
func (j *Job) Take(w *Hand) (ok bool) {
	for ; w.next < len(j.states); w.next++ {
		if j.stopped.Load() || j.Parts != nil && !j.awaitPart(w, w.next) {
			return false
		}
		if j.states[w.next].CompareAndSwap(free, takenBy(w.Number)) {
			w.Share = w.next
			return true
		}
	}
	if j.Parts != nil {
		j.mergeParts(w)
	}
	return false
}

// Finish notes on the board that the share is done, and merges parts whose turn it is.
func (j *Job) Finish(w *Hand) (ok bool) {
	if j.Parts == nil {
		j.states[w.Share].Store(done)
		return true
	}
	j.states[w.Share].Store(folded)
	return j.mergeParts(w)
}

// try tells whether a step of the work went well. However it ends, the job knows.
func (w *Hand) try(step func() error) (ok bool) {
	returned := false
	defer func() {
		switch value := recover(); {
		case value != nil:
			w.Fail(w.job.Panicked(w, value))
		case !returned:
			w.Fail(ErrExit)
		}
	}()
	err := step()
	returned = true
	if err != nil && !errors.Is(err, ErrStopped) {
		w.Fail(err)
	}
	return err == nil
}

// Fail keeps the first error and stops the job.
func (w *Hand) Fail(err error) {
	if w.job.culprit.CompareAndSwap(0, int32(w.Number)+1) {
		w.job.err.Store(&ItemError{Worker: w.Number, Item: *w.Item, Err: err})
	}
	w.job.stopped.Store(true)
}

// Done counts an item.
func (w *Hand) Done() { w.job.items.Add(1) }
