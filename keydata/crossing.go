package keydata

import (
	"bytes"
	"encoding/gob"
	"errors"

	psh "extrapasha/pasha"
	"extrapasha/run"
)

// What kernels in worker processes return, see [psh.RegisterError], and what can be
// mapped over there.
func init() {
	psh.RegisterError(ErrChanged, ErrCorrupt, ErrKept, ErrTolerance, ErrSelection)
	for _, value := range []any{
		&Error{}, &TypeError{}, &TrainIDError{}, &NoDataError{}, &KeyData{},
		&Typed[bool]{}, &Typed[string]{}, &Typed[psh.Float16]{}, &Typed[float32]{}, &Typed[float64]{}, &Typed[complex64]{}, &Typed[complex128]{},
		&Typed[int8]{}, &Typed[int16]{}, &Typed[int32]{}, &Typed[int64]{}, &Typed[uint8]{}, &Typed[uint16]{}, &Typed[uint32]{}, &Typed[uint64]{},
	} {
		gob.Register(value)
	}
}

// crossingKey is a key as it crosses to another process.
type crossingKey struct {
	Source, InFile string
	Section        run.Section
	Key, Field     string
	Suspect        bool
	Files          []run.Reference
	TrainIDs       []uint64
}

// GobEncode is where the data is: the paths of the files and the selection, not the
// data. It is for worker processes, which open the files for themselves.
func (k *KeyData) GobEncode() ([]byte, error) {
	c := crossingKey{Source: k.place.Source, InFile: k.place.InFile, Section: k.place.Section, Key: k.place.Key, Field: k.place.Field, Suspect: k.place.Suspect, TrainIDs: k.trainIDs}
	for i, file := range k.place.Files {
		if i > 0 && !file.Overlaps(k.trainIDs) { // the first tells what the data is like
			continue
		}
		reference, err := file.Reference()
		if err != nil {
			return nil, k.fail(0, err)
		}
		c.Files = append(c.Files, reference)
	}
	return encode(c)
}

// GobDecode opens the files, and finds the data in them.
func (k *KeyData) GobDecode(text []byte) error {
	var c crossingKey
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&c); err != nil {
		return err
	}
	files, err := run.Reopen(c.Files)
	if err != nil {
		return &Error{Source: c.Source, Key: c.Key, Err: err}
	}
	opened, err := New(Place{Source: c.Source, InFile: c.InFile, Section: c.Section, Key: c.Key, Field: c.Field, Files: files, Suspect: c.Suspect}, c.TrainIDs)
	if err != nil {
		return err
	}
	k.selection = opened.selection
	return nil
}

// GobDecode is as [KeyData.GobDecode].
func (k *Typed[T]) GobDecode(text []byte) error {
	k.KeyData = &KeyData{}
	return k.KeyData.GobDecode(text)
}

// crossingError is an [Error] as it crosses to another process.
type crossingError struct {
	Source, Key string
	TrainID     uint64
	Reason      string
}

// GobEncode is the error with the text of its reason.
func (e *Error) GobEncode() ([]byte, error) {
	return encode(crossingError{e.Source, e.Key, e.TrainID, e.Err.Error()})
}

// GobDecode is what [Error.GobEncode] was called with.
func (e *Error) GobDecode(text []byte) error {
	var c crossingError
	err := gob.NewDecoder(bytes.NewReader(text)).Decode(&c)
	*e = Error{c.Source, c.Key, c.TrainID, errors.New(c.Reason)}
	return err
}

func encode(value any) ([]byte, error) {
	var out bytes.Buffer
	err := gob.NewEncoder(&out).Encode(value)
	return out.Bytes(), err
}
