package write

import (
	"iter"

	"extrapasha/internal/h5"
	"extrapasha/keydata"
	"extrapasha/run"
)

// copied is the manner of copies.
var copied = manner{key: (*file).copy, source: (*file).copyRun, auxiliary: telling}

// pieceRows is how many rows are copied before the next look at whether to go on.
const pieceRows = 256

// copy copies a key, piece by piece.
func (f *file) copy(k key) {
	f.later(func() error {
		return k.like(func(file *run.File, like *h5.Dataset) (err error) {
			if f.open, err = f.CopyOf(k.path, like, k.count()); err != nil {
				return err
			}
			return f.dress(k, file)
		})
	})
	for pieces := range piecesOf(k.rows) {
		f.later(func() error { return f.append(k, pieces) })
	}
	f.later(func() error {
		c := f.open
		f.open = nil
		return c.End()
	})
}

// piecesOf are rows in pieces of one file each, short enough to be copied at once.
func piecesOf(rows []keydata.Rows) iter.Seq[[]keydata.Rows] {
	return func(yield func([]keydata.Rows) bool) {
		var pieces []keydata.Rows
		n := 0
		for _, part := range rows {
			for part.Count > 0 {
				if n == pieceRows || n > 0 && part.File != pieces[0].File {
					if !yield(pieces) {
						return
					}
					pieces, n = nil, 0
				}
				piece := part
				piece.Count = min(part.Count, pieceRows-n)
				pieces, n = append(pieces, piece), n+piece.Count
				part.First, part.Count = part.First+piece.Count, part.Count-piece.Count
			}
		}
		if n > 0 {
			yield(pieces)
		}
	}
}

func (f *file) append(k key, pieces []keydata.Rows) error {
	if run.Crowded() { // those that are being copied from stay open
		f.Wait()
	}
	from, err := pieces[0].File.Acquire()
	if err != nil {
		return err
	}
	defer f.Then(pieces[0].File.Release)
	d, err := from.Once(k.Dataset())
	if err != nil {
		return err
	}
	for _, piece := range pieces {
		if err := f.open.Append(d, piece.First, piece.Count); err != nil {
			return err
		}
	}
	return nil
}
