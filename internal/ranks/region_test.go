package ranks

import (
	"testing"

	"pgregory.net/rapid"

	"extrapasha/internal/crew"
	"extrapasha/internal/shm"
)

// TestRegions gives every share to one rank, in order, to each about as many items as it
// has workers for.
func TestRegions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3000).Draw(t, "items")
		workers := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 6).Draw(t, "workers")
		workers[0]++
		total := 0
		for _, w := range workers {
			total += w
		}
		var cuts []int
		for cut := 0; cut < n; cut += rapid.IntRange(1, 400).Draw(t, "file") {
			cuts = append(cuts, cut)
		}
		shares := crew.Divide(n, total, cuts)
		next := 0
		for rank, region := range regions(shares, workers, cuts) {
			if region.Start != next || region.Stop < region.Start {
				t.Fatalf("rank %d has shares %v after %d", rank, region, next)
			}
			next = region.Stop
		}
		if next != len(shares) {
			t.Fatalf("%d of %d shares are handed out", next, len(shares))
		}
	})
}

// TestRegionsAtFiles has borders at files where there are some near.
func TestRegionsAtFiles(t *testing.T) {
	cuts := []int{0, 240, 480, 760}
	shares := crew.Divide(1000, 4, cuts)
	for rank, region := range regions(shares, []int{1, 1, 1, 1}, cuts) {
		if start := shares[region.Start].Start; start != cuts[rank] {
			t.Errorf("rank %d begins at item %d, expected %d", rank, start, cuts[rank])
		}
	}
}

// TestApart joins what has pages in common.
func TestApart(t *testing.T) {
	h := func(segment, start, size int) shm.Handle {
		return shm.Handle{Segment: segment, Start: start, Len: size}
	}
	w, r := apart([]shm.Handle{h(0, 4096, 10), h(1, 0, 1)}, []shm.Handle{h(0, 5000, 10), h(0, 8192, 10), h(0, 8200, 9000)})
	if len(w) != 2 || w[0] != h(0, 4096, 4096) || len(r) != 1 || r[0] != h(0, 8192, 12288) {
		t.Errorf("writable %v, read only %v", w, r)
	}
}

// TestNumbers brings numbers back, and refuses what is none.
func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sent := rapid.SliceOf(rapid.Int()).Draw(t, "numbers")
		came, err := numbersIn(numbers(sent...), len(sent))
		if err != nil || len(came) != len(sent) {
			t.Fatalf("%v, want %v: %v", came, sent, err)
		}
		for i := range sent {
			if came[i] != sent[i] {
				t.Fatalf("%v, want %v", came, sent)
			}
		}
		if _, err := numbersIn(numbers(sent...), len(sent)+1); err == nil {
			t.Fatal("one too few: no error")
		}
	})
	if _, err := numbersIn([]byte{0x80}, 0); err == nil {
		t.Error("half a number: no error")
	}
}
