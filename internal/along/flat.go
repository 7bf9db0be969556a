package along

import (
	"fmt"
	"slices"

	"extrapasha/internal/strided"
)

// Flat gives the elements of arrays of one shape in C order.
type Flat[T any] struct {
	Shape  []int
	buffer []T // for arrays that are not compact
}

// Of are the elements of an array, valid until the next one.
func (f *Flat[T]) Of(data []T, axes strided.Axes) ([]T, error) {
	if !slices.Equal(axes.Lengths, f.Shape) {
		var zero T
		return nil, fmt.Errorf("%w: %T array of shape %s, expected shape %s as the first item has it", strided.ErrShape, zero, strided.Text(axes.Lengths), strided.Text(f.Shape))
	}
	if axes.Compact() {
		return data[:axes.Size()], nil
	}
	f.buffer = strided.Append(f.buffer[:0], data, axes)
	return f.buffer, nil
}
