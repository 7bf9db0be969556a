package h5

import (
	"sync"

	"extrapasha/internal/h5/filter"
)

// scratches are what reads need, for as many as there are at a time.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// scratch is what reading needs besides the memory that it reads into.
type scratch struct {
	stored []byte // a chunk as it is in the file
	stages filter.Stages
	whole  []byte // a chunk as it was written
	at     []int  // coordinates of a chunk
	piece  piece
}

// scratchLimit is how large a buffer is kept for other reads.
const scratchLimit = 64 << 20

// putBack gives it back for others to use.
func (s *scratch) putBack() {
	if cap(s.stored)+s.stages.Size()+cap(s.whole) > scratchLimit {
		s.stored, s.stages, s.whole = nil, filter.Stages{}, nil
	}
	scratches.Put(s)
}

// grown is a buffer of n bytes, with the memory of an old one if that is enough.
func grown(buffer []byte, n int) []byte {
	if cap(buffer) < n {
		return make([]byte, n)
	}
	return buffer[:n]
}
