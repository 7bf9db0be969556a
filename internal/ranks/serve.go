package ranks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/lent"
	"extrapasha/internal/mpi"
	"extrapasha/internal/shm"
)

// Serve does what a rank is told on so many workers until the root has closed the world,
// or is gone, and ends the process. Worker processes are started by what open opens.
func Serve(world *mpi.World, workers int, open func() (crew.Starter, error), unpack crew.Unpack) {
	leaveToRoot()
	line := world.Line(0)
	var memory mirror
	err := line.Send(isHello, encode(&hello{Workers: workers, PID: os.Getpid()}))
	for err == nil {
		var m *mpi.Message
		if m, err = line.Receive(); err == nil && m.Kind == isOrder {
			err = obey(line, m, open, unpack, &memory)
		}
	}
	var silence *mpi.SilenceError
	switch {
	case errors.As(err, &silence): // the root is gone, and has nobody to tell
	case errors.Is(err, io.EOF):
		crew.EndWorkers() // so that their time counts as that of the rank
		if world.Close() == nil {
			os.Exit(0)
		}
	default:
		fmt.Fprintf(os.Stderr, "pasha: rank %d: %v\n", world.Rank(), err)
	}
	os.Exit(1)
}

// obey does a rank's part of a job. The error is one of the line.
func obey(line *mpi.Line, m *mpi.Message, open func() (crew.Starter, error), unpack crew.Unpack, memory *mirror) error {
	var o order
	if err := cross.Decode(m.Data, &o); err != nil {
		return err
	}
	cancelled, cancel := context.WithCancel(context.Background())
	defer cancel()
	job := &crew.Job{Cancel: cancelled, Watched: o.Watched, Guarded: o.Guarded}
	r := &round{order: o, line: line, job: job, cancel: cancel, mirror: memory, queue: make(chan int, o.Shares)}
	failed, err := r.receive()
	if err != nil {
		return err
	}
	if failed == nil {
		failed = r.lay(open)
	}
	if failed == nil {
		lent.Set(o.Guarded)
		failed = r.unpack(unpack)
	}
	if failed != nil {
		err = r.report(report{Failed: true, Unready: true, Failure: cross.NewFailure(failed)})
	} else {
		err = r.run()
	}
	if err != nil {
		return err
	}
	return memory.end(r.whole)
}

// unpack prepares the job; that this writes to what is read only is an error.
func (r *round) unpack(unpack crew.Unpack) error {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return unpack(r.job, &r.order.Parcel)
}

// receive takes the content of memory. failed is why there is none.
func (r *round) receive() (failed, err error) {
	wanted, failed := r.mirror.begin(&r.order)
	if failed != nil {
		wanted = nil
	}
	if len(r.order.Content) > 0 {
		if err := r.line.Send(isWants, numbers(wanted...)); err != nil {
			return failed, err
		}
	}
	take := func(h shm.Handle) (here bool) {
		var bad error
		if err == nil {
			bad, err = receive(r.line, h)
			failed = cmp.Or(failed, bad)
		}
		return failed == nil && err == nil
	}
	for _, i := range wanted {
		if take(r.order.Content[i].Handle) {
			failed = r.mirror.came(i)
		}
	}
	for _, s := range r.order.Slabs {
		take(r.order.own(s))
	}
	if failed == nil && err == nil {
		failed = errors.Join(r.mirror.keepOriginals(), r.order.ReadOnly.Protect(true))
	}
	return failed, err
}
