package pasha

import (
	"context"
	"errors"
	"fmt"
	"time"

	"extrapasha/internal/crew"
	"extrapasha/internal/progress"
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
	// Rank is the rank that the worker belongs to, on Host, where there are several.
	Rank int
	Host string
	// Err is what the kernel or the walk of the functor returned, or a
	// [*PanicError].
	Err error
}

func (e *MapError) Error() string {
	where := ""
	if e.Host != "" {
		where = fmt.Sprintf(" (rank %d on %s)", e.Rank, e.Host)
	}
	return fmt.Sprintf("pasha: item %d, worker %d%s: %v", e.Index, e.Worker, where, e.Err)
}

// Unwrap is the kernel's own error.
func (e *MapError) Unwrap() error { return e.Err }

// MapOption changes how [Map] runs.
type MapOption func(*mapping)

type mapping struct {
	context   Context
	cancel    context.Context
	displays  []progress.Display
	retries   int
	heartbeat time.Duration
	guarded   bool
	groups    []int
	skipNaN   bool
	itemShape []int
	cuts      []int
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
	job.job.Bind = func(w *crew.Hand) func(crew.Share) error { return bind(&job.job, w, kernel(), functor) }
	m.cuts = cutsOf(functor)
	return m.run(job, functor.Len(), crew.Divide(functor.Len(), m.context.Workers(), m.cuts))
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
func (m *mapping) run(job *Job, items int, shares []crew.Share) error {
	memory, err := m.context.Alloc(crew.BoardSize(m.context.Workers(), len(shares)))
	if err != nil {
		return fmt.Errorf("pasha: context %v: %w", m.context, err)
	}
	defer crew.Memory.Free(memory)
	j := &job.job
	j.Lay(memory, m.context.Workers(), shares)
	j.Cuts = m.cuts
	j.Cancel, j.Retries, j.Heartbeat = m.cancel, m.retries, m.heartbeat
	j.Guarded, j.Watched, j.Panicked = m.guarded, len(m.displays) > 0, panicked
	if j.Watched {
		defer progress.Watch(j.Items, items, m.displays)()
	}
	if m.cancel.Done() != nil {
		defer j.StopWithContext()()
	}
	return job.run(m.context)
}
