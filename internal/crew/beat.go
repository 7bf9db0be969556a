package crew

import (
	"fmt"
	"strings"
	"time"

	"extrapasha/internal/every"
)

// startLimit is how long a worker process may take to come to serve.
const startLimit = 30 * time.Second

// beat is the time between two signs of life.
func (j *Job) beat() time.Duration {
	if j.Heartbeat <= 0 {
		return time.Second
	}
	return min(max(j.Heartbeat/8, time.Millisecond), time.Second)
}

// beating gives signs of life until the function it returns has returned.
func beating(desk *desk, interval time.Duration) (stop func()) {
	beat := func() { desk.beat.Add(1) }
	beat()
	return every.Interval(interval, beat)
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
	case s.job.Heartbeat > 0 && seat.silent >= s.job.Heartbeat:
		why = fmt.Sprintf("gave no sign of life for %v", s.job.Heartbeat)
		if state := m.State(); state != "" {
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
		return !strings.HasPrefix(m.State(), "stopped")
	}
	last := seat.beat
	seat.beat = s.job.desks[number].beat.Load()
	return seat.beat != last
}
