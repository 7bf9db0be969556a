package steps_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"extrapasha/extradata/internal/steps"
	psh "extrapasha/pasha"
)

// TestDo takes steps until one fails, and none when it is told to stop.
func TestDo(t *testing.T) {
	var taken []int
	wrong := errors.New("wrong")
	all := []func() error{
		func() error { taken = append(taken, 0); return nil },
		func() error { taken = append(taken, 1); return wrong },
		func() error { taken = append(taken, 2); return nil },
	}
	total := 0
	if err := steps.Do(all, psh.OnProgress(func(_, of int) { total = of })); err != wrong || !slices.Equal(taken, []int{0, 1}) || total != 3 {
		t.Errorf("%v after steps %v of %d", err, taken, total)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if err := steps.Do(all, psh.Until(stopped)); !errors.Is(err, context.Canceled) || len(taken) != 2 {
		t.Errorf("%v after steps %v", err, taken)
	}
}
