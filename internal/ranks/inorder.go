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
	job   *crew.Job
	next  int   // the first share that may be free
	files []int // of each share, the first cut behind it
	had   map[holding]bool
	begun []bool // of each file, whether a rank has had shares of it
}

// holding is a file that a rank has had shares of.
type holding struct{ rank, file int }

func newInOrder(job *crew.Job) *inOrder {
	n := &inOrder{job: job, files: make([]int, job.Shares()), had: map[holding]bool{}, begun: make([]bool, len(job.Cuts)+1)}
	for share := range n.files {
		n.files[share], _ = slices.BinarySearch(job.Cuts, job.ShareAt(share).Start+1)
	}
	return n
}

// What a share may be, the better the more.
const (
	othersFile = iota + 1
	nobodysFile
	ownFile
)

// pick is a share for a rank, which is then to be claimed.
func (n *inOrder) pick(rank int, idle bool) (share int, ok bool) {
	least := othersFile // that is not good enough
	if idle {
		least--
	}
	best, rating := 0, least
	for share := n.next; share < len(n.files) && n.job.PartFree(share) && rating < ownFile; share++ {
		if !n.job.Free(share) {
			if share == n.next {
				n.next++
			}
			continue
		}
		if is := n.rate(rank, n.files[share]); is > rating {
			best, rating = share, is
		}
	}
	if rating == least {
		return 0, false
	}
	n.had[holding{rank, n.files[best]}], n.begun[n.files[best]] = true, true
	return best, true
}

func (n *inOrder) rate(rank, file int) int {
	switch {
	case n.had[holding{rank, file}]:
		return ownFile
	case n.begun[file]:
		return othersFile
	}
	return nobodysFile
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
