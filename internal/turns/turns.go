// Package turns simulates how work is shared: no clock is involved, since kernels say what
// an item costs.
package turns

import (
	"fmt"
	"slices"
	"sync"

	psh "extrapasha/pasha"
)

// Turns is a context whose workers run one at a time: always the one that has
// spent least. It is implemented with nothing but what pasha exports, as a
// package outside would.
type Turns struct {
	mutex sync.Mutex
	turn  *sync.Cond
	spent []int64
	gone  []bool
}

// New is one with so many workers.
func New(workers int) *Turns {
	c := &Turns{spent: make([]int64, workers), gone: make([]bool, workers)}
	c.turn = sync.NewCond(&c.mutex)
	return c
}

// String, Workers, Alloc and Run are those of a context.
func (c *Turns) String() string                  { return fmt.Sprintf("turns:%d", len(c.spent)) }
func (c *Turns) Workers() int                    { return len(c.spent) }
func (c *Turns) Alloc(bytes int) ([]byte, error) { return make([]byte, bytes), nil }

func (c *Turns) Run(job *psh.Job) error {
	var group sync.WaitGroup
	for worker := range c.Workers() {
		group.Go(func() {
			c.wait(worker)
			job.Work(worker)
			c.mutex.Lock()
			defer c.mutex.Unlock()
			c.gone[worker] = true
			c.turn.Broadcast()
		})
	}
	group.Wait()
	return nil
}

// Spend is for kernels: the worker has spent so much, and waits for its next turn.
func (c *Turns) Spend(worker int, cost int64) {
	c.mutex.Lock()
	c.spent[worker] += cost
	c.mutex.Unlock()
	c.turn.Broadcast()
	c.wait(worker)
}

func (c *Turns) wait(worker int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for !c.first(worker) {
		c.turn.Wait()
	}
}

func (c *Turns) first(worker int) bool {
	for other := range c.spent {
		if c.gone[other] {
			continue
		}
		if c.spent[other] < c.spent[worker] || c.spent[other] == c.spent[worker] && other < worker {
			return false
		}
	}
	return true
}

// Extremes are what the workers have spent that spent least and most.
func (c *Turns) Extremes() (least, most int64) { return slices.Min(c.spent), slices.Max(c.spent) }
