package pasha

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"extrapasha/internal/crew"
)

const (
	// startLimit is how long a worker process may take to come to psh.Init.
	startLimit = 30 * time.Second
	// grace is how long workers may go on with an item after the map was cancelled
	// or another worker has died.
	grace = 500 * time.Millisecond
	// defaultHeartbeat is how long a worker may be without a sign of life.
	defaultHeartbeat = 10 * time.Second
)

// Heartbeat sets how long a worker process may give no sign of life before it is
// killed and counts as dead: 10 s without this option, for ever with 0. A worker
// gives them while its kernel works; it does not while it is stopped, by a signal
// or a debugger. Time in which the program itself is stopped does not count. In
// other contexts it means nothing.
func Heartbeat(limit time.Duration) MapOption {
	return func(m *mapping) { m.heartbeat = limit }
}

// Retry lets a map go on when a worker process has died: a fresh one does the share
// of items that the dead one was on, once more from its start, and the map fails
// only where workers die of the same share more than so many times, or one after the
// other before they had any. In other contexts it means nothing.
//
// The worker's slabs ([PerWorker]) are put back to what they were before the share,
// which costs a copy of them for each share. Whatever else a kernel writes must not
// depend on what was there before, since an item may be done twice.
func Retry(times int) MapOption { return func(m *mapping) { m.retries = times } }

// WorkerError is a worker process that died, or was killed since it gave no sign of
// life.
type WorkerError struct {
	// Worker is its number, PID that of the process.
	Worker, PID int
	// Index is the item it was on, of the items of Share; -1 where it was on none.
	Index int
	Share Share
	// Reason tells how it ended.
	Reason string
	// Signal is the signal that ended it, 0 where none did.
	Signal syscall.Signal
	// Output is the end of what it printed on standard error, which has also come
	// out there.
	Output string
}

func (e *WorkerError) Error() string {
	on := "before it had items to do"
	if e.Index >= 0 {
		on = fmt.Sprintf("on item %d, of its share of items %d to %d", e.Index, e.Share.Start, e.Share.Stop-1)
	}
	return fmt.Sprintf("worker %d (pid %d) %s, %s", e.Worker, e.PID, e.Reason, on)
}

// shift is one job on the crew of worker processes.
type shift struct {
	*processes
	job    *Job
	parcel *parcel
	copies []slabbed // of the slabs, in their order, see Retry
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
func (p *processes) run(job *Job, parcel *parcel) error {
	if err := p.open(); err != nil {
		return err
	}
	s := &shift{processes: p, job: job, parcel: parcel, seats: make([]seat, p.workers), events: make(chan event), deaths: map[int]int{}}
	if err := s.copySlabs(); err != nil {
		return err
	}
	defer s.freeCopies()
	busy := job.MaxWorkers()
	for number := range busy {
		s.seats[number].busy = true
		go s.serve(number)
	}
	tick := time.NewTicker(job.beat())
	defer tick.Stop()
	last, cancelled, stopping := time.Now(), job.cancel.Done(), false
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
	if job.cancel.Err() != nil {
		return nil // the job knows; workers may have been killed for it
	}
	if s.err == nil && job.err.Load() == nil {
		return s.lost
	}
	return s.err
}

// beat is the time between two signs of life.
func (j *Job) beat() time.Duration {
	if j.heartbeat <= 0 {
		return time.Second
	}
	return min(max(j.heartbeat/8, time.Millisecond), time.Second)
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
	if err := m.Send(&o, files); err != nil {
		return r, err
	}
	m.segments = next
	if _, err := m.Receive(&r); err != nil {
		return r, err
	}
	m.Flush()
	return r, nil
}

// order is what a worker needs to know that has the shared memory before segment
// from.
func (s *shift) order(number, from int) (o order, files []*os.File, next int) {
	board, _ := shared.Find(s.job.memory)
	o = order{
		Worker: number, Workers: s.workers, Shares: len(s.job.shares), Board: board,
		Watched: s.job.watched, Guarded: s.job.guarded, Beat: s.job.beat(), Parcel: *s.parcel,
	}
	for i, copies := range s.copies {
		slab, _ := shared.Find(s.parcel.slabs[i].of(number))
		saved, _ := shared.Find(copies.of(number))
		o.Slabs, o.Copies = append(o.Slabs, slab), append(o.Copies, saved)
	}
	o.Memory, files, next = shared.Pack(from)
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
	w, err := s.transport.Start()
	if err != nil {
		return nil, fmt.Errorf("start worker process %d: %w", number, err)
	}
	m := &member{Worker: w}
	s.put(number, m)
	_, err = m.Receive(&m.ready)
	return m, err
}

// listen notices the signs of life of the workers, and kills those that gave none for
// too long.
func (s *shift) listen(passed time.Duration) {
	for number := range s.seats {
		seat, m := &s.seats[number], s.member(number)
		if m == nil || !seat.busy || seat.killed != "" {
			continue
		}
		if seat.killed = s.overdue(number, m, passed); seat.killed != "" {
			m.Kill()
		}
	}
}

// overdue tells why a worker is to be killed now that more time has passed, if it is.
func (s *shift) overdue(number int, m *member, passed time.Duration) (why string) {
	seat := &s.seats[number]
	seat.silent += passed
	if s.lives(number, m) {
		seat.silent = 0
	}
	if !seat.working.Load() {
		seat.started += passed
	}
	switch {
	case s.job.heartbeat > 0 && seat.silent >= s.job.heartbeat:
		why = fmt.Sprintf("gave no sign of life for %v", s.job.heartbeat)
		if state := crew.State(m.PID()); state != "" {
			why += fmt.Sprintf(" (it was %s)", state)
		}
		return why + " and was killed"
	case seat.started >= startLimit && seat.silent == 0:
		return fmt.Sprintf("did not come to psh.Init, which has to be called at the start of main, within %v and was killed", startLimit)
	}
	return ""
}

// lives tells whether a worker has given a sign of life. One that starts has no heart
// yet: however slow it is, it lives unless it is stopped.
func (s *shift) lives(number int, m *member) bool {
	seat := &s.seats[number]
	if !seat.working.Load() {
		return !crew.Stopped(m.PID())
	}
	last := seat.beat
	seat.beat = s.job.desks[number].beat.Load()
	return seat.beat != last
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
		s.fail(fmt.Errorf("worker %d: %w", e.worker, e.report.failure(e.worker).Err))
	case e.report.Lost:
		s.lost = fmt.Errorf("worker %d: %w", e.worker, e.report.failure(e.worker).Err)
	case e.report.Failed && s.isCulprit(e.worker):
		s.job.err.Store(e.report.failure(e.worker))
	}
	return false
}

func (s *shift) isCulprit(number int) bool { return int(s.job.culprit.Load()) == number+1 }

func (s *shift) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// died buries a worker, and has another do its share where that may be tried again.
func (s *shift) died(number int) (goesOn bool) {
	seat := &s.seats[number]
	m := s.take(number)
	killed := seat.killed
	end := m.End(killed != "")
	seat.silent, seat.started, seat.killed = 0, 0, ""
	share := s.shareOf(number)
	s.job.endMerging(number)
	of := share // what it died of
	if share < 0 {
		of = -1 - number
	}
	switch {
	case s.job.undone() == 0, s.job.stopped.Load() && !s.isCulprit(number):
		// Nothing was lost, or it does not matter any more.
		return false
	case share < 0 && m.ready && !seat.renewed && !s.job.stopped.Load():
		// It may have died before this map. Nothing was lost, but it may do so again.
		seat.renewed = true
		go s.serve(number)
		return true
	case s.deaths[of] < s.job.retries && !s.job.stopped.Load():
		s.deaths[of]++
		s.putBack(number, share)
		go s.serve(number)
		return true
	}
	err := &WorkerError{Worker: number, PID: m.PID(), Index: -1, Reason: m.manner(end), Signal: end.Signal, Output: end.Words}
	if killed != "" {
		err.Reason = killed
	}
	if share >= 0 {
		err.Share = s.job.shares[share]
		err.Index = min(max(s.job.desks[number].index, err.Share.Start), err.Share.Stop-1)
	}
	s.fail(err)
	return false
}

// manner tells how a worker has ended.
func (m *member) manner(end crew.End) string {
	how := manner(end)
	switch {
	case m.ready:
		return how
	case end.Signal != 0:
		return how + " while it started"
	}
	return how + " and did not come to psh.Init, which has to be called at the start of main"
}

// manner tells how a process has ended.
func manner(end crew.End) string {
	switch reason := end.Reason(); {
	case end.Signal == syscall.SIGKILL:
		return "was killed (signal 9, as by the system where memory runs out)"
	case end.Signal != 0:
		return fmt.Sprintf("was ended by signal %d (%v)", int(end.Signal), end.Signal)
	case reason != "":
		return fmt.Sprintf("exited with code %d (%s)", end.Code, reason)
	}
	return fmt.Sprintf("exited with code %d", end.Code)
}

// shareOf is the share that a worker has taken and not done, or whose part it was
// merging, -1 where there is none.
func (s *shift) shareOf(number int) int {
	if share := s.job.mergingBy(number); share >= 0 {
		return share
	}
	for i := range s.job.states {
		if state := s.job.states[i].Load(); state == takenBy(number) || state == runningOn(number) {
			return i
		}
	}
	return -1
}

// copySlabs makes room for copies of the slabs that the workers may have to go back
// to.
func (s *shift) copySlabs() error {
	if s.job.retries <= 0 {
		return nil
	}
	for _, slabs := range s.parcel.slabs {
		memory, err := s.Alloc(len(slabs.memory))
		if err != nil {
			s.freeCopies()
			return fmt.Errorf("a copy of the workers' slabs, for Retry: %w", err)
		}
		s.copies = append(s.copies, slabbed{memory, slabs.slab})
	}
	return nil
}

func (s *shift) freeCopies() {
	for _, copies := range s.copies {
		shared.Free(copies.memory)
	}
}

// putBack makes a dead worker's share free, and its slabs what they were before. One
// that it was merging the part of is folded, and may be done by now.
func (s *shift) putBack(number, share int) {
	if share < 0 {
		return
	}
	switch s.job.states[share].Load() {
	case runningOn(number):
		for i, copies := range s.copies {
			copy(s.parcel.slabs[i].of(number), copies.of(number))
		}
	case takenBy(number):
	default:
		return
	}
	s.job.states[share].Store(free)
}
