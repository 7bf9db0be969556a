package h5

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestMove copies parts of any size from any place to any.
func TestMove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := step{from: rapid.IntRange(0, 9).Draw(t, "from"), to: rapid.IntRange(0, 9).Draw(t, "to"), size: rapid.IntRange(1, 40).Draw(t, "size")}
		size, stride := s.from+s.size+rapid.IntRange(0, 5).Draw(t, "behind"), s.to+s.size+rapid.IntRange(0, 5).Draw(t, "room")
		n := rapid.IntRange(0, 5).Draw(t, "records")
		records := rapid.SliceOfN(rapid.Byte(), n*size, n*size).Draw(t, "bytes")
		out, want := make([]byte, n*stride), make([]byte, n*stride)
		for i := range n {
			copy(want[i*stride+s.to:][:s.size], records[i*size+s.from:])
		}
		if s.move(records, size, out, stride); !bytes.Equal(out, want) {
			t.Fatalf("%x, want %x", out, want)
		}
	})
}

// BenchmarkMove moves a part of records of 28 bytes, beside a copy of all.
func BenchmarkMove(b *testing.B) {
	const n = 8000
	records, out := make([]byte, n*28), make([]byte, n*32)
	for _, size := range []int{4, 8, 24, 28} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(n * 28)
			for b.Loop() {
				step{size: size}.move(records, 28, out, 32)
			}
		})
	}
	b.Run("Copy", func(b *testing.B) {
		b.SetBytes(n * 28)
		for b.Loop() {
			copy(out, records)
		}
	})
}
