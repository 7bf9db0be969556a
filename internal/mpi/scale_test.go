package mpi

import (
	"container/heap"
	"math/rand/v2"
	"testing"
	"time"
)

// What one manager can do, as a plan on paper: 1,000 ranks of 40 workers each, 100,000
// files. A manager takes and sends 75,000 messages a second (BenchmarkRanks/asking on
// two loaded cores, over TCP); each share costs it two: "this one is done, the next
// one please", and the answer. A worker asks for the next share when it begins one.
//
// It shows: all 40,000 workers have begun after 14 ms, and one manager feeds them while
// shares take 1.5 s or more: less than 1% is lost to it. (12% are lost at the end, where
// the last of 16 shares of each worker take from half to twice the mean, whoever hands
// them out.) That is any map of half a minute or more. Below, the manager is the limit:
// with shares of 100 ms it keeps one worker of ten busy. With two levels, where each of
// 32 managers hands out what it gets in batches, less than 1% is lost to them. One level
// is built; the other can wait.
//
// The other limits come first:
//   - Files. Shares by region mean that each file is opened by one rank or two: 100 a
//     rank. Were all open on all ranks, the file system would see 10⁸ opens.
//   - Memory of the root. Lines, shares and connections take 1 GiB; slabs of each worker
//     would take 313 GiB where one is 8 MiB. They must be added where they are made, and
//     on the way: a slab of each rank is 8 GiB, one after another is 16 MiB.
//   - The network of the root. Rows of 1 GB/s in all are what one connection carries.
type plan struct {
	ranks, workers, shares int           // workers of a rank, shares of a worker
	share                  time.Duration // in the mean; from half to twice
	message                time.Duration // the manager's time for one
	latency                time.Duration
	managers               int // below the root, 0 for one level
}

var big = plan{ranks: 1000, workers: 40, shares: 16, share: time.Second, message: time.Second / 75_000, latency: 50 * time.Microsecond}

// outcome is what came of a plan.
type outcome struct {
	loss     float64       // part of the workers' time in which they wait
	handed   time.Duration // when the last worker got its first share
	messages float64       // a second, of the busiest manager
	idle     float64       // part of the time in which it has nothing to do
}

// manager answers one after another.
type manager struct {
	free     time.Duration // when it has answered all so far
	busy     time.Duration
	messages int
	batch    int // shares that it may hand out
}

// answer is when the answer to a question leaves.
func (m *manager) answer(asked, message time.Duration) time.Duration {
	m.free = max(m.free, asked) + 2*message
	m.busy += 2 * message
	m.messages += 2
	return m.free
}

type beginning struct {
	at     time.Duration
	worker int
}

type beginnings []beginning

func (b beginnings) Len() int           { return len(b) }
func (b beginnings) Less(i, j int) bool { return b[i].at < b[j].at }
func (b beginnings) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }
func (b *beginnings) Push(x any)        { *b = append(*b, x.(beginning)) }
func (b *beginnings) Pop() any {
	last := (*b)[len(*b)-1]
	*b = (*b)[:len(*b)-1]
	return last
}

// office is the managers at work.
type office struct {
	plan
	root  manager
	below []manager
	left  int // shares that the root has not handed out
}

// ask is a worker's question for its next share; ok is false where none is left.
func (o *office) ask(worker int, at time.Duration) (answered time.Duration, ok bool) {
	at += o.latency
	if len(o.below) == 0 {
		o.left--
		return o.root.answer(at, o.message) + o.latency, o.left >= 0
	}
	m := &o.below[worker%len(o.below)]
	if m.batch == 0 && o.left > 0 {
		m.batch = max(o.left/(2*len(o.below)), 1)
		o.left -= m.batch
		m.free = max(m.free, o.root.answer(max(m.free, at)+o.latency, o.message)+o.latency)
	}
	m.batch--
	return m.answer(at, o.message) + o.latency, m.batch >= 0
}

func (o *office) busiest() manager {
	busiest := o.root
	for _, m := range o.below {
		if m.busy > busiest.busy {
			busiest = m
		}
	}
	return busiest
}

// orders are the beginnings of all workers: the first share goes out with the order to
// a rank.
func (p plan) orders() (events beginnings, last time.Duration) {
	for rank := range p.ranks {
		last = time.Duration(rank+1)*p.message + p.latency
		for worker := range p.workers {
			events = append(events, beginning{last, rank*p.workers + worker})
		}
	}
	heap.Init(&events)
	return events, last
}

func (p plan) run() (o outcome) {
	random := rand.New(rand.NewPCG(1, 2))
	workers := p.ranks * p.workers
	managers := office{plan: p, below: make([]manager, p.managers), left: workers * (p.shares - 1)}
	events, handed := p.orders()
	var work, end time.Duration
	for len(events) > 0 {
		b := heap.Pop(&events).(beginning)
		// The mean of 0.5 + 1.5 x², x from 0 to 1, is 1.
		x := random.Float64()
		took := time.Duration((0.5 + 1.5*x*x) * float64(p.share))
		work += took
		end = max(end, b.at+took)
		if answered, ok := managers.ask(b.worker, b.at); ok {
			heap.Push(&events, beginning{max(answered, b.at+took), b.worker})
		}
	}
	busiest := managers.busiest()
	return outcome{
		loss:     1 - float64(work)/float64(workers)/float64(end),
		handed:   handed,
		messages: float64(busiest.messages) / end.Seconds(),
		idle:     max(1-float64(busiest.busy)/float64(end), 0),
	}
}

func TestScale(t *testing.T) {
	if testing.Short() {
		t.Skip("millions of messages that are not sent")
	}
	for _, c := range []struct {
		name        string
		share       time.Duration
		managers    int
		least, most float64 // what is lost more than with a manager that takes no time
	}{
		{"shares of 10 s", 10 * time.Second, 0, 0, 0.01},
		{"of 1.5 s", 1500 * time.Millisecond, 0, 0, 0.01},
		{"of 0.1 s", 100 * time.Millisecond, 0, 0.6, 1},
		{"of 0.1 s, two levels", 100 * time.Millisecond, 32, 0, 0.01},
	} {
		p := big
		p.share, p.managers = c.share, c.managers
		o := p.run()
		p.message, p.managers = 0, 0
		uneven := p.run().loss
		lost := o.loss - uneven
		t.Logf("%s: %.2f%% of the workers' time lost to managers, %.1f%% at the end, all at work after %v, %.0f messages/s at the busiest manager, which is idle for %.0f%%",
			c.name, 100*lost, 100*uneven, o.handed, o.messages, 100*o.idle)
		if lost < c.least || lost > c.most {
			t.Errorf("%s: %.4f of the time is lost to managers, expected %g to %g", c.name, lost, c.least, c.most)
		}
		if o.handed > time.Second {
			t.Errorf("%s: the last worker begins after %v", c.name, o.handed)
		}
	}
}
