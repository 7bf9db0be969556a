package lent

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

func addressOf[T any](rows []T) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(rows))) }

// TestGuard lends rows of any length for one item after the other.
func TestGuard(t *testing.T) {
	t.Setenv(Variable, "lent")
	rapid.Check(t, func(t *rapid.T) {
		g := NewGuard[uint16]("data")
		before := uintptr(0)
		for item := range rapid.IntRange(1, 10).Draw(t, "items") {
			rows := rapid.SliceOfN(rapid.Uint16(), 0, 5000).Draw(t, "rows")
			lent, err := g.Lend(rows, Item(item, 7))
			again, _ := g.Lend(rows, Item(item, 7))
			if err != nil || !slices.Equal(lent, rows) || len(rows) > 0 && addressOf(again) != addressOf(lent) {
				t.Fatalf("%v: lent %d rows of %d", err, len(lent), len(rows))
			}
			if len(rows) > 0 && (addressOf(lent) == addressOf(rows) || addressOf(lent) == before || Fault(addressOf(lent), "") != nil) {
				t.Fatal("what is lent is not a copy of its own")
			}
			if len(rows) > 0 {
				before = addressOf(lent)
			}
		}
		g.End()
		g.End()
		err := Fault(before+1, Item(12, 0))
		if runtime.GOOS == "linux" && before != 0 && (!errors.Is(err, ErrKept) || !strings.Contains(err.Error(), "item 12 touches rows of data lent for item ")) {
			t.Fatalf("%v, want ErrKept", err)
		}
	})
	if err := Fault(addressOf(make([]int, 1)), ""); err != nil {
		t.Errorf("on the heap: %v", err)
	}
}

func TestGuardOfStrings(t *testing.T) {
	t.Setenv(Variable, "lent")
	g, rows := NewGuard[string]("words"), []string{"a", "b"}
	lent, err := g.Lend(rows, Item(3, 4))
	if err != nil || !slices.Equal(lent, rows) {
		t.Fatalf("%v, %v", lent, err)
	}
	g.End()
	if rows[0] != "a" || lent[1] != "rows of words lent for item 3 (train 4), which end with the kernel: Copy to keep" {
		t.Errorf("%q after the end, from %q", lent, rows)
	}
}

func TestDebug(t *testing.T) {
	for value, want := range map[string]bool{"": false, "lent": true, "Lent": false, "1": false} {
		t.Setenv(Variable, value)
		on, err := Debug()
		if on != want || (err != nil) != (value != "" && value != "lent") || (NewGuard[int]("") != nil) != want {
			t.Errorf("%q: %v, %v", value, on, err)
		}
	}
	var none *Guard[int]
	none.End()
	if none.By() != "" {
		t.Error("no guard has lent something")
	}
	Set(true)
	if on, err := Debug(); !on || err != nil {
		t.Error("it cannot be set")
	}
}
