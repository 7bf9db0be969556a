// Package trains works with lists of train IDs.
package trains

import "slices"

// Ordered are train IDs in ascending order, each once, and where those given are not so,
// for each of them the position that it has there.
func Ordered(trainIDs []uint64) (ids []uint64, at []int) {
	if ascending(trainIDs) {
		return trainIDs, nil
	}
	ids = slices.Clone(trainIDs)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	at = make([]int, len(trainIDs))
	for i, id := range trainIDs {
		at[i], _ = slices.BinarySearch(ids, id)
	}
	return ids, at
}

// Spread gives each train that [Ordered] was given the value of those in order.
func Spread[T any](values []T, at []int) []T {
	if at == nil {
		return values
	}
	spread := make([]T, len(at))
	for i, position := range at {
		spread[i] = values[position]
	}
	return spread
}

// Union is the trains that any of the lists has, in ascending order. Lists
// that follow each other or are the same, as those of the files of a run are, cost
// next to nothing.
func Union(lists [][]uint64) []uint64 {
	var union []uint64
	var odd []uint64 // from lists that neither follow nor are there already
	lists = slices.Clone(lists)
	slices.SortStableFunc(lists, func(a, b []uint64) int {
		switch {
		case len(a) == 0 || len(b) == 0:
			return len(b) - len(a)
		case a[0] < b[0]:
			return -1
		case a[0] > b[0]:
			return 1
		}
		return len(b) - len(a)
	})
	for _, ids := range lists {
		switch {
		case len(ids) == 0:
		case !ascending(ids):
			odd = append(odd, ids...)
		case len(union) == 0 || ids[0] > union[len(union)-1]:
			union = append(union, ids...)
		default:
			at, _ := slices.BinarySearch(union, ids[0])
			if end := at + len(ids); end > len(union) || !slices.Equal(union[at:end], ids) {
				odd = append(odd, ids...)
			}
		}
	}
	if len(odd) > 0 {
		union = append(union, odd...)
		slices.Sort(union)
		union = slices.Compact(union)
	}
	return union
}

func ascending(ids []uint64) bool {
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			return false
		}
	}
	return true
}

// AnyTwice tells whether any train is twice in lists that are of different
// files, or twice in one.
func AnyTwice(lists [][]uint64) bool {
	total := 0
	for _, ids := range lists {
		total += len(ids)
	}
	return len(Union(lists)) != total
}

// Positions finds trains in a list of train IDs in ascending order, quickest if
// they are asked for in that order.
type Positions struct {
	IDs  []uint64
	next int
}

// Find is the position of a train, and whether it is there.
func (p *Positions) Find(id uint64) (position int, ok bool) {
	if p.next < len(p.IDs) && p.IDs[p.next] == id {
		p.next++
		return p.next - 1, true
	}
	position, ok = slices.BinarySearch(p.IDs, id)
	if ok {
		p.next = position + 1
	}
	return position, ok
}
