package pasha

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"extrapasha/internal/crew"
)

// Retry lets a map go on when a worker process has died: a fresh one does the share
// of items that the dead one was on, once more from its start, and the map fails
// only where workers die of the same share more than so many times, or one after the
// other before they had any. Where a rank is lost, the others do what it had not sent. In
// other contexts it means nothing.
//
// The worker's slabs ([PerWorker]) are put back to what they were before the share,
// which costs a copy of them for each share. Whatever else a kernel writes must not
// depend on what was there before, since an item may be done twice.
func Retry(times int) MapOption { return func(m *mapping) { m.retries = times } }

// defaultHeartbeat is how long a worker may be without a sign of life.
const defaultHeartbeat = 10 * time.Second

// Heartbeat sets how long a worker process, or a rank, may give no sign of life before it
// is killed and counts as dead: 10 s without this option, for ever with 0. A worker
// gives them while its kernel works; it does not while it is stopped, by a signal
// or a debugger. Time in which the program itself is stopped does not count. In
// other contexts it means nothing.
func Heartbeat(limit time.Duration) MapOption {
	return func(m *mapping) { m.heartbeat = limit }
}

// WorkerError is a worker process that died, or was killed since it gave no sign of
// life.
type WorkerError struct {
	// Worker is its number, PID that of the process.
	Worker, PID int
	// Rank is the rank that it is, or belongs to, on Host, where there are several: all
	// workers of a rank die with it, and this is one that had items.
	Rank int
	Host string
	// Index is the item it was on, of the items of Share; -1 where it was on none.
	Index int
	Share Share
	// Reason tells how it ended.
	Reason string
	// Signal is the signal that ended it, 0 where none did.
	Signal syscall.Signal
	// Output is the end of what it printed on standard error, which has also come
	// out there.
	Output string
}

func (e *WorkerError) Error() string {
	on := "while it had no items"
	if e.Index >= 0 {
		on = fmt.Sprintf("on item %d, of its share of items %d to %d", e.Index, e.Share.Start, e.Share.Stop-1)
	}
	where := ""
	if e.Host != "" {
		where = fmt.Sprintf(", rank %d on %s", e.Rank, e.Host)
	}
	return fmt.Sprintf("worker %d (pid %d%s) %s, %s", e.Worker, e.PID, where, e.Reason, on)
}

// workerError is the error of a crew as its users know it.
func workerError(err error) error {
	var death *crew.Death
	if !errors.As(err, &death) {
		return err
	}
	return &WorkerError{
		Worker: death.Worker, PID: death.PID, Rank: death.Rank, Host: death.Host, Index: death.Item, Share: Share(death.Share),
		Reason: death.Reason, Signal: death.Signal, Output: death.Output,
	}
}
