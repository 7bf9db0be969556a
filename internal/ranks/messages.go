package ranks

import (
	"encoding/binary"
	"fmt"
	"time"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/shm"
)

// The kinds of messages. Those of the root:
const (
	isOrder   byte = iota + 1 // a job
	isContent                 // of memory, as rows
	isShare                   // to be done
	isStop                    // the job has stopped
	isCancel                  // so it has, and nobody waits for what is being done
	isEnd                     // there are no more shares
)

// Those of the other ranks:
const (
	isHello  byte = iota + 101
	isWants       // blocks of memory, by number
	isBeat        // the items that workers are on
	isRows        // of a share that will be done
	isDone        // a share
	isSlabs       // of the workers
	isFailed      // at an item
	isReport      // the end of its part
)

// hello is what a rank says of itself.
type hello struct{ Workers, PID int }

// order is a rank's part of a job.
type order struct {
	Layout                shm.Layout
	Workers, First, Count int // all there are, and which are this rank's
	Shares                int
	Watched, Guarded      bool
	Rows                  []place // arrays with a row for each item
	Slabs                 []slabs
	Writable, Scratch     []shm.Handle
	ReadOnly              crew.ReadOnly
	Content               []block // of all but slabs
	Parcel                crew.Parcel
	Crew                  *processes // nil where workers are threads
}

// processes is what a rank needs to know whose workers are processes. Its board, and copies
// of slabs, are where the root has them.
type processes struct {
	Board     shm.Handle
	Copies    []shm.Handle // of the slabs, if shares are tried again
	Retries   int
	Heartbeat time.Duration
}

// place is where an array lies.
type place struct {
	Handle         shm.Handle
	Elem           int
	Shape, Strides []int
}

// slabs is an array with a slab of so many bytes for each worker.
type slabs struct {
	Handle shm.Handle
	Size   int
}

// own are the slabs of the rank's own workers.
func (o *order) own(s slabs) shm.Handle {
	h := s.Handle
	h.Start, h.Len = h.Start+o.First*s.Size, o.Count*s.Size
	return h
}

// report is how a rank's part of a job has ended.
type report struct {
	Failed       bool
	Unready      bool
	Worker, Item int
	Failure      cross.Failure
	Death        *crew.Death // of a worker process
}

// encode and decode are for messages that are small and rare.
func encode(message any) []byte {
	text, err := cross.Encode(message)
	if err != nil { // none of them has anything that cannot cross
		panic(err)
	}
	return text
}

// numbers are what messages that come often are made of.
func numbers(values ...int) (text []byte) {
	for _, n := range values {
		text = binary.AppendVarint(text, int64(n))
	}
	return text
}

// numbersIn are those that a message has, at least as many as are expected.
func numbersIn(text []byte, expected int) (values []int, err error) {
	for len(text) > 0 {
		n, size := binary.Varint(text)
		if size <= 0 {
			return nil, fmt.Errorf("a message that is damaged")
		}
		values, text = append(values, int(n)), text[size:]
	}
	if len(values) < expected {
		return nil, fmt.Errorf("a message of %d numbers, expected %d", len(values), expected)
	}
	return values, nil
}
