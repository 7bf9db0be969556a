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
	for _, value := range []any{&Error{}, &TypeError{}, &TrainIDError{}, &NoDataError{}, &KeyData{}} {
		gob.Register(value)
	}
	crosses[bool]()
	crosses[string]()
	crosses[psh.Float16]()
	crosses[float32]()
	crosses[float64]()
	crosses[complex64]()
	crosses[complex128]()
	crosses[int8]()
	crosses[int16]()
	crosses[int32]()
	crosses[int64]()
	crosses[uint8]()
	crosses[uint16]()
	crosses[uint32]()
	crosses[uint64]()
}

// crosses makes the functors over elements of a type known.
func crosses[T any]() {
	gob.Register(&Typed[T]{})
	gob.Register(&ByEntry[T]{})
}

// crossingKey is a key as it crosses to another process.
type crossingKey struct {
	Source, InFile string
	Section        run.Section
	Key            string
	Suspect        bool
	Files          []run.Reference
	TrainIDs       []uint64
}

// GobEncode is where the data is: the paths of the files and the selection, not the
// data. It is for worker processes, which open the files for themselves.
func (k *KeyData) GobEncode() ([]byte, error) {
	c := crossingKey{Source: k.place.Source, InFile: k.place.InFile, Section: k.place.Section, Key: k.place.Key, Suspect: k.place.Suspect, TrainIDs: k.trainIDs}
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
	opened, err := New(Place{Source: c.Source, InFile: c.InFile, Section: c.Section, Key: c.Key, Files: files, Suspect: c.Suspect}, c.TrainIDs)
	if err != nil {
		return err
	}
	k.selection = opened.selection
	return nil
}

// GobDecode is as [KeyData.GobDecode].
func (k *Typed[T]) GobDecode(text []byte) error {
	opened := &KeyData{}
	if err := opened.GobDecode(text); err != nil {
		return err
	}
	typed, err := Widened[T](opened)
	if err != nil {
		return err
	}
	k.KeyData = typed.KeyData
	return nil
}

// crossingEntries is a functor over entries as it crosses to another process.
type crossingEntries struct {
	Key    *KeyData
	Some   bool
	Chosen []int
}

// GobEncode is where the data is, and which entries were picked.
func (e *ByEntry[T]) GobEncode() ([]byte, error) {
	return encode(crossingEntries{e.key.KeyData, e.chosen != nil, e.chosen})
}

// GobDecode opens the files, and finds the data in them.
func (e *ByEntry[T]) GobDecode(text []byte) error {
	var c crossingEntries
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&c); err != nil {
		return err
	}
	*e = *(&Typed[T]{c.Key}).ByEntry()
	if c.Some {
		*e = *e.only(append([]int{}, c.Chosen...))
	}
	return nil
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
