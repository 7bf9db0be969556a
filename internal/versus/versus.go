// Package versus measures contenders beside each other in one benchmark. On a
// shared machine absolute times say little; contenders that take turns meet the
// same noise, and the ratio of their medians holds.
package versus

import (
	"slices"
	"testing"
	"time"
)

// Contender is one way to do the work that a benchmark measures.
type Contender struct {
	Name string
	Run  func()
	// Timed, in place of Run, tells itself how long the work took.
	Timed func() time.Duration
}

func (c Contender) time() time.Duration {
	if c.Timed != nil {
		return c.Timed()
	}
	start := time.Now()
	c.Run()
	return time.Since(start)
}

// leastRounds is how many turns each takes at least, so that the median means
// something where a turn takes long.
const leastRounds = 7

// Run lets the contenders take turns, b.N times each, after a round to warm up.
// It reports each one's median time in milliseconds, and how many times longer
// the first took than each of the others ("first/other": above 1 the other is
// faster).
func Run(b *testing.B, contenders ...Contender) {
	times := make([][]time.Duration, len(contenders))
	for _, c := range contenders {
		c.time()
	}
	round := func() {
		for i, c := range contenders {
			times[i] = append(times[i], c.time())
		}
	}
	for b.Loop() {
		round()
	}
	for len(times[0]) < leastRounds {
		round()
	}
	medians := make([]float64, len(contenders))
	for i, c := range contenders {
		slices.Sort(times[i])
		medians[i] = float64(times[i][len(times[i])/2])
		b.ReportMetric(medians[i]/1e6, c.Name+"-ms")
		if i > 0 {
			b.ReportMetric(medians[0]/medians[i], contenders[0].Name+"/"+c.Name)
		}
	}
	// The time of a whole round would only confuse.
	b.ReportMetric(0, "ns/op")
}
