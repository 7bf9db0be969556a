package pasha_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"extrapasha/internal/mpi/launch"

	psh "extrapasha/pasha"
)

// addTable has a kernel that reads what maps and the program have left in memory.
type addTable struct {
	Out, Table psh.Array[int64]
	FailAt     int // an item, or -1
}

var errTableItem = errors.New("this item fails")

func init() { psh.RegisterError(errTableItem) }

var addFromTable = psh.Register("add from table", func(a addTable) psh.Kernel[int64] {
	return func(_, index int, value int64) error {
		if index == a.FailAt {
			return errTableItem
		}
		a.Out.Data[index] += value + a.Table.Data[index*7%len(a.Table.Data)]
		return nil
	}
})

func init() {
	// Ranks keep what they were sent for the next map: whatever happens to the memory in
	// between, they must not see what is old.
	programs["memory"] = func() error {
		random := rand.New(rand.NewPCG(1, 2))
		const items = 300_000 // more than a block of memory
		var arrays []psh.Array[int64]
		another := func() error {
			a, err := psh.Alloc[int64](psh.Shape(items))
			arrays = append(arrays, a)
			return err
		}
		if err := errors.Join(another(), another(), another()); err != nil {
			return err
		}
		for step := range 60 {
			random.Shuffle(len(arrays), func(i, k int) { arrays[i], arrays[k] = arrays[k], arrays[i] })
			out, table, in := arrays[0], arrays[1], arrays[2]
			switch random.IntN(5) {
			case 0: // a little is changed
				for range 3 {
					table.Data[random.IntN(items)]++
				}
			case 1: // what was there before is there again
				clear(out.Data)
				clear(in.Data[:items/2])
			case 2: // other memory
				err := out.Free()
				arrays = arrays[1:]
				if err := errors.Join(err, another()); err != nil {
					return err
				}
				out, table, in = arrays[0], arrays[1], arrays[2]
			}
			a := addTable{out, table, -1}
			if random.IntN(6) == 0 {
				a.FailAt = random.IntN(items)
			}
			err := addFromTable.Map(a, psh.Slice(in.Data))
			if a.FailAt >= 0 != errors.Is(err, errTableItem) || a.FailAt < 0 && err != nil {
				return fmt.Errorf("step %d: item %d was to fail: %w", step, a.FailAt, err)
			}
			if err != nil { // some rows are done
				for i := range out.Data {
					out.Data[i] = int64(i % 13)
				}
			}
		}
		for _, a := range arrays {
			fmt.Println(a.Digest())
		}
		return nil
	}
}

// TestRanksMemory has maps follow each other that want much of the same memory.
func TestRanksMemory(t *testing.T) {
	want, err := program(t, "memory", psh.ContextVariable+"=serial").Output()
	if err != nil || strings.Count(string(want), "\n") != 3 {
		t.Fatalf("%v: %s", err, want)
	}
	launch.Each(t, func(t *testing.T, l launch.Launcher) {
		out, words, err := l.Run(t, 3, programVariable+"=memory")
		if err != nil || out != string(want) || words != "" {
			t.Errorf("%v: %q, want %q\n%s", err, out, want, words)
		}
	})
}
