package cross

import (
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"sync"
	"syscall"
)

// known are the errors that are the same in every process, by type and text.
var known = struct {
	sync.Mutex
	byText map[string]error
}{byText: map[string]error{}}

func init() {
	RegisterError(Err, io.EOF, io.ErrUnexpectedEOF, fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, fs.ErrClosed, context.Canceled, context.DeadlineExceeded)
	gob.Register(&fs.PathError{})
	gob.Register(syscall.Errno(0))
}

// RegisterError makes errors known that are the same variable in every process.
func RegisterError(errs ...error) {
	known.Lock()
	defer known.Unlock()
	for _, err := range errs {
		known.byText[textOf(err)] = err
	}
}

func textOf(err error) string { return fmt.Sprintf("%T %s", err, err) }

// Failure is an error on its way: its text, and those of the errors in it that are known
// or of types that gob knows.
type Failure struct {
	Text  string
	Known []string
	Typed [][]byte
}

// remoteError is an error of another process.
type remoteError struct {
	text  string
	parts []error
}

func (e *remoteError) Error() string   { return e.text }
func (e *remoteError) Unwrap() []error { return e.parts }

// NewFailure is what to tell of an error.
func NewFailure(err error) Failure {
	f := Failure{Text: err.Error()}
	f.add(err)
	return f
}

// typedError is for gob: an error of any type that is known to it.
type typedError struct{ Err error }

// add adds what can be told of an error, and of those it wraps.
func (f *Failure) add(err error) {
	known.Lock()
	same, ok := known.byText[textOf(err)]
	known.Unlock()
	if ok && reflect.TypeOf(err).Comparable() && same == err {
		f.Known = append(f.Known, textOf(err))
	} else if text, failed := Encode(&typedError{err}); failed == nil {
		f.Typed = append(f.Typed, text)
	}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			f.add(inner)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range err.Unwrap() {
			f.add(inner)
		}
	}
}

// Err is an error that errors.Is and errors.As find the same in as in the original, as
// far as it is known here.
func (f *Failure) Err() error {
	remote := &remoteError{text: f.Text}
	known.Lock()
	defer known.Unlock()
	for _, text := range f.Typed {
		var typed typedError
		if Decode(text, &typed) == nil && typed.Err != nil {
			remote.parts = append(remote.parts, typed.Err)
		}
	}
	for _, text := range f.Known {
		if err := known.byText[text]; err != nil {
			remote.parts = append(remote.parts, err)
		}
	}
	return remote
}
