// Package every does something again and again.
package every

import (
	"sync"
	"time"
)

// Interval calls do from now on, once in each interval, until the function it returns has
// returned: then no call runs any more. The first comes when one interval is over.
func Interval(interval time.Duration, do func()) (stop func()) {
	end := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				do()
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
