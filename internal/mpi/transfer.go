package mpi

import (
	"runtime"
	"slices"
)

// transfer is rows on their way out of memory or into it, a window of pieces at a time.
// It belongs to the engine.
type transfer struct {
	rest   []byte // what no request was made for
	waste  int    // or how many bytes are to come that nobody wants
	slots  []int  // requests that are under way
	pinned runtime.Pinner
	over   bool
	done   chan error // how it has ended
}

func newTransfer(rows []byte) *transfer {
	t := &transfer{rest: rows, done: make(chan error, 1)}
	// The library has the address while no call runs.
	t.pinned.Pin(&rows[0])
	return t
}

// posted tells whether all requests were made.
func (t *transfer) posted() bool { return len(t.rest) == 0 && t.waste == 0 }

// landed is for a request that has ended.
func (t *transfer) landed(slot int) {
	t.slots = slices.DeleteFunc(t.slots, func(s int) bool { return s == slot })
	if len(t.slots) == 0 && (t.posted() || t.over) {
		t.end(nil)
		t.pinned.Unpin()
	}
}

// end tells who waits; what is still under way keeps its memory.
func (t *transfer) end(err error) {
	if !t.over {
		t.over = true
		t.done <- err
	}
}

// push makes the requests that fit into the window for what is to be sent.
func (l *Line) push() {
	flying := 0
	for _, t := range l.out {
		for flying+len(t.slots) < window && !t.posted() {
			n := min(len(t.rest), piece)
			data := t.rest[:n]
			t.rest = t.rest[n:]
			l.fly(t, func(slot int) error { return l.engine.library.send(slot, data, l.rank, tagRows) }, l.push)
			if l.over {
				return
			}
		}
		flying += len(t.slots)
	}
}

// pull makes those for what is to be received.
func (l *Line) pull() {
	library := l.engine.library
	for t := l.in; !l.over && len(t.slots) < window && !t.posted(); {
		data, waste := t.rest[:min(len(t.rest), piece)], []byte(nil)
		t.rest = t.rest[len(data):]
		if t.waste > 0 {
			waste = library.allocate(min(t.waste, piece))
			data, t.waste = waste, t.waste-len(waste)
		}
		l.fly(t, func(slot int) error { return library.receive(slot, data, l.rank, tagRows) }, func() {
			if waste != nil {
				library.free(waste)
			}
			l.pull()
		})
	}
}

// fly makes a request for a piece, and calls next when it has ended.
func (l *Line) fly(t *transfer, request func(slot int) error, next func()) {
	posted := 0
	err := l.engine.post(func(slot int) error {
		posted = slot
		return request(slot)
	}, func(err error) {
		l.engine.active = true
		l.heard.Store(l.engine.clock.Load())
		t.landed(posted)
		l.out = slices.DeleteFunc(l.out, func(t *transfer) bool { return t.over })
		if err != nil {
			l.end(err)
		}
		next()
	})
	if err != nil {
		l.end(err)
		return
	}
	t.slots = append(t.slots, posted)
}
