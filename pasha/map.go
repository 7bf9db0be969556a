package pasha

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Kernel is the function that [Map] calls with each item: the worker it runs
// on, from 0, the index of the item in the functor, and the item. Different
// workers run at the same time; a kernel writes to its own row of a result,
// or to its worker's slab (see [PerWorker]).
type Kernel[V any] func(worker, index int, value V) error

// MapError is the first error of a map: what went wrong and where.
type MapError struct {
	// Worker is the number of the worker, Index the item it was on.
	Worker, Index int
	// Err is what the kernel or the walk of the functor returned, or a
	// [*PanicError].
	Err error
}

func (e *MapError) Error() string {
	return fmt.Sprintf("pasha: item %d, worker %d: %v", e.Index, e.Worker, e.Err)
}

// Unwrap is the kernel's own error.
func (e *MapError) Unwrap() error { return e.Err }

// PanicError is a panic of a kernel or of a functor's walk.
type PanicError struct {
	// Value is what the panic was called with.
	Value any
	// Stack is the goroutine's stack at the panic, as debug.Stack prints it.
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v\n\n%s", e.Value, e.Stack) }

// Unwrap is the panic's value where that was an error.
func (e *PanicError) Unwrap() error { err, _ := e.Value.(error); return err }

// MapOption changes how [Map] runs.
type MapOption func(*mapping)

type mapping struct {
	context  Context
	cancel   context.Context
	displays []display
}

// On runs the map on ctx instead of the default context.
func On(ctx Context) MapOption { return func(m *mapping) { m.context = ctx } }

// Until stops the map when ctx is done: no further item is started, and Map
// returns an error that wraps the context's cause.
func Until(ctx context.Context) MapOption { return func(m *mapping) { m.cancel = ctx } }

// Map calls the kernel with every item of the functor, on the workers of the
// default context (or that of [On]), and returns when all items are done. Items
// are handed out in shares of neighbours as workers get free, so uneven items
// keep all workers busy.
//
// The first error of a kernel or the functor stops the map and comes back as a
// [*MapError], a panic as one that holds a [*PanicError]. Items that other
// workers are on are finished; others are not started. A kernel may itself call
// Map.
func Map[V any](kernel Kernel[V], functor Functor[V], options ...MapOption) error {
	var m mapping
	for _, option := range options {
		option(&m)
	}
	if kernel == nil || functor == nil {
		return errors.New("pasha: Map needs a kernel and a functor, one of them is nil")
	}
	if m.context == nil {
		ctx, err := Default()
		if err != nil {
			return err
		}
		m.context = ctx
	}
	var cuts []int
	if divider, ok := functor.(Divider); ok {
		cuts = divider.Cuts()
	}
	items := functor.Len()
	job := &Job{shares: divide(items, m.context.Workers(), cuts)}
	watched := len(m.displays) > 0
	job.bind = func(w *worker) func(Share) error {
		if values, ok := functor.(sliceFunctor[V]); ok && !watched {
			return func(share Share) error { return mapSlice(job, w, kernel, values, share) }
		}
		visit := func(index int, value V) error {
			if job.stopped.Load() {
				return errStopped
			}
			w.index = index
			if err := kernel(w.number, index, value); err != nil {
				// Kept here, where no walk can lose it.
				job.fail(w, err)
				return errStopped
			}
			if watched {
				job.done.Add(1)
			}
			return nil
		}
		return func(share Share) error { return functor.Walk(share, visit) }
	}
	if watched {
		defer watch(job, items, m.displays)()
	}
	return m.run(job)
}

// mapSlice is the walk over a slice with the kernel called from the loop itself:
// for cheap items the call of visit between them would cost as much as the item.
func mapSlice[V any](job *Job, w *worker, kernel Kernel[V], values []V, share Share) error {
	number, stopped := w.number, &job.stopped
	for i, value := range values[share.Start:share.Stop] {
		if stopped.Load() {
			return errStopped
		}
		w.index = share.Start + i
		if err := kernel(number, share.Start+i, value); err != nil {
			return err
		}
	}
	return nil
}

// run runs the job until it is done or cancelled.
func (m *mapping) run(job *Job) error {
	if m.cancel != nil {
		if m.cancel.Err() != nil {
			return fmt.Errorf("pasha: map not started: %w", context.Cause(m.cancel))
		}
		defer context.AfterFunc(m.cancel, func() { job.stopped.Store(true) })()
	}
	if len(job.shares) > 0 {
		if err := m.context.Run(job); err != nil {
			return fmt.Errorf("pasha: context %v: %w", m.context, err)
		}
	}
	switch undone := len(job.shares) - int(job.finished.Load()); {
	case job.err != nil:
		return job.err
	case undone == 0:
		return nil
	case job.stopped.Load():
		return fmt.Errorf("pasha: map stopped: %w", context.Cause(m.cancel))
	default:
		return fmt.Errorf("pasha: context %v ended the job with %d of %d shares of work undone", m.context, undone, len(job.shares))
	}
}

// Job is one map as a [Context] sees it.
type Job struct {
	shares   []Share
	bind     func(w *worker) (walk func(Share) error)
	next     atomic.Int64 // the share to hand out next
	finished atomic.Int64 // shares done in full
	done     atomic.Int64 // items that a kernel has done, counted if watched
	stopped  atomic.Bool
	failed   sync.Once
	err      *MapError
}

// worker is what one call of Work keeps for itself.
type worker struct {
	number int
	index  int // the item it is on
	walk   func(Share) error
}

var (
	errStopped = errors.New("the map was stopped")
	errExit    = errors.New("the kernel ended its goroutine (runtime.Goexit, or FailNow of a test)")
)

// MaxWorkers is the number of workers that can have something to do.
func (j *Job) MaxWorkers() int { return len(j.shares) }

// Work takes shares of the job's items and runs the kernel on them until none
// is left or the job has stopped. A [Context] calls it once on each worker.
func (j *Job) Work(number int) {
	w := &worker{number: number}
	w.walk = j.bind(w)
	for !j.stopped.Load() {
		i := int(j.next.Add(1)) - 1
		if i >= len(j.shares) {
			return
		}
		w.index = j.shares[i].Start
		if !j.share(w, j.shares[i]) {
			return
		}
		j.finished.Add(1)
	}
}

// share runs one share and tells whether it went well to its end. However it
// ends, the job knows.
func (j *Job) share(w *worker, share Share) (ok bool) {
	returned := false
	defer func() {
		switch value := recover(); {
		case value != nil:
			j.fail(w, &PanicError{Value: value, Stack: debug.Stack()})
		case !returned:
			j.fail(w, errExit)
		}
	}()
	err := w.walk(share)
	returned = true
	if err != nil && !errors.Is(err, errStopped) {
		j.fail(w, err)
	}
	return err == nil
}

// fail keeps the first error and stops the job.
func (j *Job) fail(w *worker, err error) {
	j.failed.Do(func() { j.err = &MapError{Worker: w.number, Index: w.index, Err: err} })
	j.stopped.Store(true)
}
