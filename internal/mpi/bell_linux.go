package mpi

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bell wakes the engine. Go's timers are no use for its naps: in an idle process they
// last a millisecond at least.
type bell struct {
	event    int
	sleeping atomic.Bool
}

func newBell() (*bell, error) {
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("waking the engine of MPI: %w", os.NewSyscallError("eventfd", err))
	}
	return &bell{event: event}, nil
}

// sharpen makes naps of the calling thread as short as they are meant to be; the system
// would add 50 µs.
func sharpen() { _ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1000, 0, 0, 0) }

// ring ends a nap.
func (b *bell) ring() {
	if b.sleeping.Swap(false) {
		_, _ = unix.Write(b.event, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	}
}

// wait sleeps for a time or until it rings, unless there is something to do. No time
// lets others have the core.
func (b *bell) wait(nap time.Duration, work func() bool) {
	if nap == 0 {
		_, _, _ = unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
		return
	}
	b.sleeping.Store(true)
	defer b.sleeping.Store(false)
	if work() {
		return
	}
	limit := unix.NsecToTimespec(int64(nap))
	event := []unix.PollFd{{Fd: int32(b.event), Events: unix.POLLIN}}
	var rang int
	if nap <= unnoticed {
		n, _, _ := unix.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&event[0])), 1, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
		rang = int(n)
	} else {
		rang, _ = unix.Ppoll(event, &limit, nil)
	}
	if rang == 1 {
		var count [8]byte
		_, _ = unix.Read(b.event, count[:])
	}
}

// unnoticed is the longest nap that Go's runtime is not told of. It would find others for
// the engine's place after each, which costs workers more than the nap is worth; but while
// it sleeps untold the runtime waits for it where all have to stop.
const unnoticed = 250 * time.Microsecond

func (b *bell) close() { unix.Close(b.event) }
