package write

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/keydata"
	"extrapasha/run"
)

// key is a key of a source, and which rows of which files are written.
type key struct {
	*extradata.KeyData
	path string // of the dataset
	rows []keydata.Rows
}

// key writes a key, and the index of its group once.
func (f *file) key(s *extradata.SourceData, name string) error {
	k, err := s.Key(name)
	if err != nil {
		return err
	}
	rows, err := k.Rows()
	if err != nil {
		return err
	}
	if f.manner.rows != nil {
		rows = f.manner.rows(k, rows)
	}
	if err := f.index(s, k.Group(), rows); err != nil {
		return err
	}
	here := key{k, run.Dataset(s.Section(), s.Name(), name), joined(rows)}
	f.manner.key(f, here)
	return nil
}

// joined are rows with those together that follow each other in a file.
func joined(rows []keydata.Rows) (joined []keydata.Rows) {
	for _, next := range rows {
		if n := len(joined); n > 0 && joined[n-1].File == next.File && joined[n-1].First+joined[n-1].Count == next.First {
			joined[n-1].Count += next.Count
			continue
		}
		joined = append(joined, next)
	}
	return joined
}

// count is how many rows there are.
func (k key) count() (rows int) {
	for _, part := range k.rows {
		rows += part.Count
	}
	return rows
}

// like calls do with the key's dataset in a file where its elements are of the type that
// they are read as: files may have integers of several sizes. The error wraps
// [keydata.ErrUnreadable] where no file's type holds those of all.
func (k key) like(do func(file *run.File, d *h5.Dataset) error) error {
	for _, file := range k.Files() {
		found := false
		err := file.UseDataset(k.Dataset(), func(d *h5.Dataset) error {
			if d.DType() != k.DType() {
				return nil
			}
			found = true
			return do(file, d)
		})
		if found || err != nil && !errors.Is(err, h5.ErrNoObject) {
			return err
		}
	}
	return fmt.Errorf("%s, %s: %w: its files have other types than %v, which holds them all", k.Source(), k.Key(), keydata.ErrUnreadable, k.DType())
}

// dress gives the groups above a key the attributes that they have in a file.
func (f *file) dress(k key, file *run.File) error {
	here, there := path.Dir(k.path), path.Dir(k.Dataset())
	for strings.Contains(here, "/") && !f.dressed[here] {
		f.dressed[here] = true
		err := file.Use(func(from *h5.File) error { return f.CopyAttributes(here, from, there) })
		if err != nil {
			return err
		}
		here, there = path.Dir(here), path.Dir(there)
	}
	return nil
}
