package versus

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// Tell prints for [Told] how long something takes that is done again and again: the median,
// without the first time.
func Tell(run func(round int) error) error {
	var times []time.Duration
	for round, begin := 0, time.Now(); round < 4 || round < 10 && time.Since(begin) < time.Second; round++ {
		start := time.Now()
		if err := run(round); err != nil {
			return err
		}
		times = append(times, time.Since(start))
	}
	times = times[1:]
	slices.Sort(times)
	fmt.Println(times[len(times)/2])
	return nil
}

// Told is the time that a program has printed, which has ended with an error or without.
func Told(b testing.TB, out string, err error) time.Duration {
	took, bad := time.ParseDuration(strings.TrimSpace(out))
	if err != nil || bad != nil {
		b.Errorf("%v: %q", err, out)
	}
	return took
}
