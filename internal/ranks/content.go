package ranks

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/zeebo/xxh3"

	"extrapasha/internal/crew"
	"extrapasha/internal/mpi"
	"extrapasha/internal/shm"
)

// block is a piece of the root's memory, with the sum of what was in it when the job began.
// A rank that has a block with that sum from the job before is not sent it again.
type block struct {
	shm.Handle
	Sum xxh3.Uint128
}

// blockSize is where memory is cut into blocks: large enough that their number is small,
// small enough that rows which have changed do not have much else be sent.
const blockSize = 1 << 20

// blocks are what is filled of memory.
func blocks(memory []shm.Handle) (all []block, err error) {
	for _, h := range memory {
		filled, err := crew.Memory.Filled(h)
		if err != nil {
			return nil, err
		}
		for _, part := range filled {
			for end := part.Start + part.Len; part.Start < end; part.Start += part.Len {
				part.Len = min((part.Start/blockSize+1)*blockSize, end) - part.Start
				all = append(all, block{Handle: part})
			}
		}
	}
	return all, sum(all)
}

// sum works out the sums of blocks, on all cores.
func sum(all []block) error {
	var next atomic.Int64
	var group sync.WaitGroup
	failed := make([]error, min(runtime.GOMAXPROCS(0), len(all)))
	for worker := range failed {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(all)) && failed[worker] == nil; i = next.Add(1) - 1 {
				all[i].Sum, failed[worker] = sumOf(all[i].Handle)
			}
		})
	}
	group.Wait()
	return cmp.Or(failed...)
}

func sumOf(h shm.Handle) (xxh3.Uint128, error) {
	memory, err := crew.Memory.Open(h)
	return xxh3.Hash128(memory), err
}

// sendContent sends a rank what it wants of the memory.
func (d *desk) sendContent(content []block) error {
	if len(content) == 0 {
		return nil
	}
	m, err := d.line.Receive()
	if err != nil {
		return err
	}
	if m.Kind != isWants {
		return fmt.Errorf("a message of kind %d, expected what it wants of the memory", m.Kind)
	}
	wanted, err := numbersIn(m.Data, 0)
	if err != nil {
		return err
	}
	for _, i := range wanted {
		if i < 0 || i >= len(content) {
			return fmt.Errorf("it wants block %d of %d", i, len(content))
		}
		if err := d.sendMemory(content[i].Handle); err != nil {
			return err
		}
	}
	return nil
}

func (d *desk) sendMemory(h shm.Handle) error {
	memory, err := crew.Memory.Open(h)
	if err != nil {
		return err
	}
	return d.line.SendRows(isContent, nil, memory)
}

// receive takes a piece of memory. err is one of the line.
func receive(line *mpi.Line, h shm.Handle) (failed, err error) {
	m, err := line.Receive()
	if err != nil {
		return nil, err
	}
	if m.Kind != isContent {
		return fmt.Errorf("a message of kind %d, expected content of memory", m.Kind), nil
	}
	memory, failed := crew.Memory.Open(h)
	if failed != nil {
		return failed, nil
	}
	return nil, m.Into(memory)
}

// without is what of memory is in none of the blocks, which are in order and apart.
func without(h shm.Handle, blocks []block) (rest []shm.Handle) {
	end := h.Start + h.Len
	first, _ := slices.BinarySearchFunc(blocks, h, before)
	for _, b := range blocks[first:] {
		if !overlap(b.Handle, h) {
			break
		}
		if b.Start > h.Start {
			rest = append(rest, shm.Handle{Owner: h.Owner, Segment: h.Segment, Start: h.Start, Len: b.Start - h.Start})
		}
		h.Start = min(b.Start+b.Len, end)
		h.Len = end - h.Start
	}
	if h.Len > 0 {
		rest = append(rest, h)
	}
	return rest
}

// before compares where a block ends with where memory starts: it finds the first block
// that is not wholly before that.
func before(b block, h shm.Handle) int {
	if b.Segment != h.Segment {
		return b.Segment - h.Segment
	}
	if b.Start+b.Len <= h.Start {
		return -1
	}
	return 1
}
