package fold

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/memory"
	"extrapasha/internal/strided"
)

// list is what a row holds: which items were folded into it, in their order, as digits.
func list(row []int, item int) {
	for i := range row {
		row[i] = 10*row[i] + item
	}
}

func follow(result, next []int) {
	for i := range result {
		scale := 1
		for scale <= next[i] {
			scale *= 10
		}
		result[i] = result[i]*scale + next[i]
	}
}

func made(window, groups, size int) *Parts[int] {
	p := &Parts[int]{Window: window, Groups: groups, Size: size}
	p.Parts.Data = make([]int, window*Room[int](groups*size))
	p.Result.Data, p.Kept.Data = make([]int, groups*size), make([]int, groups*size)
	p.Seen.Data = make([]bool, (window+2)*groups)
	return p
}

// TestMerge folds blocks of items into parts that are used again and again, and merges them
// in their order. Some merges are undone, as when a worker has died in the midst of one.
func TestMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups, size, window := rapid.IntRange(1, 3).Draw(t, "groups"), rapid.IntRange(1, 3).Draw(t, "size"), rapid.IntRange(1, 3).Draw(t, "window")
		p := made(window, groups, size)
		parts := p.Of(follow)
		want := make([]int, groups*size)
		for block, items := range rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(1, 9), 0, 3), 0, 4).Draw(t, "blocks") {
			part := block % window
			p.Begin(part)
			opened := map[int][]int{}
			for _, item := range items {
				group := item % groups
				if opened[group] == nil {
					opened[group] = p.Open(part, group, 0)
				}
				list(opened[group], item)
				list(want[group*size:(group+1)*size], item)
			}
			if rapid.Bool().Draw(t, "undone") {
				before, seen := slices.Clone(p.Result.Data), slices.Clone(p.seen(window))
				parts.Keep(part)
				parts.Merge(part)
				for group := range opened { // it dies in the midst of more
					list(p.rowOf(p.Result.Data, group), 5)
				}
				parts.Restore(part)
				for group := range groups { // what nobody has seen does not matter
					if seen[group] != p.seen(window)[group] || seen[group] && !slices.Equal(p.rowOf(p.Result.Data, group), before[group*size:(group+1)*size]) {
						t.Fatalf("group %d is %v, was %v", group, p.rowOf(p.Result.Data, group), before)
					}
				}
			}
			parts.Merge(part)
		}
		for group, seen := range p.seen(window) {
			if row := want[group*size]; seen != (row != 0) {
				t.Fatalf("group %d seen: %v, want %d", group, seen, row)
			}
		}
		p.Finish(0)
		if !slices.Equal(p.Result.Data, want) {
			t.Fatalf("%v, want %v", p.Result.Data, want)
		}
	})
}

// TestStart has rows start as they are to, also those that no item was in.
func TestStart(t *testing.T) {
	p := made(2, 2, 3)
	if row := p.Open(1, 0, 7); !slices.Equal(row, []int{7, 7, 7}) || cap(row) != 3 {
		t.Errorf("a row starts as %v with room for %d", row, cap(row))
	}
	p.Of(follow).Merge(1)
	if p.Finish(7); !slices.Equal(p.Result.Data, []int{7, 7, 7, 7, 7, 7}) {
		t.Errorf("%v", p.Result.Data)
	}
}

// TestCross has parts be the same memory where they have crossed to.
func TestCross(t *testing.T) {
	p := made(2, 1, 4)
	if err := p.Pack(&crew.Packed{}); !errors.Is(err, cross.Err) {
		t.Fatalf("of memory that is not shared: %v", err)
	}
	for _, data := range []*[]int{&p.Parts.Data, &p.Result.Data} {
		shared, err := crew.Memory.Alloc(len(*data) * 8)
		if err != nil {
			t.Skip(err) // not on every system
		}
		*data = memory.Of[int](shared)
	}
	seen, err := crew.Memory.Alloc(len(p.Seen.Data))
	if err != nil {
		t.Fatal(err)
	}
	p.Seen.Data, p.Kept.Data = memory.Of[bool](seen), nil
	var packed crew.Packed
	if err := p.Pack(&packed); err != nil {
		t.Fatal(err)
	}
	if len(packed.Scratch) != 2 || len(packed.Inputs) != 0 {
		t.Errorf("%d pieces of scratch, %d inputs", len(packed.Scratch), len(packed.Inputs))
	}
	var there Parts[int]
	if err := cross.Decode(packed.Parts, &there); err != nil {
		t.Fatal(err)
	}
	if there.Open(1, 0, 3); !slices.Equal(p.part(1), []int{3, 3, 3, 3}) || !p.seen(1)[0] {
		t.Errorf("what is opened there is %v here", p.part(1))
	}
	p.Free()
	if !crew.Free(memory.Bytes(p.Result.Data)) || crew.Free(seen) {
		t.Error("Free gives back all but the result")
	}
}

func TestGroups(t *testing.T) {
	for _, test := range []struct {
		of          []int
		items, want int
		bad         bool
	}{
		{of: nil, items: 5, want: 1},
		{of: []int{}, items: 0, want: 0},
		{of: []int{0, 2, -1}, items: 3, want: 3},
		{of: []int{-1}, items: 1, want: 0},
		{of: []int{0}, items: 2, bad: true},
		{of: []int{math.MaxInt32}, items: 1, bad: true},
	} {
		if got, err := Groups(test.of, test.items); got != test.want || errors.Is(err, strided.ErrShape) != test.bad {
			t.Errorf("%v of %d items: %d, %v", test.of, test.items, got, err)
		}
	}
}

func TestWindow(t *testing.T) {
	for _, test := range []struct {
		workers, blocks int
		sent            bool
		want            int
	}{{1, 0, false, 0}, {1, 9, false, 1}, {2, 9, false, 4}, {8, 3, false, 3}, {2, 9, true, 6}, {2, 5, true, 5}} {
		if got := Window(test.workers, test.blocks, test.sent); got != test.want {
			t.Errorf("%+v: %d", test, got)
		}
	}
}
