package ranks

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"extrapasha/internal/crew"
)

// TestAway has workers fold into the other of two parts while one is sent, and never into
// one that is on its way.
func TestAway(t *testing.T) {
	const first, count = 3, 2
	a := newAway(first, count, 2*count, false)
	if one := newAway(first, count, 2*count-1, false); one.sends != nil {
		t.Error("two parts for each worker where there is no room")
	}
	if one := newAway(first, count, 2*count, true); one.sends != nil {
		t.Error("two parts for processes, which know of one")
	}
	var mutex sync.Mutex
	busy, sent := make([]bool, 2*count), make([]int, count)
	var workers sync.WaitGroup
	for worker := range count {
		workers.Go(func() {
			w := &crew.Hand{Number: first + worker}
			var slots []int
			for range 100 {
				slot := a.slot(w)
				slots = append(slots, slot)
				mutex.Lock()
				if busy[slot] {
					t.Errorf("part %d of worker %d is on its way", slot, worker)
				}
				busy[slot] = true
				mutex.Unlock()
				a.send(w, func() error {
					mutex.Lock()
					defer mutex.Unlock()
					busy[slot] = false
					sent[worker]++
					return nil
				})
			}
			if !slices.Equal(slots[:3], []int{worker, worker + count, worker}) {
				t.Errorf("worker %d has folded into %v", worker, slots[:3])
			}
		})
	}
	workers.Wait()
	a.wait()
	if !slices.Equal(sent, []int{100, 100}) {
		t.Errorf("sent %v", sent)
	}
}

// TestAwayFails has a part that cannot be sent end the work of its worker.
func TestAwayFails(t *testing.T) {
	for _, room := range []int{1, 2} {
		a := newAway(0, 1, room, false)
		w := &crew.Hand{}
		first := a.send(w, func() error { return errors.New("gone") })
		second := a.send(w, func() error { return nil })
		if first != (room == 2) || second != (room == 1) {
			t.Errorf("room for %d: %v, %v", room, first, second)
		}
		a.wait()
	}
}
