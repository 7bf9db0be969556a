package crew

import (
	"fmt"
	"syscall"
)

// Death is the error for a worker that died, or was killed since it gave no sign of life.
type Death struct {
	Worker, PID int
	Rank        int // that it belongs to, where there are several
	Host        string
	// Item is the one it was on, of those of Share; -1 where it was on none.
	Item   int
	Share  Share
	Reason string
	Signal syscall.Signal
	Output string
}

func (e *Death) Error() string { return fmt.Sprintf("worker %d %s", e.Worker, e.Reason) }

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
	case s.deaths[of] < s.job.Retries && !s.job.stopped.Load():
		s.deaths[of]++
		s.putBack(number, share)
		go s.serve(number)
		return true
	}
	err := &Death{Worker: number, PID: m.PID(), Item: -1, Reason: m.manner(end), Signal: end.Signal, Output: end.Words}
	if killed != "" {
		err.Reason = killed
	}
	if share >= 0 {
		err.Share = s.job.shares[share]
		err.Item = min(max(s.job.desks[number].item, err.Share.Start), err.Share.Stop-1)
	}
	s.fail(err)
	return false
}

// shareOf is the share that a worker was on or was merging the part of, -1 where there is
// none.
func (s *shift) shareOf(number int) int {
	if s.job.Given != nil {
		return max(int(s.job.desks[number].given.Load())-1, -1)
	}
	if share := s.job.mergingBy(number); share >= 0 {
		return share
	}
	return s.job.shareOf(number)
}

// manner tells how a worker has ended.
func (m *member) manner(end End) string {
	how := end.manner()
	switch {
	case m.ready:
		return how
	case end.Signal != 0:
		return how + " while it started"
	}
	return how + " and did not come to psh.Init, which has to be called at the start of main"
}

// manner tells how a process has ended.
func (e End) manner() string {
	switch reason := e.Reason(); {
	case e.Signal == syscall.SIGKILL:
		return "was killed (signal 9, as by the system where memory runs out)"
	case e.Signal != 0:
		return fmt.Sprintf("was ended by signal %d (%v)", int(e.Signal), e.Signal)
	case reason != "":
		return fmt.Sprintf("exited with code %d (%s)", e.Code, reason)
	}
	return fmt.Sprintf("exited with code %d", e.Code)
}
