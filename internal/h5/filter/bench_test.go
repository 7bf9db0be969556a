package filter_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"extrapasha/internal/h5/filter"
	"extrapasha/internal/h5/filter/filtertest"
	"extrapasha/internal/h5/format"
	"extrapasha/internal/versus"
)

// BenchmarkUnshuffle puts the bytes of elements together, and takes them apart, beside copying them.
func BenchmarkUnshuffle(b *testing.B) {
	in, out := make([]byte, 256<<10), make([]byte, 256<<10)
	for _, element := range []int{2, 4, 8, 16} {
		b.Run(fmt.Sprint(element), func(b *testing.B) {
			steps, err := filter.Known([]format.Filter{shuffle(element)})
			if err != nil {
				b.Fatal(err)
			}
			var stages filter.Stages
			times := func(f func()) func() {
				return func() {
					for range 100 {
						f()
					}
				}
			}
			versus.Run(b,
				versus.Contender{Name: "Copy", Run: times(func() { copy(out, in) })},
				versus.Contender{Name: "Unshuffle", Run: times(func() { _ = stages.Undo(steps, 0, in, out) })},
				versus.Contender{Name: "Shuffle", Run: times(func() { filter.Shuffle(in, element, out) })},
			)
		})
	}
}

// BenchmarkDeflate deflates a raw frame beside klauspost's compress, the fastest in Go.
func BenchmarkDeflate(b *testing.B) {
	frame := make([]byte, 256<<10)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range frame {
		frame[i] = byte(r.NormFloat64() * 4)
		if i%2 == 1 {
			frame[i] = 0
		}
	}
	var d filter.Deflater
	b.SetBytes(int64(len(frame)))
	versus.Run(b,
		versus.Contender{Name: "Klauspost", Run: func() { filtertest.Deflated(frame) }},
		versus.Contender{Name: "Deflate", Run: func() {
			if _, err := d.Deflate(frame, 1); err != nil {
				b.Fatal(err)
			}
		}},
	)
}
