package ranks

import "extrapasha/internal/crew"

// away is the parts of a rank's workers that are on their way to the root. Where there is
// room for two of each worker, it folds into one while the other is being sent.
type away struct {
	first, count int // workers
	turns        []int
	sends        []chan bool // of each worker, whether what it sent last was sent; nil where there is no room
}

func newAway(first, count, room int, processes bool) away {
	a := away{first: first, count: count, turns: make([]int, count)}
	if room >= 2*count && !processes { // which know of one part each
		a.sends = make([]chan bool, count)
	}
	return a
}

// slot is the part that a worker folds into.
func (a *away) slot(w *crew.Hand) int {
	worker := w.Number - a.first
	return worker + a.turns[worker]*a.count
}

// send sends the part of a worker, which goes on with another. It is false where that, or
// the one before, cannot be sent.
func (a *away) send(w *crew.Hand, send func() error) (ok bool) {
	if a.sends == nil {
		return send() == nil
	}
	worker := w.Number - a.first
	if !a.arrived(worker) {
		return false
	}
	sent := make(chan bool, 1)
	a.sends[worker], a.turns[worker] = sent, 1-a.turns[worker]
	go func() { sent <- send() == nil }()
	return true
}

// arrived waits until the last part of a worker has been sent, and tells whether it was.
func (a *away) arrived(worker int) (ok bool) {
	sent := a.sends[worker]
	a.sends[worker] = nil
	return sent == nil || <-sent
}

// wait waits until all have been sent, or cannot be.
func (a *away) wait() {
	for worker := range a.sends {
		a.arrived(worker)
	}
}
