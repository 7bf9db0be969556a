package export

import (
	"fmt"
	"slices"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// PutKey writes the data of a key under a name, or of a region of its entries, with the
// labels of [keydata.Typed.ReadLabelled]. Entries of numbers go to disk as they are read,
// on all cores: all of them may be more than memory. A structured key is written field by
// field, by the names of those beside the name. Options are those of the map over the
// entries.
func (f *File) PutKey(name string, key *extradata.KeyData, roi []psh.Sel, options ...psh.MapOption) error {
	put, ok := putters[key.DType()]
	if !ok {
		return fmt.Errorf("export: %s: %s: %w: %v", f.path, name, ErrType, key)
	}
	return put(f, name, key, roi, options)
}

type putter func(f *File, name string, key *extradata.KeyData, roi []psh.Sel, options []psh.MapOption) error

var putters = map[extradata.DType]putter{
	keydata.Bool: putEntries[bool], keydata.String: putTexts, keydata.Record: putFields,
	keydata.Int8: putEntries[int8], keydata.Int16: putEntries[int16], keydata.Int32: putEntries[int32], keydata.Int64: putEntries[int64],
	keydata.Uint8: putEntries[uint8], keydata.Uint16: putEntries[uint16], keydata.Uint32: putEntries[uint32], keydata.Uint64: putEntries[uint64],
	keydata.Float16: putEntries[psh.Float16], keydata.Float32: putEntries[float32], keydata.Float64: putEntries[float64],
	keydata.Complex64: putEntries[complex64], keydata.Complex128: putEntries[complex128],
}

// putEntries writes entries as they are read.
func putEntries[T any](f *File, name string, key *extradata.KeyData, roi []psh.Sel, options []psh.MapOption) error {
	typed, err := keydata.As[T](key)
	if err != nil {
		return err
	}
	is, err := key.Describe(keydata.Labels{}, roi...)
	if err != nil {
		return err
	}
	rows, err := NewRows[T](f, name, Labels{is.Name, is.Units, is.Dims, is.Coords}, is.Shape...)
	if err != nil {
		return err
	}
	return psh.Map(func(_, index int, entry extradata.Entry[T]) (err error) {
		part := entry.Array
		if len(roi) > 0 {
			if part, err = part.Pick(roi...); err != nil {
				return err
			}
		}
		return rows.Put(index, part)
	}, typed.ByEntry(), slices.Concat([]psh.MapOption{psh.On(psh.Threads(0))}, options)...)
}

// putTexts writes texts, which are read first.
func putTexts(f *File, name string, key *extradata.KeyData, roi []psh.Sel, _ []psh.MapOption) error {
	typed, err := keydata.As[string](key)
	if err != nil {
		return err
	}
	texts, err := typed.ReadLabelled(keydata.Labels{}, roi...)
	if err != nil {
		return err
	}
	return f.Put(name, texts)
}

// putFields writes structured data, which is read first.
func putFields(f *File, name string, key *extradata.KeyData, roi []psh.Sel, _ []psh.MapOption) error {
	fields, err := key.ReadLabelledFields(keydata.Labels{}, roi...)
	if err != nil {
		return err
	}
	for field, values := range fields {
		if err := f.Put(name+"."+field, values); err != nil {
			return err
		}
	}
	return nil
}
