package pasha

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kernel is the function that [Map] calls with each item: the worker it runs
// on, from 0, the index of the item in the functor, and the item. Different
// workers run at the same time; a kernel writes to its own row of a result,
// or to its worker's slab (see [PerWorker]). What an item is made of may be lent, and
// valid until the kernel returns, as are the rows of a run: Copy to keep, see
// [DebugVariable].
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

// MapOption changes how [Map] runs.
type MapOption func(*mapping)

type mapping struct {
	context   Context
	cancel    context.Context
	displays  []display
	retries   int
	heartbeat time.Duration
	guarded   bool
	groups    []int
	skipNaN   bool
	itemShape []int
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
	if kernel == nil {
		return errors.New("pasha: Map needs a kernel, it is nil")
	}
	job := &Job{closure: kernel}
	return run(job, functor, options, func() Kernel[V] { return kernel })
}

// run runs a job over a functor until it is done or cancelled.
func run[V any](job *Job, functor Functor[V], options []MapOption, kernel func() Kernel[V]) error {
	m, err := plan("Map", functor, options)
	if err != nil {
		return err
	}
	if m.groups != nil || m.skipNaN {
		return errors.New("pasha: By and SkipNaN are for reductions, not for Map")
	}
	job.bind = func(w *worker) func(Share) error { return bind(job, w, kernel(), functor) }
	return m.run(job, functor.Len(), divide(functor.Len(), m.context.Workers(), cutsOf(functor)))
}

// plan is how to run over a functor, and on what.
func plan[V any](what string, functor Functor[V], options []MapOption) (*mapping, error) {
	m := &mapping{cancel: context.Background(), heartbeat: defaultHeartbeat}
	for _, option := range options {
		option(m)
	}
	if functor == nil {
		return nil, fmt.Errorf("pasha: %s needs a functor, it is nil", what)
	}
	var err error
	if m.context, err = orDefault(m.context); err != nil {
		return nil, err
	}
	if m.guarded, err = debugging(); err != nil {
		return nil, err
	}
	if m.cancel.Err() != nil {
		return nil, fmt.Errorf("pasha: map not started: %w", context.Cause(m.cancel))
	}
	return m, nil
}

// cutsOf is where a functor is best divided, if it knows.
func cutsOf[V any](functor Functor[V]) []int {
	if divider, ok := functor.(Divider); ok {
		return divider.Cuts()
	}
	return nil
}

// run runs a job over so many items, in these shares.
func (m *mapping) run(job *Job, items int, shares []Share) error {
	memory, err := m.context.Alloc(boardSize(m.context.Workers(), len(shares)))
	if err != nil {
		return fmt.Errorf("pasha: context %v: %w", m.context, err)
	}
	defer shared.Free(memory)
	job.board, job.memory = boardIn(memory, m.context.Workers(), len(shares)), memory
	copy(job.shares, shares)
	job.guarded, job.cancel, job.retries, job.heartbeat, job.watched = m.guarded, m.cancel, m.retries, m.heartbeat, len(m.displays) > 0
	if job.watched {
		defer watch(job, items, m.displays)()
	}
	if m.cancel.Done() != nil {
		defer job.stopWith(m.cancel)()
	}
	return job.run(m.context)
}

// bind is the walk of a worker over a share of the functor.
func bind[V any](job *Job, w *worker, kernel Kernel[V], functor Functor[V]) func(Share) error {
	if values, ok := functor.(sliceFunctor[V]); ok && !job.watched {
		return func(share Share) error { return mapSlice(job, w, kernel, values, share) }
	}
	visit := func(index int, value V) error {
		if job.stopped.Load() {
			return errStopped
		}
		w.desk.index = index
		if err := kernel(w.number, index, value); err != nil {
			// Kept here, where no walk can lose it.
			job.fail(w, err)
			return errStopped
		}
		if job.watched {
			job.items.Add(1)
		}
		return nil
	}
	return func(share Share) error { return functor.Walk(share, visit) }
}

// mapSlice is the walk over a slice with the kernel called from the loop itself:
// for cheap items the call of visit between them would cost as much as the item.
func mapSlice[V any](job *Job, w *worker, kernel Kernel[V], values []V, share Share) error {
	number, desk, stopped := w.number, w.desk, &job.stopped
	for i, value := range values[share.Start:share.Stop] {
		if stopped.Load() {
			return errStopped
		}
		desk.index = share.Start + i
		if err := kernel(number, share.Start+i, value); err != nil {
			return err
		}
	}
	return nil
}
