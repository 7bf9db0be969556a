package pasha

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
	"unsafe"
)

// Job is one map as a [Context] sees it.
type Job struct {
	board
	memory  []byte // of the board
	bind    func(w *worker) (walk func(Share) error)
	watched bool // items are counted
	guarded bool // faults are errors, see DebugVariable
	err     atomic.Pointer[MapError]
	cancel  context.Context // stops the job when it is done

	// What worker processes need besides.
	closure   any                     // the kernel, if it is not of a recipe
	pack      func() (*parcel, error) // what crosses, if it is of a recipe
	retries   int
	heartbeat time.Duration
	save      func()       // called before a share is run
	parts     *parts       // of a reduction, nil for a map
	lost      func() error // what was written where it stays in this process
}

// worker is what one call of Work keeps for itself.
type worker struct {
	number int
	desk   *desk
	share  int // the number of the one it is on
}

var (
	errStopped = errors.New("the map was stopped")
	errExit    = errors.New("the kernel ended its goroutine (runtime.Goexit, or FailNow of a test)")
)

// board is what the workers of a job and the caller see of each other. It is flat
// memory without pointers, so that it can be shared between processes.
type board struct {
	*notices
	desks  []desk // one for each worker
	shares []Share
	states []atomic.Uint32 // of each share
}

type notices struct {
	stopped atomic.Bool
	culprit atomic.Int32 // 1 more than the worker that failed first
	_       [56]byte     // stopped is read for each item, what follows is written
	items   atomic.Int64 // that a kernel has done, counted if the job is watched
	_       [56]byte
	merger  atomic.Int32 // 1 more than the worker that merges parts, see parts
	merging atomic.Int32 // 1 more than the share whose part it merges
	merged  atomic.Int32 // about as many are
	_       [52]byte
}

// desk is a worker's own line of the cache.
type desk struct {
	index int           // the item it is on
	beat  atomic.Uint64 // of its heart, if it has one of its own
	_     [48]byte
}

// The states of a share: one taken by worker w is taken + 2w, with one more as
// soon as it is run. One that is folded is done as soon as its part is merged.
const (
	free uint32 = iota
	done
	folded
	taken
)

func takenBy(worker int) uint32   { return taken + 2*uint32(worker) }
func runningOn(worker int) uint32 { return takenBy(worker) + 1 }

func boardSize(workers, shares int) int {
	return int(unsafe.Sizeof(notices{})) + workers*int(unsafe.Sizeof(desk{})) + shares*int(unsafe.Sizeof(Share{})+4)
}

// boardIn lays a board out in memory of boardSize, which is zeroed or has a board.
func boardIn(memory []byte, workers, shares int) board {
	base := unsafe.Pointer(unsafe.SliceData(memory))
	b := board{notices: (*notices)(base)}
	base = unsafe.Add(base, unsafe.Sizeof(notices{}))
	b.desks = unsafe.Slice((*desk)(base), workers)
	if shares == 0 {
		return b // a pointer behind the end would be one to what is not ours
	}
	base = unsafe.Add(base, workers*int(unsafe.Sizeof(desk{})))
	b.shares = unsafe.Slice((*Share)(base), shares)
	base = unsafe.Add(base, shares*int(unsafe.Sizeof(Share{})))
	b.states = unsafe.Slice((*atomic.Uint32)(base), shares)
	return b
}

// undone is how many shares are not done.
func (b *board) undone() (shares int) {
	for i := range b.states {
		if b.states[i].Load() != done {
			shares++
		}
	}
	return shares
}

// MaxWorkers is the number of workers that can have something to do.
func (j *Job) MaxWorkers() int { return min(len(j.shares), len(j.desks)) }

// stopWith stops the job when ctx is done, until the function it returns has returned:
// then nothing is written to the board any more, whose memory may be another job's.
func (j *Job) stopWith(ctx context.Context) (end func()) {
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		j.stopped.Store(true)
		close(stopped)
	})
	return func() {
		if !stop() {
			<-stopped
		}
	}
}

// run runs the job on a context and tells how it went.
func (j *Job) run(on Context) error {
	if len(j.shares) > 0 {
		if err := on.Run(j); err != nil {
			return fmt.Errorf("pasha: context %v: %w", on, err)
		}
	}
	undone := j.undone()
	if err := j.err.Load(); err != nil {
		return err
	}
	switch {
	case undone == 0:
		return nil
	case j.cancel.Err() != nil:
		return fmt.Errorf("pasha: map stopped: %w", context.Cause(j.cancel))
	}
	return fmt.Errorf("pasha: context %v ended the job with %d of %d shares of work undone", on, undone, len(j.shares))
}

// Work takes shares of the job's items and runs the kernel on them until none
// is left or the job has stopped. A [Context] calls it once on each worker.
func (j *Job) Work(number int) {
	w := &worker{number: number, desk: &j.desks[number]}
	if j.guarded {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	}
	var walk func(Share) error
	if !j.try(w, func() error { walk = j.bind(w); return nil }) {
		return
	}
	for i := range j.states {
		if j.stopped.Load() {
			return
		}
		if j.parts != nil && !j.awaitPart(w, i) {
			return
		}
		if !j.states[i].CompareAndSwap(free, takenBy(number)) {
			continue
		}
		w.share, w.desk.index = i, j.shares[i].Start
		if j.save != nil {
			j.save()
		}
		j.states[i].Store(runningOn(number))
		if !j.try(w, func() error { return walk(j.shares[i]) }) {
			return
		}
		if j.parts == nil {
			j.states[i].Store(done)
			continue
		}
		j.states[i].Store(folded)
		if !j.mergeParts(w) {
			return
		}
	}
	if j.parts != nil {
		j.mergeParts(w)
	}
}

// try tells whether a step of the work went well. However it ends, the job knows.
func (j *Job) try(w *worker, step func() error) (ok bool) {
	returned := false
	defer func() {
		switch value := recover(); {
		case value != nil:
			j.fail(w, w.panicked(value))
		case !returned:
			j.fail(w, errExit)
		}
	}()
	err := step()
	returned = true
	if err != nil && !errors.Is(err, errStopped) {
		j.fail(w, err)
	}
	return err == nil
}

// fail keeps the first error and stops the job.
func (j *Job) fail(w *worker, err error) {
	if j.culprit.CompareAndSwap(0, int32(w.number)+1) {
		j.err.Store(&MapError{Worker: w.number, Index: w.desk.index, Err: err})
	}
	j.stopped.Store(true)
}
