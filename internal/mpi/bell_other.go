//go:build !linux

package mpi

import "time"

// bell wakes the engine.
type bell struct{ rung chan struct{} }

func newBell() (*bell, error) { return &bell{make(chan struct{}, 1)}, nil }

func sharpen() {}

// ring ends a nap.
func (b *bell) ring() {
	select {
	case b.rung <- struct{}{}:
	default:
	}
}

// wait sleeps for a time or until it rings, unless there is something to do.
func (b *bell) wait(nap time.Duration, work func() bool) {
	if work() {
		return
	}
	select {
	case <-b.rung:
	case <-time.After(nap):
	}
}

func (b *bell) close() {}
