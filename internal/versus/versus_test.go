package versus_test

import (
	"testing"
	"time"

	"extrapasha/internal/versus"
)

// TestRun reports medians and their ratio, of as many turns for each.
func TestRun(t *testing.T) {
	var turns [2]int
	takes := func(i int, usual time.Duration) func() time.Duration {
		return func() time.Duration {
			turns[i]++
			if turns[i]%3 == 0 {
				return time.Hour // noise, which a median leaves out
			}
			return usual
		}
	}
	result := testing.Benchmark(func(b *testing.B) {
		turns = [2]int{}
		versus.Run(b,
			versus.Contender{Name: "slow", Timed: takes(0, 30*time.Millisecond)},
			versus.Contender{Name: "fast", Timed: takes(1, 10*time.Millisecond)},
			versus.Contender{Name: "run", Run: func() {}})
	})
	for unit, want := range map[string]float64{"slow-ms": 30, "fast-ms": 10, "slow/fast": 3} {
		if got := result.Extra[unit]; got != want {
			t.Errorf("%s is %g, want %g", unit, got, want)
		}
	}
	if result.Extra["slow/run"] <= 3 {
		t.Errorf("doing nothing is %g times faster than 30 ms", result.Extra["slow/run"])
	}
	if turns[0] != turns[1] || turns[0] < 8 {
		t.Errorf("%v turns", turns)
	}
}
