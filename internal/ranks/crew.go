package ranks

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/mpi"
)

// Crew is the workers of all ranks, as the root has them.
type Crew struct {
	world *mpi.World
	ranks []*rank
	turn  chan struct{} // full while a job runs
}

// rank is a rank of the crew.
type rank struct {
	number, first, count int // its workers are numbered from first on
	pid                  int
	line                 *mpi.Line // nil for the root
	lost                 atomic.Bool
}

// patience is how long a rank may be silent while no job says otherwise.
const patience = 10 * time.Second

// Gather hears of all ranks how many workers they have; the root itself has as many as
// are given. The other ranks must [Serve].
func Gather(world *mpi.World, workers int) (*Crew, error) {
	c := &Crew{world: world, turn: make(chan struct{}, 1)}
	first := 0
	for number := range world.Size() {
		r := &rank{number: number, first: first, count: workers, line: world.Line(number)}
		if number > 0 {
			if err := r.greet(); err != nil {
				return nil, err
			}
		}
		first += r.count
		c.ranks = append(c.ranks, r)
	}
	return c, nil
}

func (r *rank) greet() error {
	m, err := r.line.Receive()
	if err != nil {
		return err
	}
	var h hello
	if m.Kind != isHello || cross.Decode(m.Data, &h) != nil || h.Workers < 1 {
		return fmt.Errorf("rank %d on %s: it is of another program, or another version of this one", r.number, r.line.Host())
	}
	r.count, r.pid = h.Workers, h.PID
	return nil
}

// Workers is how many there are on all ranks.
func (c *Crew) Workers() int {
	last := c.ranks[len(c.ranks)-1]
	return last.first + last.count
}

// Ranks is how many ranks there are.
func (c *Crew) Ranks() int { return len(c.ranks) }

// Busy tells whether a job runs.
func (c *Crew) Busy() bool { return len(c.turn) > 0 }

// Run does a job on all ranks. One that is begun while another runs, perhaps by a kernel
// of that, is done by the caller alone. The workers are threads, or with a pool processes.
// The error is about what could not cross, or a rank or process that was lost, see
// [crew.Death].
func (c *Crew) Run(job *crew.Job, pool *crew.Pool) error {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	default:
		job.Work(0)
		return nil
	}
	packed, err := job.Pack()
	if err != nil {
		return err
	}
	defer packed.Free()
	o := newOffice(c, pool, job, packed)
	if err := o.plan(); err != nil {
		return err
	}
	return o.run()
}

// run does the job and waits for the end of each rank's part.
func (o *office) run() error {
	defer o.watchCancel()()
	defer o.watchTermination()()
	var attended sync.WaitGroup
	for _, r := range o.crew.ranks[1:] {
		if !r.lost.Load() {
			d := &desk{rank: r}
			o.desks[r.number] = d
			if o.job.Heartbeat > 0 {
				r.line.Within(o.job.Heartbeat)
			} else {
				r.line.Within(0)
			}
			defer r.line.Within(patience)
		}
	}
	o.mutex.Lock() // one that is lost at once leaves its desk
	for _, d := range o.desks {
		if d != nil {
			attended.Go(func() { o.attend(d) })
		}
	}
	o.mutex.Unlock()
	o.job.Hands = o
	for again := true; again; {
		o.work()
		attended.Wait()
		// What a rank had that was lost last of all.
		o.mutex.Lock()
		again = o.unclaimed() && !o.job.Stopped()
		o.mutex.Unlock()
	}
	if o.job.Cancel.Err() != nil {
		o.recall()
		return nil // the job knows
	}
	return o.err
}

// recall takes back what other ranks have begun and not sent.
func (o *office) recall() {
	for share, owner := range o.owners {
		if owner > 0 && !o.job.Settled(share) {
			o.job.Release(share)
		}
	}
}

// work has the root's own workers work.
func (o *office) work() {
	var group sync.WaitGroup
	workers := min(o.crew.ranks[0].count, o.job.Shares())
	do := onThread(o.job.Work)
	if o.pool != nil {
		do = o.job.Give
		o.job.Given = &crew.Given{Count: workers}
		for worker := range workers {
			o.job.ClearDesk(worker)
		}
		group.Go(func() {
			if err := o.pool.Do(o.job, o.packed); err != nil {
				o.fail(err)
			}
		})
	}
	for worker := range workers {
		group.Go(func() { do(worker) })
	}
	group.Wait()
	if o.job.Stopped() {
		o.stop()
	}
}

// onThread has a worker stay on its thread, and so mostly on its core, as a worker process
// does: beside engines that wake all the time Go would have it change with each turn.
func onThread(work func(worker int)) func(worker int) {
	return func(worker int) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		work(worker)
	}
}

// watchCancel has the ranks stop when the job is cancelled, until the function it returns
// has returned.
func (o *office) watchCancel() (end func()) {
	over := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		select {
		case <-o.job.Cancel.Done():
			o.stop()
		case <-over:
		}
	})
	return func() {
		close(over)
		group.Wait()
	}
}
