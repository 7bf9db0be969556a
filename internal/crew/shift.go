package crew

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"extrapasha/internal/cross"
	"extrapasha/internal/shm"
)

// grace is how long workers may go on with an item after the job was cancelled or
// another worker has died.
const grace = 500 * time.Millisecond

// order is a worker's part of a job.
type order struct {
	Memory                  shm.Parcel
	Worker, Workers, Shares int
	Board                   shm.Handle
	Watched, Guarded        bool
	Beat                    time.Duration
	Slabs, Copies           []shm.Handle
	Given                   *Given
	Parcel                  Parcel
}

// report is how a worker's part of a job has ended.
type report struct {
	Failed  bool
	Unready bool // it has failed before it took any work
	Lost    bool // it has done its work, and results would be lost
	Item    int
	Failure cross.Failure
}

// shift is one job on the crew of worker processes.
type shift struct {
	*Pool
	job    *Job
	packed *Packed
	seats  []seat
	events chan event
	deaths map[int]int // of each share, below 0 of each worker that had none
	err    error
	lost   error // results that stay in a worker; the others may finish
}

// seat is what a shift knows of one of its workers.
type seat struct {
	busy    bool          // it has not come to its end
	working atomic.Bool   // it was given the job
	beat    uint64        // the last sign of life
	silent  time.Duration // since then
	started time.Duration // how long it has been starting
	killed  string        // why it was killed, if so
	renewed bool          // it has died on no share, and another took its place
}

// event is the end of a worker's part.
type event struct {
	worker int
	report report
	dead   bool  // it did not come to report
	err    error // it could not be started
}

// run hands the job to as many workers as it needs and waits for the end of each.
func (p *Pool) run(job *Job, packed *Packed) error {
	s := &shift{Pool: p, job: job, packed: packed, seats: make([]seat, p.workers), events: make(chan event), deaths: map[int]int{}}
	first, busy := 0, job.MaxWorkers()
	if job.Given != nil {
		first, busy = job.Given.First, job.Given.Count
	}
	for number := first; number < first+busy; number++ {
		s.seats[number].busy = true
		go s.serve(number)
	}
	tick := time.NewTicker(job.beat())
	defer tick.Stop()
	last, cancelled, stopping := time.Now(), job.Cancel.Done(), false
	var killing <-chan time.Time
	for busy > 0 {
		select {
		case e := <-s.events:
			if !s.ended(e) {
				s.seats[e.worker].busy = false
				busy--
			}
		case now := <-tick.C:
			// While the program itself is stopped no time passes.
			s.listen(min(now.Sub(last), 2*job.beat()))
			last = now
		case <-cancelled:
			cancelled, stopping = nil, true
		case <-killing:
			s.killAll()
			killing = nil
		}
		if (stopping || s.err != nil) && killing == nil {
			job.stopped.Store(true)
			killing = time.After(grace)
		}
	}
	if job.Cancel.Err() != nil {
		return nil // the job knows; workers may have been killed for it
	}
	if s.err == nil && job.err.Load() == nil {
		return s.lost
	}
	return s.err
}

// serve gives a worker the job and waits for its report.
func (s *shift) serve(number int) {
	e := event{worker: number}
	m, err := s.ready(number)
	if m == nil {
		e.err = err
	}
	if err == nil {
		s.seats[number].working.Store(true)
		e.report, err = s.exchange(number, m)
	}
	e.dead = m != nil && err != nil
	s.events <- e
}

// exchange sends a worker its order and receives the report.
func (s *shift) exchange(number int, m *member) (r report, err error) {
	o, files, next := s.order(number, m.segments)
	m.Attach(files)
	if err := m.Send(&o); err != nil {
		return r, err
	}
	m.segments = next
	if err := m.Receive(&r); err != nil {
		return r, err
	}
	m.Flush()
	return r, nil
}

// order is what a worker needs to know that has the shared memory before segment
// from.
func (s *shift) order(number, from int) (o order, files []*os.File, next int) {
	board, _ := Memory.Find(s.job.memory)
	o = order{
		Worker: number, Workers: s.workers, Shares: len(s.job.shares), Board: board,
		Watched: s.job.Watched, Guarded: s.job.Guarded, Beat: s.job.beat(), Given: s.job.Given, Parcel: s.packed.Parcel,
	}
	for i, copies := range s.packed.copies {
		slab, _ := Memory.Find(s.packed.slabs[i].of(number))
		saved, _ := Memory.Find(copies.of(number))
		o.Slabs, o.Copies = append(o.Slabs, slab), append(o.Copies, saved)
	}
	o.Memory, files, next = Memory.Pack(from)
	return o, files, next
}

// ready is a worker that is ready, started if there is none. The error comes with the
// worker that died before it was, or without one that could not be started.
func (s *shift) ready(number int) (*member, error) {
	if m := s.member(number); m != nil && !m.Gone() {
		return m, nil
	} else if m != nil { // it died while it had nothing to do
		s.take(number).End(true)
	}
	w, err := s.starter.Start()
	if err != nil {
		return nil, fmt.Errorf("start worker process %d: %w", number, err)
	}
	m := &member{Worker: w}
	s.put(number, m)
	return m, m.Receive(&m.ready)
}

// killAll kills the workers that are not done.
func (s *shift) killAll() {
	for number := range s.seats {
		if m := s.member(number); m != nil && s.seats[number].busy {
			m.Kill()
		}
	}
}

// ended takes note of the end of a worker's part, and tells whether another worker
// goes on with it.
func (s *shift) ended(e event) (goesOn bool) {
	s.seats[e.worker].working.Store(false)
	switch {
	case e.err != nil:
		s.fail(e.err)
	case e.dead:
		return s.died(e.worker)
	case e.report.Unready: // what it lacks it would lack in the next map, too
		s.take(e.worker).End(true)
		s.fail(fmt.Errorf("worker %d: %w", e.worker, e.report.Failure.Err()))
	case e.report.Lost:
		s.lost = fmt.Errorf("worker %d: %w", e.worker, e.report.Failure.Err())
	case e.report.Failed && s.isCulprit(e.worker):
		s.job.err.Store(&ItemError{Worker: e.worker, Item: e.report.Item, Err: e.report.Failure.Err()})
	}
	return false
}

func (s *shift) isCulprit(number int) bool { return int(s.job.culprit.Load()) == number+1 }

func (s *shift) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}
