package pasha

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"extrapasha/internal/crew"
	"extrapasha/internal/lent"
	"extrapasha/internal/shm"
)

var initialised atomic.Bool

// Init must be called at the start of main by programs that use [Processes], or let
// their users choose it: before flags are looked at or anything is opened or written.
// In a worker process it serves work and does not return; elsewhere it does nothing
// but allow that context. Tests call it at the start of TestMain.
func Init() {
	initialised.Store(true)
	if line, ok := crew.Parent(); ok {
		serve(line)
	}
}

// order is a worker's part of a job.
type order struct {
	Memory                  shm.Parcel
	Worker, Workers, Shares int
	Board                   shm.Handle
	Watched, Guarded        bool
	Beat                    time.Duration
	Slabs, Copies           []shm.Handle
	Parcel                  parcel
}

// serve does what it is told until the program that started this process is gone.
func serve(line *crew.Line) {
	SetDefault(Serial())
	// Ctrl-C goes to all processes at the terminal; what comes of it the program
	// decides.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	// Code in C may depend on its thread.
	runtime.LockOSThread()

	type arrival struct {
		order order
		files []*os.File
	}
	arrived := make(chan arrival)
	go func() {
		for {
			var a arrival
			var err error
			if a.files, err = line.Receive(&a.order); err != nil {
				// The program has ended, or has something to say that cannot be
				// understood. Whatever the kernel is doing:
				if !errors.Is(err, io.EOF) {
					fmt.Fprintln(os.Stderr, "pasha: worker process:", err)
				}
				os.Exit(1)
			}
			arrived <- a
		}
	}()
	send := func(message any) {
		if err := line.Send(message, nil); err != nil {
			os.Exit(1)
		}
	}
	send(true)
	var last *Job // what it holds, such as open files, may be of use to the next
	for a := range arrived {
		job := &Job{cancel: context.Background(), watched: a.order.Watched, guarded: a.order.Guarded}
		r := a.order.run(job, a.files)
		send(&r)
		last = job
	}
	runtime.KeepAlive(last)
}

// run runs a worker's part of a job.
func (o *order) run(job *Job, files []*os.File) report {
	if os.Getenv("GOMAXPROCS") == "" {
		// A worker is there for one core; a second is for what goes on beside.
		runtime.GOMAXPROCS(max(runtime.NumCPU()/o.Workers, 2))
	}
	lent.Set(o.Guarded)
	unready := func(err error) report {
		r := newReport(&MapError{Worker: o.Worker, Err: err})
		r.Unready = true
		return r
	}
	if err := shared.Unpack(o.Memory, files); err != nil {
		return unready(err)
	}
	memory, err := shared.Open(o.Board)
	if err != nil {
		return unready(err)
	}
	job.board = boardIn(memory, o.Workers, o.Shares)
	defer beating(&job.desks[o.Worker], o.Beat)()
	if err := o.saving(job); err != nil {
		return unready(err)
	}
	recipes.Lock()
	recipe := recipes.byName[o.Parcel.Recipe]
	recipes.Unlock()
	if recipe == nil {
		return unready(fmt.Errorf("%w: recipe %q is not known here; psh.Register must be called for a variable at package level", ErrCross, o.Parcel.Recipe))
	}
	if err := recipe.unpack(job, &o.Parcel); err != nil {
		return unready(err)
	}
	job.Work(o.Worker)
	if failure := job.err.Load(); failure != nil {
		return newReport(failure)
	}
	if err := job.lost(); err != nil {
		r := newReport(&MapError{Worker: o.Worker, Err: err})
		r.Lost = true
		return r
	}
	return report{}
}

// saving makes the job copy the worker's slabs before each share.
func (o *order) saving(job *Job) error {
	var slabs, copies [][]byte
	for i := range o.Slabs {
		slab, err := shared.Open(o.Slabs[i])
		if err != nil {
			return err
		}
		saved, err := shared.Open(o.Copies[i])
		if err != nil {
			return err
		}
		slabs, copies = append(slabs, slab), append(copies, saved)
	}
	if len(slabs) > 0 {
		job.save = func() {
			for i := range slabs {
				copy(copies[i], slabs[i])
			}
		}
	}
	return nil
}

// beating gives signs of life until the function it returns has returned.
func beating(desk *desk, interval time.Duration) (stop func()) {
	end := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			desk.beat.Add(1)
			select {
			case <-tick.C:
			case <-end:
				return
			}
		}
	})
	return func() {
		close(end)
		group.Wait()
	}
}
