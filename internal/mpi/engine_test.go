package mpi

import (
	"testing"
	"time"
)

// TestWatch has an engine that does not come round, one that does, and one in the end of
// the library.
func TestWatch(t *testing.T) {
	for name, turn := range map[string]func(e *engine){
		"stuck":   func(*engine) {},
		"turning": func(e *engine) { e.turns.Add(1) },
		"leaving": func(e *engine) { e.leaving.Store(true) },
	} {
		e := &engine{ended: make(chan struct{})}
		stuck, over := make(chan bool, 1), make(chan bool)
		go func() {
			e.watch(10*time.Millisecond, func() { stuck <- true })
			close(over)
		}()
		for range 60 {
			turn(e)
			time.Sleep(5 * time.Millisecond)
		}
		close(e.ended)
		<-over
		if got := len(stuck) > 0; got != (name == "stuck") {
			t.Errorf("%s: stuck: %v", name, got)
		}
	}
}
