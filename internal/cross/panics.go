package cross

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Panic is a panic on its way, with the goroutine's stack.
type Panic struct {
	Value any
	Stack []byte
}

// Text has the user's own line first, and below it the part of the stack from there to
// what called the kernel.
func (p *Panic) Text() string {
	calls := callsAt(p.Stack)
	first := slices.IndexFunc(calls, func(c call) bool { return !c.ours() })
	if first < 0 {
		return fmt.Sprintf("panic: %v\n\n%s", p.Value, p.Stack)
	}
	text := fmt.Sprintf("panic at %s: %v\n", filepath.Base(calls[first].at), p.Value)
	for i, c := range calls {
		if i > first && c.ours() {
			break
		}
		text += fmt.Sprintf("\n%s\n\t%s", c.function, c.at)
	}
	return text
}

// Encode is the panic; what gob does not know of the value is its text.
func (p Panic) Encode() ([]byte, error) {
	text, err := Encode(&p)
	if err != nil {
		p.Value = fmt.Sprint(p.Value)
		text, err = Encode(&p)
	}
	return text, err
}

// call is a function on a stack, and the line that it is at.
type call struct{ function, at string }

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
