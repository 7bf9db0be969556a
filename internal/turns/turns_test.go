package turns_test

import (
	"testing"

	"extrapasha/internal/turns"
	psh "extrapasha/pasha"
)

// TestTurns has workers on items of the same cost end together, and all of the cost spent.
func TestTurns(t *testing.T) {
	clock := turns.New(3)
	seen := make([]bool, 300)
	err := psh.Map(func(worker, index, value int) error {
		seen[index] = true
		clock.Spend(worker, 2)
		return nil
	}, psh.Range(0, len(seen), 1), psh.On(clock))
	if err != nil {
		t.Fatal(err)
	}
	for index, done := range seen {
		if !done {
			t.Errorf("item %d was not done", index)
		}
	}
	if least, most := clock.Extremes(); least < 180 || most > 220 {
		t.Errorf("workers spent %d to %d, want some 200 each", least, most)
	}
}
