package lent

import (
	"runtime/debug"
	"testing"
)

// TestBounds lends more than is remembered: mappings and what is known of them are
// bounded, and the latest are found.
func TestBounds(t *testing.T) {
	t.Setenv(Variable, "lent")
	g, last := NewGuard[byte]("data"), uintptr(0)
	for item := range mostEnded + 100 {
		rows, err := g.Lend([]byte{1}, Item(item, 0))
		if err != nil {
			t.Fatal(err)
		}
		last = addressOf(rows)
	}
	g.End()
	if len(ended.all) > mostEnded || Fault(last, "") == nil {
		t.Errorf("%d are remembered, at most %d should; the last: %v", len(ended.all), mostEnded, Fault(last, ""))
	}
	for forget(1) {
	}
	if ended.bytes != 0 || Fault(last, "") != nil {
		t.Errorf("%d bytes are remembered of nothing", ended.bytes)
	}
}

// TestFault touches what has ended.
func TestFault(t *testing.T) {
	t.Setenv(Variable, "lent")
	g := NewGuard[int32]("data")
	rows, err := g.Lend(make([]int32, 3000), Item(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	rows[2999] = 5
	g.End()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	for _, i := range []int{0, 2999} {
		func() {
			defer func() {
				fault, ok := recover().(interface{ Addr() uintptr })
				if !ok || Fault(fault.Addr(), Item(2, 0)) == nil {
					t.Errorf("row %d: no fault that can be explained", i)
				}
			}()
			rows[i]++
		}()
	}
}
