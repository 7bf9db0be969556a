package h5

import (
	"errors"
	"fmt"
	"io"

	"extrapasha/internal/h5/filter"
	"extrapasha/internal/h5/format"
)

// storage is how the elements of a dataset lie in its file, for reading them there: in
// the header, in one piece or in chunks, with filters that are known here, and in this
// machine's form but for the order of bytes.
type storage struct {
	*format.Index
	filters filter.Steps
	fill    []byte // an element that was never written, nil for zeros
	word    int    // size of the numbers that an element is made of
	swapped bool   // their bytes are the other way round
	inline  []byte // the elements, where they are in the header
	outside *outside
	disk    io.ReaderAt
	end     int64 // of what disk has
}

// storage finds out how the dataset lies in its file, the first time. The error wraps
// ErrForm where libhdf5 has to read it.
func (d *Dataset) storage() (*storage, error) {
	if d.part.of != nil {
		return d.part.of.storage()
	}
	d.storageOnce.Do(func() { d.stored, d.storageErr = d.findStorage() })
	return d.stored, d.storageErr
}

func (d *Dataset) findStorage() (*storage, error) {
	o := d.object
	s := &storage{fill: o.Fill, disk: d.file.disk, end: d.file.size}
	var ok bool
	if s.word, s.swapped, ok = wordOf(o.Type); !ok {
		return nil, fmt.Errorf("%w: elements of %v", ErrForm, o.Type)
	}
	var err error
	if s.filters, err = filter.Known(o.Filters); err != nil {
		return nil, err
	}
	if zeros(s.fill) {
		s.fill = nil
	}
	if o.Layout.Class == format.Contiguous && len(o.External) > 0 {
		if s.outside, err = d.file.openOutside(d.path, o.External); err != nil {
			return nil, err
		}
		s.disk, s.end = s.outside, s.outside.size
	}
	if o.Layout.Class == format.Compact {
		s.inline = o.Layout.Data
	}
	s.Index, err = d.file.structure.Index(o)
	return s, err
}

// asStored is how the chunks of a dataset lie in its file, for copying them as they are. Of
// filters and elements that are not known it says nothing.
func (d *Dataset) asStored() (*storage, error) {
	if s, err := d.storage(); !errors.Is(err, ErrForm) {
		return s, err
	}
	index, err := d.file.structure.Index(d.object)
	return &storage{Index: index, disk: d.file.disk, end: d.file.size}, err
}

func zeros(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
