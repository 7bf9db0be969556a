package crew

import (
	"errors"
	"fmt"
	"time"

	"extrapasha/internal/cross"
	"extrapasha/internal/shm"
)

// Where a job has Hands, those are of the program, and its worker processes do not know
// them: each finds on its desk the share that it is given, and leaves the desk empty when
// that is done.

// Given is which worker processes of a job are given their shares.
type Given struct {
	// First and Count are the numbers of the workers.
	First, Count int
	// Slots has each of them fold into a part of its own, the first into part 0.
	Slots bool
	// ReadOnly is memory that they must not write to.
	ReadOnly ReadOnly
}

// What is on a desk that has no share, and will have none.
const (
	empty    = 0
	noneLeft = -1
)

// ClearDesk makes the desk of a worker empty, before it begins.
func (j *Job) ClearDesk(number int) { j.desks[number].given.Store(empty) }

// Give gives a worker process its shares, as the job's hands have them, until there are no
// more or the job has stopped: it is to a process what [Job.Work] is to a thread.
func (j *Job) Give(number int) {
	w := j.Hand(number)
	for j.Hands.Take(w) && j.onDesk(w) && j.Hands.Finish(w) {
	}
	j.desks[number].given.Store(noneLeft)
}

// onDesk has a worker do a share, and tells whether it has. Another may go on with it where
// one has died.
func (j *Job) onDesk(w *Hand) (ok bool) {
	given := &j.desks[w.Number].given
	given.Store(int64(w.Share) + 1)
	return j.await(func() bool { return given.Load() == empty })
}

// await waits for something to be so, and tells whether it came to be before the job
// stopped.
func (j *Job) await(so func() bool) (ok bool) {
	for pause := 10 * time.Microsecond; !so(); pause = min(2*pause, time.Millisecond) {
		if j.Stopped() {
			return false
		}
		time.Sleep(pause)
	}
	return true
}

// fromDesk is the hands of a worker process that is given its shares.
type fromDesk struct{ job *Job }

func (f fromDesk) Take(w *Hand) (ok bool) {
	given := &f.job.desks[w.Number].given
	if !f.job.await(func() bool { return given.Load() != empty }) || f.job.Stopped() {
		return false
	}
	w.Share = int(given.Load()) - 1
	return w.Share >= 0
}

func (f fromDesk) Finish(w *Hand) (ok bool) {
	f.job.desks[w.Number].given.Store(empty)
	return true
}

// bind has a job in a worker process take its shares from the desk.
func (g *Given) bind(job *Job) {
	job.Hands, job.Guarded = fromDesk{job}, true
	if g.Slots && job.Parts != nil {
		job.Parts.Slot = func(w *Hand) int { return w.Number - g.First }
	}
	g.ReadOnly.Guard(job)
}

// ReadOnly is shared memory that workers of a job must not write to, since that would be
// lost.
type ReadOnly []shm.Handle

// Protect has writing there be a fault, or not.
func (r ReadOnly) Protect(on bool) error {
	var errs []error
	for _, h := range r {
		errs = append(errs, Memory.Protect(h, on))
	}
	return errors.Join(errs...)
}

// Guard has a panic of the job's be the error for a fault there, if it is one.
func (r ReadOnly) Guard(job *Job) {
	panicked := job.Panicked
	job.Panicked = func(w *Hand, value any) error {
		if fault, ok := value.(interface{ Addr() uintptr }); ok && r.has(fault.Addr()) {
			return LostAt("the kernel has written to an array that is neither one with a row for each item nor one with slabs")
		}
		return panicked(w, value)
	}
}

func (r ReadOnly) has(address uintptr) bool {
	for _, h := range r {
		if memory, err := Memory.Open(h); err == nil && addressed(memory, address) {
			return true
		}
	}
	return false
}

// LostAt is the error for what a kernel has written where it would be lost.
func LostAt(what string) error {
	return fmt.Errorf("%w: %s, which would be lost: write to the item's own row of an array from psh.AllocFor, or to the worker's slab of one with psh.PerWorker", cross.Err, what)
}
