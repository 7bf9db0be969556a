package crew

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"

	"extrapasha/internal/cross"
	"extrapasha/internal/lent"
)

// Unpack has a job do what a parcel says.
type Unpack func(job *Job, p *Parcel) error

// Serve does what a worker process is told until the program that started it is gone,
// and ends the process.
func Serve(post Post, unpack Unpack) {
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
			if err := post.Receive(&a.order); err != nil {
				// The program has ended, or has something to say that cannot be
				// understood. Whatever the kernel is doing:
				if !errors.Is(err, io.EOF) {
					fmt.Fprintln(os.Stderr, "pasha: worker process:", err)
				}
				os.Exit(1)
			}
			a.files = post.Files()
			arrived <- a
		}
	}()
	send := func(message any) {
		if err := post.Send(message); err != nil {
			os.Exit(1)
		}
	}
	send(true)
	var last *Job // what it holds, such as open files, may be of use to the next
	for a := range arrived {
		job := &Job{Cancel: context.Background(), Watched: a.order.Watched, Guarded: a.order.Guarded}
		r := a.order.run(job, a.files, unpack)
		send(&r)
		last = job
	}
	runtime.KeepAlive(last)
}

// run runs a worker's part of a job.
func (o *order) run(job *Job, files []*os.File, unpack Unpack) report {
	if os.Getenv("GOMAXPROCS") == "" {
		// A worker is there for one core; a second is for what goes on beside.
		runtime.GOMAXPROCS(max(runtime.NumCPU()/o.Workers, 2))
	}
	lent.Set(o.Guarded)
	if err := Memory.Unpack(o.Memory, files); err != nil {
		return unready(err)
	}
	memory, err := Memory.Open(o.Board)
	if err != nil {
		return unready(err)
	}
	job.board = boardIn(memory, o.Workers, o.Shares)
	defer beating(&job.desks[o.Worker], o.Beat)()
	if err := o.saving(job); err != nil {
		return unready(err)
	}
	if o.Given != nil {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		if err := o.Given.ReadOnly.Protect(true); err != nil {
			return unready(err)
		}
		defer o.Given.ReadOnly.Protect(false)
	}
	if err := unpack(job, &o.Parcel); err != nil {
		return unready(err)
	}
	if o.Given != nil {
		o.Given.bind(job)
	}
	job.Work(o.Worker)
	if failure := job.err.Load(); failure != nil {
		return report{Failed: true, Item: failure.Item, Failure: cross.NewFailure(failure.Err)}
	}
	if err := job.Lost(); err != nil {
		return report{Failed: true, Lost: true, Failure: cross.NewFailure(err)}
	}
	return report{}
}

func unready(err error) report {
	return report{Failed: true, Unready: true, Failure: cross.NewFailure(err)}
}

// saving makes the job copy the worker's slabs before each share.
func (o *order) saving(job *Job) error {
	var slabs, copies [][]byte
	for i := range o.Slabs {
		slab, err := Memory.Open(o.Slabs[i])
		if err != nil {
			return err
		}
		saved, err := Memory.Open(o.Copies[i])
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
