package ranks

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/every"
	"extrapasha/internal/mpi"
)

// round is a job as a rank has it that is not the root.
type round struct {
	order  order
	line   *mpi.Line
	job    *crew.Job
	cancel func()
	pool   *crew.Pool // of the workers, nil where they are threads
	mirror *mirror
	queue  chan int    // shares to be done
	away   away        // parts, of a reduction
	failed atomic.Bool // and the root was told
	whole  bool        // all was done, and nothing else was written to
}

// beatEvery is how often a rank tells which items its workers are on.
const beatEvery = 100 * time.Millisecond

// run works until there are no more shares, and reports.
func (r *round) run() error {
	first, count := r.order.First, r.order.Count
	if parts := r.job.Parts; parts != nil {
		count = min(count, parts.Window)
		r.away = newAway(first, count, parts.Window, r.pool != nil)
		parts.Slot = r.away.slot
	}
	r.job.Hands = r
	var workers sync.WaitGroup
	do := onThread(r.job.Work)
	if r.pool != nil {
		do = r.job.Give
		r.job.Given = &crew.Given{First: first, Count: count, Slots: true, ReadOnly: r.order.ReadOnly}
		workers.Go(r.haveProcesses)
	} else {
		r.job.Guarded = true
		r.order.ReadOnly.Guard(r.job)
	}
	for worker := first; worker < first+count; worker++ {
		workers.Go(func() {
			defer r.tellFailure() // also if a kernel ends the goroutine
			do(worker)
		})
	}
	endBeats := r.beating()
	err := r.listen()
	close(r.queue)
	if err != nil {
		return err // the root is gone: nobody waits for the workers
	}
	workers.Wait()
	r.away.wait()
	endBeats()
	return r.finish()
}

// lay makes the board of the job, and finds the pool whose workers are to do it.
func (r *round) lay(open func() (crew.Starter, error)) (err error) {
	o := &r.order
	board := make([]byte, crew.BoardSize(o.Workers, o.Shares))
	if o.Crew != nil {
		r.pool = crew.PoolOf(o.Workers, open)
		r.job.Retries, r.job.Heartbeat = o.Crew.Retries, o.Crew.Heartbeat
		if board, err = crew.Memory.Open(o.Crew.Board); err != nil {
			return err
		}
	}
	r.job.Lay(board, o.Workers, make([]crew.Share, o.Shares))
	return nil
}

// listen takes shares until the root says that there are no more.
func (r *round) listen() error {
	for {
		m, err := r.line.Receive()
		if err != nil {
			return err
		}
		switch m.Kind {
		case isEnd:
			return nil
		case isStop:
			r.job.Stop()
			return nil
		case isCancel:
			r.cancel()
			r.job.Stop()
			return nil
		case isShare:
			values, err := numbersIn(m.Data, 3)
			if err != nil {
				return err
			}
			r.job.SetShare(values[0], crew.Share{Start: values[1], Stop: values[2]})
			r.queue <- values[0] // there is room for all
		}
	}
}

// Take gives a worker a share of the queue.
func (r *round) Take(w *crew.Hand) (ok bool) {
	w.Share, ok = <-r.queue
	return ok && !r.job.Stopped()
}

// Finish sends what a worker has done.
func (r *round) Finish(w *crew.Hand) (ok bool) {
	share := r.job.ShareAt(w.Share)
	for i := range r.order.Rows {
		if r.sendRows(w, share, i) != nil {
			return false // who receives notices it
		}
	}
	done := numbers(w.Share, w.Number)
	if r.job.Parts == nil {
		return r.line.SendRows(isDone, done, nil) == nil
	}
	groups, elements := part(r.job.Parts, r.job.Parts.Of(w))
	done = append(done, numbers(groups...)...)
	return r.away.send(w, func() error { return r.line.SendRows(isDone, done, elements) })
}

// sendRows sends the rows of a share of an array, if they were written to.
func (r *round) sendRows(w *crew.Hand, share crew.Share, array int) error {
	p, err := r.order.Rows[array].open()
	if err != nil {
		w.Fail(err)
		return err
	}
	if !r.mirror.changed(&p, share) {
		return nil
	}
	rows := p.Single(share)
	if rows == nil {
		p.Rows(share, func(piece []byte) { rows = append(rows, piece...) })
	}
	err = r.line.SendRows(isRows, numbers(w.Share, array), rows)
	r.mirror.restore(&p, share)
	return err
}

// open is the array in this rank's memory.
func (p *place) open() (crew.Place, error) {
	memory, err := crew.Memory.Open(p.Handle)
	return crew.Place{Memory: memory, Elem: p.Elem, Shape: p.Shape, Strides: p.Strides}, err
}

// haveProcesses has worker processes do what is on their desks, and tells of one that could
// not, or has died.
func (r *round) haveProcesses() {
	err := r.do()
	if err == nil {
		r.tellFailure()
		return
	}
	how := report{Failed: true, Worker: -1, Failure: cross.NewFailure(err)}
	errors.As(err, &how.Death)
	_ = r.line.Send(isFailed, encode(&how))
}

func (r *round) do() error {
	packed := &crew.Packed{Parcel: r.order.Parcel}
	for i, s := range r.order.Slabs {
		memory, err := crew.Memory.Open(s.Handle)
		var copies []byte
		if err == nil && len(r.order.Crew.Copies) > 0 {
			copies, err = crew.Memory.Open(r.order.Crew.Copies[i])
		}
		if err != nil {
			return err
		}
		packed.AddSlabs(memory, s.Size, copies)
	}
	return r.pool.Do(r.job, packed)
}

// tellFailure has the root know of the first error, if there is one, at once, and stop the others.
func (r *round) tellFailure() {
	failure := r.job.Err()
	if failure == nil || !r.failed.CompareAndSwap(false, true) {
		return
	}
	_ = r.line.Send(isFailed, encode(&report{Failed: true, Worker: failure.Worker, Item: failure.Item, Failure: cross.NewFailure(failure.Err)}))
}

// finish sends the slabs, and reports how it went.
func (r *round) finish() error {
	if r.job.Stopped() {
		return r.report(report{})
	}
	for _, s := range r.order.Slabs {
		own, err := crew.Memory.Open(r.order.own(s))
		if err != nil {
			return err
		}
		if err := r.line.SendRows(isSlabs, nil, own); err != nil {
			return err
		}
		clear(own)
	}
	err := r.job.Lost()
	if err == nil {
		err = r.mirror.lost()
	}
	if err != nil {
		return r.report(report{Failed: true, Worker: -1, Failure: cross.NewFailure(err)})
	}
	r.whole = true
	return r.report(report{})
}

func (r *round) report(how report) error { return r.line.Send(isReport, encode(&how)) }

// beating tells the root which items the workers are on until the function it returns has
// returned.
func (r *round) beating() (end func()) {
	told := 0
	tell := func() {
		items := r.job.Items()
		values := []int{items - told}
		told = items
		for worker := range r.order.Count {
			values = append(values, r.job.ItemOf(r.order.First+worker))
		}
		_ = r.line.Send(isBeat, numbers(values...))
	}
	stop := every.Interval(beatEvery, tell)
	return func() {
		stop()
		if r.order.Watched {
			tell()
		}
	}
}
