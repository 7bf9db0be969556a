package pasha

import "extrapasha/internal/cross"

// PanicError is a panic of a kernel or of a functor's walk.
type PanicError struct {
	// Value is what the panic was called with.
	Value any
	// Stack is the goroutine's stack at the panic, as debug.Stack prints it.
	Stack []byte
}

// Error has the user's own line first, and below it the part of the stack from there to
// what called the kernel.
func (e *PanicError) Error() string { return (*cross.Panic)(e).Text() }

// Unwrap is the panic's value where that was an error.
func (e *PanicError) Unwrap() error { err, _ := e.Value.(error); return err }

// GobEncode is the panic on its way from a worker process; what gob does not know of the
// value is its text.
func (e *PanicError) GobEncode() ([]byte, error) { return cross.Panic(*e).Encode() }

// GobDecode is what [PanicError.GobEncode] was called with.
func (e *PanicError) GobDecode(text []byte) error { return cross.Decode(text, (*cross.Panic)(e)) }
