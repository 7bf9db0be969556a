package ranks

import (
	"slices"

	"extrapasha/internal/crew"
)

// regions divide the shares of a job between ranks by their numbers of workers, so that
// each has neighbours and, where cuts are borders of files, opens files of its own. A
// border is moved to a share that starts at a cut, if there is one within half a region.
func regions(shares []crew.Share, workers, cuts []int) []crew.Share {
	total := 0
	for _, n := range workers {
		total += n
	}
	out := make([]crew.Share, len(workers))
	items, sum, from := 0, 0, 0
	if len(shares) > 0 {
		items = shares[len(shares)-1].Stop
	}
	for rank, n := range workers {
		sum += n
		to := len(shares)
		if sum < total {
			to = border(shares, cuts, items*sum/total, items*n/total/2)
		}
		out[rank] = crew.Share{Start: from, Stop: max(to, from)}
		from = out[rank].Stop
	}
	return out
}

// border is the number of the share that starts next to an item, at a cut if one is near.
func border(shares []crew.Share, cuts []int, item, near int) int {
	at := func(item int) int {
		i, _ := slices.BinarySearchFunc(shares, item, func(s crew.Share, item int) int { return s.Start - item })
		return i
	}
	best, distance := at(item), near+1
	i, _ := slices.BinarySearch(cuts, item)
	for _, cut := range cuts[max(i-1, 0):min(i+1, len(cuts))] {
		n, off := at(cut), max(cut-item, item-cut)
		if n < len(shares) && shares[n].Start == cut && off < distance {
			best, distance = n, off
		}
	}
	return best
}
