package ranks

import (
	"context"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/crew"
)

// reduction is the shares of one over files of equal size, with a window of two for each
// worker.
func reduction(files, perFile, workers int) *crew.Job {
	job := &crew.Job{Cancel: context.Background(), Parts: &crew.Parts{Window: 2 * workers, Merge: func(int) {}}}
	var shares []crew.Share
	for i := range files * perFile {
		shares = append(shares, crew.Share{Start: i, Stop: i + 1})
		if i > 0 && i%perFile == 0 {
			job.Cuts = append(job.Cuts, i)
		}
	}
	job.Lay(make([]byte, crew.BoardSize(workers, len(shares))), workers, shares)
	return job
}

// handOut gives all shares to ranks, which are free in the order that turn says, and
// counts how often a rank begins with a file.
func handOut(t interface{ Fatalf(string, ...any) }, job *crew.Job, ranks, each, perFile int, turn func(n int) int) (opened int) {
	n := newInOrder(job)
	type has struct{ rank, file int }
	files := map[has]bool{}
	given := make([][]int, ranks) // shares that are being done
	for done := 0; done < job.Shares(); {
		rank := turn(ranks)
		if len(given[rank]) < each {
			if share, ok := n.pick(rank, 2*len(given[rank]) < each); ok {
				if !job.Claim(share, 0) {
					t.Fatalf("share %d was given twice", share)
				}
				given[rank] = append(given[rank], share)
				files[has{rank, share / perFile}] = true
				continue
			}
		}
		if len(given[rank]) > 0 {
			w := job.Hand(0)
			w.Share, given[rank] = given[rank][0], given[rank][1:]
			job.Finish(w)
			done++
		}
	}
	if n.left() || job.Undone() > 0 {
		t.Fatalf("%d shares are not done", job.Undone())
	}
	return len(files)
}

// TestInOrder hands out the shares of reductions of all sizes to ranks that are free at
// random: each is done once.
func TestInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files, perFile := rapid.IntRange(1, 20).Draw(t, "files"), rapid.IntRange(1, 12).Draw(t, "shares of a file")
		ranks, each := rapid.IntRange(1, 6).Draw(t, "ranks"), rapid.IntRange(1, 5).Draw(t, "shares at a time")
		workers := rapid.IntRange(1, 20).Draw(t, "workers")
		handOut(t, reduction(files, perFile, workers), ranks, each, perFile, func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "rank") })
	})
}

// TestFilesOfAReduction has ranks open few files that others have, where there are parts for more
// than a file.
func TestFilesOfAReduction(t *testing.T) {
	const files, perFile, ranks, workers = 64, 8, 4, 16
	random := rand.New(rand.NewPCG(1, 2))
	opened := handOut(t, reduction(files, perFile, ranks*workers), ranks, ahead*workers, perFile, random.IntN)
	if opened > files*3/2 {
		t.Errorf("%d files were opened by %d ranks %d times", files, ranks, opened)
	}
}

// TestFileOfTwo gives a rank that is busy a share ahead of a file that is another's, once
// it has had one of it for want of others.
func TestFileOfTwo(t *testing.T) {
	job := reduction(1, 8, 4)
	n := newInOrder(job)
	for i, step := range []struct {
		rank int
		idle bool
		ok   bool
	}{{0, true, true}, {1, false, false}, {1, true, true}, {1, false, true}, {0, false, true}, {2, false, false}} {
		share, ok := n.pick(step.rank, step.idle)
		if ok != step.ok || ok && !job.Claim(share, step.rank) {
			t.Fatalf("step %d: share %d for rank %d: %v, expected %v", i, share, step.rank, ok, step.ok)
		}
	}
}
