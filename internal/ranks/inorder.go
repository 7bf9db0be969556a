package ranks

import (
	"slices"

	"extrapasha/internal/crew"
)

// inOrder hands out the shares of a reduction, whose parts are merged in order: only those
// can be begun for which there is a part. Of these a rank is given such as lie in a file
// that it has had shares of before, then such of a file that nobody has; one of another's
// file only if it is idle otherwise. So a file is opened by few.
type inOrder struct {
	job    *crew.Job
	next   int   // the first share that may be free
	files  []int // of each share, the first cut behind it
	owners []int // 1 more than the rank that has a file, by file
}

func newInOrder(job *crew.Job) *inOrder {
	n := &inOrder{job: job, files: make([]int, job.Shares()), owners: make([]int, len(job.Cuts)+1)}
	for share := range n.files {
		n.files[share], _ = slices.BinarySearch(job.Cuts, job.ShareAt(share).Start+1)
	}
	return n
}

// What a share may be, but one of a file that the rank has.
const (
	othersFile = iota + 1
	nobodysFile
)

// pick is a share for a rank, which is then to be claimed.
func (n *inOrder) pick(rank int, idle bool) (share int, ok bool) {
	best, rating := 0, 0
	if !idle {
		rating = othersFile
	}
	least := rating
	for share := n.next; share < len(n.files) && n.job.PartFree(share); share++ {
		if !n.job.Free(share) {
			if share == n.next {
				n.next++
			}
			continue
		}
		is := othersFile
		switch n.owners[n.files[share]] {
		case rank + 1:
			return share, true
		case 0:
			is = nobodysFile
		}
		if is > rating {
			best, rating = share, is
		}
	}
	if rating == nobodysFile {
		n.owners[n.files[best]] = rank + 1
	}
	return best, rating > least
}

// left tells whether a share is free.
func (n *inOrder) left() bool {
	for ; n.next < len(n.files); n.next++ {
		if n.job.Free(n.next) {
			return true
		}
	}
	return false
}
