package crew

import (
	"sync/atomic"
	"unsafe"
)

// board is what the workers of a job and the program see of each other. It is flat
// memory without pointers, so that it can be shared between processes.
type board struct {
	*notices
	desks  []desk // one for each worker
	shares []Share
	states []atomic.Uint32 // of each share
}

type notices struct {
	stopped atomic.Bool
	culprit atomic.Int32 // 1 more than the worker that failed first
	_       [56]byte     // stopped is read for each item, what follows is written
	items   atomic.Int64 // that are done, counted if the job is watched
	_       [56]byte
	merger  atomic.Int32 // 1 more than the worker that merges parts, see Parts
	merging atomic.Int32 // 1 more than the share whose part it merges
	merged  atomic.Int32 // about as many are
	_       [52]byte
}

// desk is a worker's own line of the cache.
type desk struct {
	item  int           // the one it is on
	beat  atomic.Uint64 // of its heart, if it has one of its own
	given atomic.Int64  // 1 more than the share that is on it, see [Given]
	_     [40]byte
}

// The states of a share: one taken by worker w is taken + 2w, with one more as
// soon as it is run. One that is folded is done as soon as its part is merged.
const (
	free uint32 = iota
	done
	folded
	taken
)

func takenBy(worker int) uint32   { return taken + 2*uint32(worker) }
func runningOn(worker int) uint32 { return takenBy(worker) + 1 }

// BoardSize is how many bytes the board of a job takes.
func BoardSize(workers, shares int) int {
	return int(unsafe.Sizeof(notices{})) + workers*int(unsafe.Sizeof(desk{})) + shares*int(unsafe.Sizeof(Share{})+4)
}

// boardIn lays a board out in memory of BoardSize, which is zeroed or has a board.
func boardIn(memory []byte, workers, shares int) board {
	base := unsafe.Pointer(unsafe.SliceData(memory))
	b := board{notices: (*notices)(base)}
	base = unsafe.Add(base, unsafe.Sizeof(notices{}))
	b.desks = unsafe.Slice((*desk)(base), workers)
	if shares == 0 {
		return b // a pointer behind the end would be one to what is not ours
	}
	base = unsafe.Add(base, workers*int(unsafe.Sizeof(desk{})))
	b.shares = unsafe.Slice((*Share)(base), shares)
	base = unsafe.Add(base, shares*int(unsafe.Sizeof(Share{})))
	b.states = unsafe.Slice((*atomic.Uint32)(base), shares)
	return b
}

// undone is how many shares are not done.
func (b *board) undone() (shares int) {
	for i := range b.states {
		if b.states[i].Load() != done {
			shares++
		}
	}
	return shares
}

// shareOf is the share that a worker has taken and not done, -1 where there is none.
func (b *board) shareOf(worker int) int {
	for i := range b.states {
		if state := b.states[i].Load(); state == takenBy(worker) || state == runningOn(worker) {
			return i
		}
	}
	return -1
}
