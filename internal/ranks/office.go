package ranks

import (
	"sync"
	"time"

	"extrapasha/internal/crew"
)

// office is where the root hands out the shares of a job: to its own workers, and to the
// ranks that others belong to.
type office struct {
	crew   *Crew
	pool   *crew.Pool // of the root's workers, nil where they are threads
	job    *crew.Job
	packed *crew.Packed
	desks  []*desk      // by rank, nil for the root and for ranks that are lost
	byItem []crew.Place // arrays with a row for each item

	needs plan

	mutex   sync.Mutex
	regions []crew.Share  // what is left of each, unless the job is in order
	order   *inOrder      // of a job that is
	again   []int         // shares that were put back
	owners  []int         // the rank that each share was given to
	left    int           // shares that are not settled
	news    chan struct{} // closed when there is one less
	ended   bool          // the ranks were told that there are no more
	stopped bool          // or to stop
	deaths  map[int]int   // of each share
	err     error
}

// desk is what the office knows of a rank.
type desk struct {
	*rank
	has      int  // shares that it was given and has not done
	open     bool // it may be given shares
	reported bool
	slabs    [][]byte // that have come
}

func newOffice(c *Crew, pool *crew.Pool, job *crew.Job, packed *crew.Packed) *office {
	o := &office{crew: c, pool: pool, job: job, packed: packed, desks: make([]*desk, len(c.ranks)), left: job.Shares(), news: make(chan struct{}), deaths: map[int]int{}}
	o.owners = make([]int, job.Shares())
	for _, p := range packed.Places {
		if hasRows(p, packed.Items) {
			o.byItem = append(o.byItem, p)
		}
	}
	if job.Parts != nil {
		o.order = newInOrder(job)
		return o
	}
	shares, workers := make([]crew.Share, job.Shares()), make([]int, len(c.ranks))
	for i := range shares {
		shares[i] = job.ShareAt(i)
	}
	for i, r := range c.ranks {
		if !r.lost.Load() {
			workers[i] = r.count
		}
	}
	o.regions = regions(shares, workers, job.Cuts)
	return o
}

// pick claims the next share for a worker of a rank, which is idle or will be. The mutex is
// held.
func (o *office) pick(rank, worker int, idle bool) (share int, ok bool) {
	for {
		switch {
		case len(o.again) > 0:
			share, o.again = o.again[0], o.again[1:]
		case o.order != nil:
			if share, ok = o.order.pick(rank, idle); !ok {
				return 0, false
			}
		default:
			if share, ok = o.fromRegions(rank); !ok {
				return 0, false
			}
		}
		if o.job.Claim(share, worker) {
			o.owners[share] = rank
			return share, true
		}
	}
}

// fromRegions is the next share of the rank's own region, or the last of the fullest.
func (o *office) fromRegions(rank int) (share int, ok bool) {
	if own := &o.regions[rank]; own.Len() > 0 {
		own.Start++
		return own.Start - 1, true
	}
	fullest := &o.regions[0]
	for i := range o.regions {
		if o.regions[i].Len() > fullest.Len() {
			fullest = &o.regions[i]
		}
	}
	if fullest.Len() == 0 {
		return 0, false
	}
	fullest.Stop--
	return fullest.Stop, true
}

// unclaimed tells whether there is a share that nobody has. The mutex is held.
func (o *office) unclaimed() bool {
	if len(o.again) > 0 || o.order != nil && o.order.left() {
		return true
	}
	for _, region := range o.regions {
		if region.Len() > 0 {
			return true
		}
	}
	return false
}

// Take gives a worker of the root a share.
func (o *office) Take(w *crew.Hand) (ok bool) {
	for !o.job.Stopped() {
		if o.job.Parts != nil && !o.job.Merge(w) {
			return false
		}
		o.mutex.Lock()
		share, ok := o.pick(0, w.Number, true)
		if o.job.Parts != nil {
			o.feed() // there may be room for more parts now
		}
		more, news := o.unclaimed(), o.news
		o.mutex.Unlock()
		if ok {
			w.Share = share
		}
		if ok || !more {
			return ok
		}
		select {
		case <-news:
		case <-time.After(time.Millisecond): // or another has merged, or is dead
		}
	}
	return false
}

// Finish takes back a share of a worker of the root's.
func (o *office) Finish(w *crew.Hand) (ok bool) {
	ok = o.job.Finish(w)
	o.settled()
	return ok
}

// settled counts a share that is done, and has the ranks be given others.
func (o *office) settled() {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.left--
	o.feed()
	close(o.news)
	o.news = make(chan struct{})
}

// ahead is how many shares a worker of another rank has at a time: the next one is there
// before it is asked for.
const ahead = 2

// feed gives the ranks shares as far as there are some, one to each in turn, and tells them
// when all are done. The mutex is held.
func (o *office) feed() {
	for more := true; more && !o.stopped; {
		more = false
		for _, d := range o.desks {
			if d == nil || !d.open || d.has >= ahead*d.count {
				continue
			}
			share, ok := o.pick(d.number, d.first, d.has < d.count)
			if !ok {
				continue
			}
			more = true
			d.has++
			s := o.job.ShareAt(share)
			_ = d.line.Send(isShare, numbers(share, s.Start, s.Stop)) // who receives notices the end of the line
		}
	}
	if o.left == 0 && !o.ended && !o.stopped {
		o.ended = true
		o.tell(isEnd)
	}
}

// stop has the ranks stop.
func (o *office) stop() {
	o.job.Stop()
	o.mutex.Lock()
	defer o.mutex.Unlock()
	switch {
	case o.stopped:
	case o.job.Cancel.Err() != nil:
		o.tell(isCancel)
	default:
		o.tell(isStop)
	}
	o.stopped = true
}

// tell sends all ranks a message that are at work. The mutex is held.
func (o *office) tell(kind byte) {
	for _, d := range o.desks {
		if d != nil && d.open {
			_ = d.line.Send(kind, nil)
		}
	}
}

// begin lets a rank that has its order be given shares.
func (o *office) begin(d *desk) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	d.open = true
	switch {
	case o.stopped:
		_ = d.line.Send(isStop, nil)
	case o.ended:
		_ = d.line.Send(isEnd, nil)
	}
	o.feed()
}
