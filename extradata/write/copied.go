package write

import (
	"extrapasha/internal/h5"
	"extrapasha/keydata"
	"extrapasha/run"
)

// copied is the manner of copies.
var copied = manner{key: (*file).copy, source: (*file).copyRun}

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
	for _, part := range k.rows {
		for first := part.First; first < part.First+part.Count; first += pieceRows {
			piece := keydata.Rows{File: part.File, First: first, Count: min(pieceRows, part.First+part.Count-first)}
			f.later(func() error { return f.append(k, piece) })
		}
	}
	f.later(func() error {
		c := f.open
		f.open = nil
		return c.End()
	})
}

func (f *file) append(k key, piece keydata.Rows) error {
	return piece.File.UseDataset(k.Dataset(), func(d *h5.Dataset) error {
		return f.open.Append(d, piece.First, piece.Count)
	})
}
