package keydata_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestPicks lends entries of data of any layout, picked in any order, to items in shares.
func TestPicks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := draw(t, rt)
		picks := rapid.SliceOfN(rapid.IntRange(-1, d.rows-1), 1, 50).Draw(rt, "picks")
		if rapid.Bool().Draw(rt, "in order") {
			slices.Sort(picks)
		}
		start := rapid.IntRange(0, len(picks)-1).Draw(rt, "start")
		share := psh.Share{Start: start, Stop: rapid.IntRange(start, len(picks)).Draw(rt, "stop")}
		parts := rapid.Bool().Draw(rt, "parts")
		entries, visited := d.k.ByEntry(), 0
		var picked *keydata.Picked[int32]
		err := keydata.WalkPicks(share, share, func(p *keydata.Picks, item int) error {
			visited++
			if picked == nil {
				picked = keydata.Pick(p, entries, len(picks), parts, func(item int) int { return picks[item] })
			}
			entry, ok := picked.Entry(item, 1)
			if ok != (picks[item] >= 0) {
				return fmt.Errorf("item %d of entry %d: %v", item, picks[item], ok)
			}
			if !ok {
				return nil
			}
			if parts { // others have parts of it
				entry = entry.Copy()
			}
			return likeRow(entry, d.shape, d.row(picks[item]))
		})
		if err != nil || visited != share.Len() {
			rt.Fatalf("%v: visited %d of %d", err, visited, share.Len())
		}
	})
}

// TestReadRows reads entries into rows in any order, some left out.
func TestReadRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := draw(t, rt)
		at := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := 0; i < d.rows && yield(i); i++ {
			}
		})).Draw(rt, "rows")
		if rapid.Bool().Draw(rt, "in order") {
			slices.Sort(at)
		}
		for i := range at {
			if rapid.IntRange(0, 5).Draw(rt, "left out") == 0 {
				at[i] = -1
			}
		}
		want := slices.Repeat([]int32{-7}, d.rows*d.size)
		out, _ := psh.NewArray(slices.Clone(want), append([]int{d.rows}, d.shape...)...)
		for i, row := range at {
			if row >= 0 {
				copy(want[row*d.size:], d.row(i))
			}
		}
		if err := d.k.ReadRows(out, at); err != nil || !slices.Equal(out.Data, want) {
			rt.Fatalf("%v: %v, want %v", err, out.Data, want)
		}
		if err := d.k.ReadRows(out, append(at, 0)); !errors.Is(err, psh.ErrShape) {
			rt.Fatalf("a row too many: %v", err)
		}
	})
}
