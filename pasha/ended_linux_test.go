package pasha_test

import (
	"testing"

	"golang.org/x/sys/unix"

	psh "extrapasha/pasha"
)

// burnt is the time that a worker takes, in microseconds.
const burnt = 20_000

var burning = psh.Register("burning", func(struct{}) psh.Kernel[int] {
	return func(worker, index, value int) error {
		for before := used(unix.RUSAGE_SELF); used(unix.RUSAGE_SELF) < before+burnt; {
		}
		return nil
	}
})

// used is the time, in microseconds, that was counted.
func used(who int) int64 {
	var usage unix.Rusage
	if err := unix.Getrusage(who, &usage); err != nil {
		panic(err)
	}
	return (usage.Utime.Nano() + usage.Stime.Nano()) / 1000
}

// TestTimeOfWorkers has the time of workers counted as that of their program once they
// have ended.
func TestTimeOfWorkers(t *testing.T) {
	ctx, err := psh.Processes(2)
	if err != nil {
		t.Fatal(err)
	}
	psh.EndWorkers()
	before := used(unix.RUSAGE_CHILDREN)
	if err := burning.Map(struct{}{}, psh.Range(0, 4, 1), psh.On(ctx)); err != nil {
		t.Fatal(err)
	}
	psh.EndWorkers()
	if got := used(unix.RUSAGE_CHILDREN) - before; got < 4*burnt {
		t.Errorf("%d µs are counted, want %d or more", got, 4*burnt)
	}
}
