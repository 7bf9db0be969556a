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
}

// Functors implements [psh.Crosser].
func (e Entries[T]) Functors() []any { return []any{&Typed[T]{}} }

// Functors implements [psh.Crosser].
func (e Entry[T]) Functors() []any { return []any{&ByEntry[T]{}} }

// Functors implements [psh.Crosser].
func (t Two[A, B]) Functors() []any { return []any{&Zipped[A, B]{}} }

// Functors implements [psh.Crosser].
func (t Three[A, B, C]) Functors() []any { return []any{&Zipped3[A, B, C]{}} }

// Functors implements [psh.Crosser].
func (s Side[A, B]) Functors() []any { return []any{&ZippedEntries[A, B]{}} }

// crossingKey is a key as it crosses to another process.
type crossingKey struct {
	Source, InFile string
	Section        run.Section
	Key, Field     string
	Suspect        bool
	Files          []run.Reference
	TrainIDs       []uint64
	As             DType // that it is converted to
}

// GobEncode is where the data is: the paths of the files and the selection, not the
// data. It is for worker processes, which open the files for themselves.
func (k *KeyData) GobEncode() ([]byte, error) {
	c := crossingKey{Source: k.place.Source, InFile: k.place.InFile, Section: k.place.Section, Key: k.place.Key, Field: k.place.Field, Suspect: k.place.Suspect, TrainIDs: k.trainIDs}
	if k.has != Other {
		c.As = k.dtype
	}
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
	if c.As != Other {
		k.dtype, k.has = c.As, k.dtype
	}
	return nil
}

// GobDecode is as [KeyData.GobDecode].
func (k *Typed[T]) GobDecode(text []byte) error {
	k.KeyData = &KeyData{}
	return k.KeyData.GobDecode(text)
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

// crossingKeys are the keys of a functor over several.
type crossingKeys struct{ A, B, C *KeyData }

// GobEncode is where the data is.
func (z *Zipped[A, B]) GobEncode() ([]byte, error) {
	return encode(crossingKeys{A: z.a.KeyData, B: z.b.KeyData})
}

// GobDecode opens the files, and finds the data in them.
func (z *Zipped[A, B]) GobDecode(text []byte) error {
	var c crossingKeys
	err := gob.NewDecoder(bytes.NewReader(text)).Decode(&c)
	*z = Zipped[A, B]{&Typed[A]{c.A}, &Typed[B]{c.B}}
	return err
}

// GobEncode is where the data is.
func (e *ZippedEntries[A, B]) GobEncode() ([]byte, error) { return e.of.GobEncode() }

// GobDecode opens the files, and finds the data in them.
func (e *ZippedEntries[A, B]) GobDecode(text []byte) error {
	var z Zipped[A, B]
	if err := z.GobDecode(text); err != nil {
		return err
	}
	*e = *z.ByEntry()
	return nil
}

// GobEncode is where the data is.
func (z *Zipped3[A, B, C]) GobEncode() ([]byte, error) {
	return encode(crossingKeys{z.a.KeyData, z.b.KeyData, z.c.KeyData})
}

// GobDecode opens the files, and finds the data in them.
func (z *Zipped3[A, B, C]) GobDecode(text []byte) error {
	var c crossingKeys
	err := gob.NewDecoder(bytes.NewReader(text)).Decode(&c)
	*z = Zipped3[A, B, C]{&Typed[A]{c.A}, &Typed[B]{c.B}, &Typed[C]{c.C}}
	return err
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
