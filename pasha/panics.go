package pasha

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"extrapasha/internal/cross"
)

// PanicError is a panic of a kernel or of a functor's walk.
type PanicError struct {
	// Value is what the panic was called with.
	Value any
	// Stack is the goroutine's stack at the panic, as debug.Stack prints it.
	Stack []byte
}

// Error has the user's own line first, and below it the part of the stack from there to
// what called the kernel.
func (e *PanicError) Error() string {
	calls := callsAt(e.Stack)
	first := slices.IndexFunc(calls, func(c call) bool { return !c.ours() })
	if first < 0 {
		return fmt.Sprintf("panic: %v\n\n%s", e.Value, e.Stack)
	}
	text := fmt.Sprintf("panic at %s: %v\n", filepath.Base(calls[first].at), e.Value)
	for i, c := range calls {
		if i > first && c.ours() {
			break
		}
		text += fmt.Sprintf("\n%s\n\t%s", c.function, c.at)
	}
	return text
}

// Unwrap is the panic's value where that was an error.
func (e *PanicError) Unwrap() error { err, _ := e.Value.(error); return err }

// call is a function on a stack, and the line that it is at.
type call struct{ function, at string }

// GobEncode is the panic on its way from a worker process; what gob does not know of the
// value is its text.
func (e *PanicError) GobEncode() ([]byte, error) {
	text, err := cross.Encode(&crossingPanic{e.Value, e.Stack})
	if err != nil {
		text, err = cross.Encode(&crossingPanic{fmt.Sprint(e.Value), e.Stack})
	}
	return text, err
}

// GobDecode is what [PanicError.GobEncode] was called with.
func (e *PanicError) GobDecode(text []byte) error {
	return cross.Decode(text, (*crossingPanic)(e))
}

// crossingPanic is a panic as it crosses.
type crossingPanic struct {
	Value any
	Stack []byte
}

// callsAt are the calls from the one that panicked on, from the inside out.
func callsAt(stack []byte) (calls []call) {
	// What recovers and panics again is further in.
	if i := bytes.LastIndex(stack, []byte("\npanic(")); i >= 0 {
		stack = stack[i+1:]
	}
	lines := strings.Split(string(stack), "\n")
	for i := 2; i+1 < len(lines) && strings.HasPrefix(lines[i+1], "\t"); i += 2 {
		at, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +0x")
		if c := (call{lines[i], at}); !strings.HasPrefix(c.function, "runtime.") {
			calls = append(calls, c)
		}
	}
	return calls
}

// ours tells whether the function is this project's, or one that it is called by.
func (c call) ours() bool {
	for _, room := range []string{"pasha", "keydata", "extradata", "run", "internal"} {
		if rest, ok := strings.CutPrefix(c.function, "extrapasha/"+room); ok && rest != "" && strings.Contains("./", rest[:1]) {
			return true
		}
	}
	return strings.HasPrefix(c.function, "created by ")
}
