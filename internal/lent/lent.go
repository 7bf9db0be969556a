// Package lent finds kernels that keep what they were lent. Where the user wants that,
// rows are lent as copies in pages of their own, which end with the kernel: who touches
// them later faults, and a fault tells whose they were.
package lent

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"reflect"
	"unsafe"
)

// Variable is the environment variable that says what is to be found.
const Variable = "PASHA_DEBUG"

// ErrKept is wrapped by the error of a kernel that touches what was lent to another.
var ErrKept = errors.New("lent rows were kept")

// Set turns it on or off, as the program does that started this process.
func Set(on bool) {
	value := ""
	if on {
		value = "lent"
	}
	_ = os.Setenv(Variable, value)
}

// Debug tells whether kept rows are to be found. The error is about a value of
// [Variable] that has no meaning.
func Debug() (on bool, err error) {
	switch value := os.Getenv(Variable); value {
	case "", "lent":
		return value != "", nil
	default:
		return false, fmt.Errorf("environment variable %s is %q, expected \"lent\" or nothing", Variable, value)
	}
}

// Guard lends the rows of one item after the other, each until the next is lent or the
// guard is told to end it. A nil guard has nothing to end.
type Guard[T any] struct {
	of     string
	rows   []T
	memory []byte // of the rows, where they are in pages of their own
	by     string // the item that they were lent for
}

// NewGuard is a guard of rows of something where [Debug] is on, nil where it is not.
func NewGuard[T any](of string) *Guard[T] {
	if on, _ := Debug(); !on {
		return nil
	}
	return &Guard[T]{of: of}
}

// Item names an item of a map, and its train where that is not 0.
func Item(index int, train uint64) string {
	if train == 0 {
		return fmt.Sprintf("item %d", index)
	}
	return fmt.Sprintf("item %d (train %d)", index, train)
}

// Lend is a copy of rows for an item, and ends what was lent for another. To the same
// item it lends the same copy.
func (g *Guard[T]) Lend(rows []T, by string) ([]T, error) {
	if g.by == by && len(g.rows) == len(rows) {
		return g.rows, nil
	}
	g.End()
	g.by = by
	if len(rows) == 0 {
		return rows, nil
	}
	if hasPointers(reflect.TypeFor[T]()) {
		g.rows = append([]T(nil), rows...)
		return g.rows, nil
	}
	memory, err := newPages(len(rows) * int(unsafe.Sizeof(rows[0])))
	if err != nil {
		return nil, fmt.Errorf("a copy of what is lent (%s): %w", Variable, err)
	}
	g.memory, g.rows = memory, unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), len(rows))
	copy(g.rows, rows)
	return g.rows, nil
}

// End ends what was lent.
func (g *Guard[T]) End() {
	if g == nil || g.by == "" {
		return
	}
	if g.memory != nil {
		endPages(g.memory, g.whose())
	}
	if texts, ok := any(g.rows).([]string); ok {
		for i := range texts { // the strings themselves may be kept
			texts[i] = g.whose()
		}
	} else if g.memory == nil {
		clear(g.rows)
	}
	*g = Guard[T]{of: g.of}
}

// hasPointers tells whether values have texts, which must not lie in pages of their own:
// nobody would know that they are in use.
func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String:
		return true
	case reflect.Array:
		return hasPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	}
	return t.Kind() > reflect.Complex128
}

func (g *Guard[T]) whose() string {
	return fmt.Sprintf("rows of %s lent for %s, which end with the kernel: Copy to keep", g.of, g.by)
}

// By is the item that rows are lent for, empty where none are.
func (g *Guard[T]) By() string {
	if g == nil {
		return ""
	}
	return g.by
}

// Fault is the error for a fault at an address, by an item; nil where nothing was lent
// there.
func Fault(address uintptr, by string) error {
	whose, ok := endedAt(address)
	if !ok {
		return nil
	}
	return fmt.Errorf("%w: %s touches %s", ErrKept, cmp.Or(by, "a kernel"), whose)
}

// poison is what rows hold that have ended and cannot be made to fault.
func poison(memory []byte) {
	for i := range memory {
		memory[i] = 0xa5
	}
}
