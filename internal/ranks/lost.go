package ranks

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"extrapasha/internal/crew"
	"extrapasha/internal/mpi"
)

// lose has others do what a rank had that is lost, where that may be tried again.
func (o *office) lose(d *desk, err error) {
	d.lost.Store(true)
	d.line.GiveUp()
	d.kill(o.crew.world.Hosts()[0])
	o.mutex.Lock()
	d.open = false
	o.desks[d.number] = nil
	done := o.left == 0 && len(o.packed.Slabs()) == 0
	death := o.death(d, err)
	o.mutex.Unlock()
	switch {
	case done || o.job.Stopped():
		// Nothing was lost, or it does not matter any more.
	case !errors.Is(err, io.EOF): // it has said what cannot be understood
		o.fail(fmt.Errorf("rank %d on %s: %w", d.number, d.line.Host(), err))
	case !o.putBack(d):
		o.fail(death)
	}
}

// Close ends the other ranks. Where some are lost it says so, and ends those on this machine
// that are not heard any more: they may be stopped, and the launcher would wait for them.
func (c *Crew) Close() {
	err := c.world.Close()
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "pasha:", err)
	for _, r := range c.ranks[1:] {
		if r.line.Silence() > time.Second {
			r.kill(c.world.Hosts()[0])
		}
	}
	time.Sleep(time.Second / 2) // srun that has lost a rank drops what was printed just before the end
}

// death is the error for a rank that is lost. The mutex is held.
func (o *office) death(d *desk, err error) *crew.Death {
	e := &crew.Death{Worker: d.first, PID: d.pid, Rank: d.number, Host: d.line.Host(), Item: -1, Reason: "has gone"}
	var silence *mpi.SilenceError
	if errors.As(err, &silence) {
		e.Reason = fmt.Sprintf("gave no sign of life for %v", silence.For.Round(time.Millisecond))
	}
	for share, owner := range o.owners {
		if owner != d.number || o.job.Free(share) || o.job.Settled(share) {
			continue
		}
		s := o.job.ShareAt(share)
		for worker := d.first; worker < d.first+d.count; worker++ {
			if item := o.job.ItemOf(worker); item >= s.Start && item < s.Stop {
				e.Worker, e.Item, e.Share = worker, item, s
				return e
			}
		}
		if e.Item < 0 { // it has not told yet
			e.Item, e.Share = s.Start, s
		}
	}
	return e
}

// putBack makes the shares free that are lost with a rank, unless they were lost too
// often. Where it had slabs those are all that it has done.
func (o *office) putBack(d *desk) (ok bool) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	slabs := len(o.packed.Slabs()) > 0
	if o.job.Retries <= 0 || slabs && o.job.Parts != nil {
		return false
	}
	for share, owner := range o.owners {
		if owner != d.number || o.job.Free(share) {
			continue
		}
		switch settled := o.job.Settled(share); {
		case settled && !slabs:
			continue
		case settled:
			o.left++
		default:
			if o.deaths[share]++; o.deaths[share] > o.job.Retries {
				return false
			}
		}
		o.owners[share] = 0
		o.job.Release(share)
		o.again = append(o.again, share)
	}
	o.feed()
	return true
}
