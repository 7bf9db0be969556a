package pasha

import (
	"context"
	"errors"
	"fmt"

	"extrapasha/internal/crew"
)

// Job is one map as a [Context] sees it.
type Job struct {
	job     crew.Job
	closure any // the kernel, if it is not of a recipe
}

// MaxWorkers is the number of workers that can have something to do.
func (j *Job) MaxWorkers() int { return j.job.MaxWorkers() }

// Work takes shares of the job's items and runs the kernel on them until none
// is left or the job has stopped. A [Context] calls it once on each worker.
func (j *Job) Work(number int) { j.job.Work(number) }

// run runs the job on a context and tells how it went.
func (j *Job) run(on Context) error {
	if j.job.Shares() > 0 {
		if err := on.Run(j); err != nil {
			return fmt.Errorf("pasha: context %v: %w", on, err)
		}
	}
	undone := j.job.Undone()
	if err := j.job.Err(); err != nil {
		return &MapError{Worker: err.Worker, Index: err.Item, Rank: err.Rank, Host: err.Host, Err: err.Err}
	}
	switch {
	case undone == 0:
		return nil
	case j.job.Cancel.Err() != nil:
		return fmt.Errorf("pasha: map stopped with %d of %d items to do: %w", j.job.Left(), j.job.Total(), context.Cause(j.job.Cancel))
	}
	return fmt.Errorf("pasha: context %v ended the job with %d of %d shares of work undone", on, undone, j.job.Shares())
}

// prepare has a job call a kernel with the items of a functor.
func prepare[V any](job *crew.Job, kernel Kernel[V], functor Functor[V]) {
	job.Bind = func(w *crew.Hand) func(crew.Share) error { return bind(job, w, kernel, functor) }
}

// bind is the walk of a worker over a share of the functor.
func bind[V any](job *crew.Job, w *crew.Hand, kernel Kernel[V], functor Functor[V]) func(crew.Share) error {
	if values, ok := functor.(sliceFunctor[V]); ok && !job.Watched {
		return func(share crew.Share) error { return mapSlice(w, kernel, values, share) }
	}
	visit := func(index int, value V) error {
		if w.Stop.Load() {
			return crew.ErrStopped
		}
		*w.Item = index
		if err := kernel(w.Number, index, value); err != nil {
			// Kept here, where no walk can lose it.
			w.Fail(err)
			return crew.ErrStopped
		}
		if job.Watched {
			w.Done()
		}
		return nil
	}
	return func(share crew.Share) error { return functor.Walk(Share(share), visit) }
}

// mapSlice is the walk over a slice with the kernel called from the loop itself:
// for cheap items the call of visit between them would cost as much as the item.
func mapSlice[V any](w *crew.Hand, kernel Kernel[V], values []V, share crew.Share) error {
	number, item, stop := w.Number, w.Item, w.Stop
	for i, value := range values[share.Start:share.Stop] {
		if stop.Load() {
			return crew.ErrStopped
		}
		*item = share.Start + i
		if err := kernel(number, share.Start+i, value); err != nil {
			return err
		}
	}
	return nil
}

var errNoKernel = errors.New("the recipe made no kernel, but nil")
