package crew

// What follows is for workers that do not see the board: who has their shares writes down
// for them what they do.

// Claim gives a share that is free to a worker; ok is false where it is not.
func (j *Job) Claim(share, worker int) (ok bool) {
	return j.states[share].CompareAndSwap(free, takenBy(worker))
}

// Release makes a share free that a worker had.
func (j *Job) Release(share int) { j.states[share].Store(free) }

// Free tells whether nobody has a share.
func (j *Job) Free(share int) bool { return j.states[share].Load() == free }

// Settled tells whether a share was done, if not merged.
func (j *Job) Settled(share int) bool {
	state := j.states[share].Load()
	return state == done || state == folded
}

// ShareAt is the share of a number, SetShare says what it is.
func (j *Job) ShareAt(number int) Share { return j.shares[number] }

// SetShare says what the share of a number is.
func (j *Job) SetShare(number int, share Share) { j.shares[number] = share }

// ItemOf is the item that a worker is on, or was a moment ago. The worker writes a word
// for each item and does not wait for who reads it.
//
//go:norace
func (j *Job) ItemOf(worker int) int { return j.desks[worker].item }

// SetItem says which item a worker is on.
func (j *Job) SetItem(worker, item int) { j.desks[worker].item = item }

// AddItems counts items that are done.
func (j *Job) AddItems(n int) { j.items.Add(int64(n)) }

// Board is the memory of the board.
func (j *Job) Board() []byte { return j.memory }

// Stop stops the job.
func (j *Job) Stop() { j.stopped.Store(true) }

// Stopped tells whether the job has.
func (j *Job) Stopped() bool { return j.stopped.Load() }

// FailWith stops the job for an error of a worker's, if it is the first.
func (j *Job) FailWith(err *ItemError) {
	if j.culprit.CompareAndSwap(0, int32(err.Worker)+1) {
		j.err.Store(err)
	}
	j.stopped.Store(true)
}
