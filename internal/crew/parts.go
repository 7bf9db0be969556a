package crew

// A reduction folds each share (a block of items) into a part of the result, and the
// parts are merged into the result in the order of the shares, by whichever worker
// comes by. There is room for a window of parts only: share i has number i modulo the
// window, and is not begun before the share that had the part last is merged. The
// first share that is not merged always has its part, so that somebody can go on.

// Parts is what a job needs to know of the parts, whatever their type.
type Parts struct {
	// Window is how many there are at a time.
	Window int
	// Merge adds a part to the result. It must leave the part as it is.
	Merge func(part int)
	// Keep copies what of the result merging a part changes, and Restore puts it
	// back: for workers that die while they merge. They are nil where none can.
	Keep, Restore func(part int)
	// Content is what a part has of each group: whether there is something, and the
	// elements of all groups, one behind the other.
	Content func(part int) (seen []bool, elements []byte)
	// Slot is the part that a worker folds its share into, nil for that of the share.
	Slot func(w *Hand) int
}

// Of is the part that a worker folds its share into.
func (p *Parts) Of(w *Hand) int {
	if p.Slot != nil {
		return p.Slot(w)
	}
	return w.Share % p.Window
}

// PartFree tells whether the part of a share is not in use.
func (j *Job) PartFree(share int) bool {
	before := share - j.Parts.Window
	return before < 0 || j.states[before].Load() == done
}

// Merge merges the parts whose turn it is, unless another worker does, and tells whether
// all went well.
func (j *Job) Merge(w *Hand) (ok bool) { return j.mergeParts(w) }

// awaitPart waits until a worker may begin a share, and tells whether it may. It merges
// meanwhile: there may be no other to do it, if that has died.
func (j *Job) awaitPart(w *Hand, share int) bool {
	return j.await(func() bool {
		if j.PartFree(share) {
			return true
		}
		j.mergeParts(w) // where that fails the job stops
		return j.PartFree(share)
	})
}

// mergeParts merges the parts whose turn it is, unless another worker does, and tells
// whether all went well.
func (j *Job) mergeParts(w *Hand) bool {
	for j.merger.CompareAndSwap(0, int32(w.Number)+1) {
		next := int(j.merged.Load())
		for ; next < len(j.states) && j.states[next].Load() == done; next++ {
		}
		for ; j.isFolded(next); next++ {
			if j.stopped.Load() || !w.try(func() error { j.mergePart(w, next); return nil }) {
				return false // and it is no other worker's turn
			}
		}
		j.merged.Store(int32(next))
		j.merging.Store(0)
		j.merger.Store(0)
		if !j.isFolded(next) { // nor has it become so since it was looked at
			return true
		}
	}
	return true
}

func (j *Job) isFolded(share int) bool {
	return share >= 0 && share < len(j.states) && j.states[share].Load() == folded
}

// mergePart merges the part of a share. That it is done is one word in memory, so that
// a worker dies before or after.
func (j *Job) mergePart(w *Hand, share int) {
	*w.Item = j.shares[share].Start
	part := share % j.Parts.Window
	if j.Parts.Keep != nil {
		j.Parts.Keep(part)
	}
	j.merging.Store(int32(share) + 1)
	j.Parts.Merge(part)
	j.states[share].Store(done)
}

// mergingBy is the share whose part a worker is merging, -1 where there is none.
func (j *Job) mergingBy(worker int) int {
	share := int(j.merging.Load()) - 1
	if int(j.merger.Load()) == worker+1 && j.isFolded(share) {
		return share
	}
	return -1
}

// endMerging lets others merge in place of a worker that has died.
func (j *Job) endMerging(worker int) {
	if int(j.merger.Load()) != worker+1 {
		return
	}
	if share := j.mergingBy(worker); share >= 0 && j.Parts.Restore != nil {
		j.Parts.Restore(share % j.Parts.Window)
	}
	j.merging.Store(0)
	j.merger.Store(0)
}
