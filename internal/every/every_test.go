package every_test

import (
	"sync/atomic"
	"testing"
	"time"

	"extrapasha/internal/every"
)

// TestInterval has something done again and again, and nothing once it was stopped, also
// where that is in the middle of a call.
func TestInterval(t *testing.T) {
	var calls, running atomic.Int64
	third := make(chan struct{})
	stop := every.Interval(time.Millisecond, func() {
		running.Add(1)
		defer running.Add(-1)
		if calls.Add(1) == 3 {
			close(third)
		}
		time.Sleep(2 * time.Millisecond)
	})
	<-third
	stop()
	if n := running.Load(); n != 0 {
		t.Errorf("%d calls run still", n)
	}
	was := calls.Load()
	time.Sleep(20 * time.Millisecond)
	if now := calls.Load(); now != was {
		t.Errorf("%d calls after it was stopped", now-was)
	}
}
