package crew

import "slices"

// Share is a range of items, from Start up to but not including Stop.
type Share struct{ Start, Stop int }

// Shares are at most so many times smaller than a worker's equal part. More
// would even out better and tear apart more neighbours.
const sharesPerWorker = 32

// Divide cuts n items into the shares that workers take one after the other.
// They start at a fraction of a worker's part and shrink towards the end, where
// each takes a fraction of what is left, so that expensive items at the end do
// not keep one worker while the others have nothing to do. A share ends at a
// cut where there is one near.
//
// The shares depend on nothing but the arguments: every process of a map can
// work them out for itself, and a share is known by its number.
func Divide(n, workers int, cuts []int) []Share {
	if workers <= 1 && n > 0 {
		return []Share{{0, n}}
	}
	largest := max(n/(workers*sharesPerWorker), 1)
	var shares []Share
	for start := 0; start < n; {
		size := min(max((n-start)/(4*workers), 1), largest)
		stop := nearestCut(cuts, start+size, size)
		shares = append(shares, Share{start, min(stop, n)})
		start = stop
	}
	return shares
}

// nearestCut is the cut closest to stop and less than size away from it, so
// that no share is empty or twice as long; stop itself where there is none.
func nearestCut(cuts []int, stop, size int) int {
	i, exact := slices.BinarySearch(cuts, stop)
	if exact {
		return stop
	}
	best, distance := stop, size
	if i > 0 && stop-cuts[i-1] < distance {
		best, distance = cuts[i-1], stop-cuts[i-1]
	}
	if i < len(cuts) && cuts[i]-stop < distance {
		best = cuts[i]
	}
	return best
}

const (
	// leastBlocks is into how many blocks a reduction divides its items at least,
	// if there are as many: so many workers can have one at the same time.
	leastBlocks = 64
	// blockItems is about how many items a block then has, so that the part that
	// they are folded into is made and merged, and perhaps sent to another machine, for
	// many items.
	blockItems = 64
	// mostBlocks is how many blocks there are where they would be many.
	mostBlocks = 512
)

// Blocks cuts n items into the shares of a reduction, each of which is folded into a
// part of its own. They depend on the functor and the groups alone, since the result
// depends on them. A part has something of each group that its items are in, so that
// blocks have as many more items as there are groups.
func Blocks(n, groups int, cuts []int) (shares []Share) {
	size := max(min(n/leastBlocks, blockItems*max(groups, 1)), n/mostBlocks, 1)
	for start := 0; start < n; {
		stop := min(nearestCut(cuts, start+size, size), n)
		shares = append(shares, Share{start, stop})
		start = stop
	}
	return shares
}
