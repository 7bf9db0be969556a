package fold

import (
	"extrapasha/internal/crew"
	"extrapasha/internal/memory"
)

// Shared are elements in memory that crosses to other processes as the place where it is.
type Shared[T any] struct{ Data []T }

func (s Shared[T]) free() { crew.Free(memory.Bytes(s.Data)) } // it is whole, and nobody else has it

// GobEncode is the place of the elements.
func (s Shared[T]) GobEncode() ([]byte, error) { return crew.EncodePlace(s.Data, nil, nil) }

// GobDecode finds the elements where they are.
func (s *Shared[T]) GobDecode(text []byte) (err error) {
	s.Data, _, _, err = crew.DecodePlace[T](text)
	return err
}
