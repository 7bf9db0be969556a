package mockrun

import (
	"testing"

	"extrapasha/internal/versus"
)

// BenchmarkFrame makes raw frames beside copying as much memory, which is the
// least that writing them to a file costs.
func BenchmarkFrame(b *testing.B) {
	m := newModule(Default(), 0, Default().places()[0])
	frame, other := make([]uint16, 2*len(m.mean)), make([]uint16, 2*len(m.mean))
	versus.Run(b,
		versus.Contender{Name: "make", Run: func() { m.raw(frame, 0, 0, 1) }},
		versus.Contender{Name: "copy", Run: func() { copy(other, frame) }},
	)
}
