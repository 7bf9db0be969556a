package pasha

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
	RegisterError(ErrContext, ErrMemory, ErrShape, ErrWrap, ErrCross, errExit,
		io.EOF, io.ErrUnexpectedEOF, fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, fs.ErrClosed, context.Canceled, context.DeadlineExceeded)
	gob.Register(&fs.PathError{})
	gob.Register(syscall.Errno(0))
}

// RegisterError makes errors known that kernels may return, so that errors.Is finds
// them in what a map returns whose kernel ran in another process: for variables
// such as io.EOF. Call it from an init function. Types of errors that errors.As is
// to find are made known with gob.Register, and must be such that gob can encode
// them.
//
// Of other errors the text comes back.
func RegisterError(errs ...error) {
	known.Lock()
	defer known.Unlock()
	for _, err := range errs {
		known.byText[textOf(err)] = err
	}
}

func textOf(err error) string { return fmt.Sprintf("%T %s", err, err) }

// report is how a worker's part of a job has ended.
type report struct {
	Failed  bool
	Unready bool // it has failed before it took any work
	Lost    bool // it has done its work, and results would be lost
	Index   int
	Text    string
	Panic   *remotePanic
	Known   []string // texts of errors that are known
	Typed   [][]byte // errors of types that are
}

// remotePanic is a [PanicError] on its way; what gob does not know of the value is
// its text.
type remotePanic struct {
	Value any
	Stack []byte
}

// remoteError is an error of another process.
type remoteError struct {
	text  string
	parts []error
}

func (e *remoteError) Error() string   { return e.text }
func (e *remoteError) Unwrap() []error { return e.parts }

// newReport is what to tell of a failure.
func newReport(failure *MapError) report {
	if failure == nil {
		return report{}
	}
	r := report{Failed: true, Index: failure.Index, Text: failure.Err.Error()}
	r.add(failure.Err)
	return r
}

// typedError is for gob: an error of any type that is known to it.
type typedError struct{ Err error }

// add adds what can be told of an error, and of those it wraps.
func (r *report) add(err error) {
	if panicked, ok := err.(*PanicError); ok && r.Panic == nil {
		r.Panic = &remotePanic{panicked.Value, panicked.Stack}
		if _, err := encode(&r.Panic); err != nil {
			r.Panic.Value = fmt.Sprint(panicked.Value)
		}
	}
	known.Lock()
	same, ok := known.byText[textOf(err)]
	known.Unlock()
	if ok && reflect.TypeOf(err).Comparable() && same == err {
		r.Known = append(r.Known, textOf(err))
	} else if text, failed := encode(&typedError{err}); failed == nil {
		r.Typed = append(r.Typed, text)
	}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			r.add(inner)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range err.Unwrap() {
			r.add(inner)
		}
	}
}

// failure is the error of the report, nil where all went well.
func (r *report) failure(worker int) *MapError {
	if !r.Failed {
		return nil
	}
	remote := &remoteError{text: r.Text}
	if r.Panic != nil {
		remote.parts = append(remote.parts, &PanicError{Value: r.Panic.Value, Stack: r.Panic.Stack})
	}
	known.Lock()
	defer known.Unlock()
	for _, text := range r.Known {
		if err := known.byText[text]; err != nil {
			remote.parts = append(remote.parts, err)
		}
	}
	for _, text := range r.Typed {
		var typed typedError
		if decode(text, &typed) == nil && typed.Err != nil {
			remote.parts = append(remote.parts, typed.Err)
		}
	}
	return &MapError{Worker: worker, Index: r.Index, Err: remote}
}
