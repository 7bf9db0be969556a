package strided

import (
	"fmt"
	"math"
)

// Position is one that may count from the end.
func Position(position, length int) (int, error) {
	from := position
	if from < 0 {
		from += length
	}
	if from < 0 || from >= length {
		return 0, fmt.Errorf("%w: position %d is outside a dimension of length %d", ErrShape, position, length)
	}
	return from, nil
}

// Range is what a range of NumPy picks of a dimension: the first position and how many
// there are. The smallest int as start and the largest as stop mean the whole way.
func Range(start, stop, step, length int) (first, count int, err error) {
	switch {
	case step == 0:
		return 0, 0, fmt.Errorf("%w: step 0 goes nowhere", ErrShape)
	case step < 0:
		first, last := clip(start, length, length-1, -1), clip(stop, length, length-1, -1)
		if start == math.MinInt {
			first = length - 1
		}
		if stop == math.MaxInt {
			last = -1
		}
		if first <= last {
			return max(first, 0), 0, nil
		}
		return first, (first-last-1)/-step + 1, nil
	}
	first, last := clip(start, length, length, 0), clip(stop, length, length, 0)
	if last <= first {
		return first, 0, nil
	}
	return first, (last-first-1)/step + 1, nil
}

// clip is a bound of a range, which may count from the end and lie outside.
func clip(position, length, most, least int) int {
	if position < 0 && position != math.MinInt {
		position += length
	}
	return min(max(position, least), most)
}

// List are the positions of a list, which may count from the end.
func List(list []int, length int) ([]int, error) {
	picked := make([]int, len(list))
	for i := range picked {
		var err error
		if picked[i], err = Position(list[i], length); err != nil {
			return nil, err
		}
	}
	return picked, nil
}

// Marked are the positions that a mask marks.
func Marked(mask []bool, length int) ([]int, error) {
	if len(mask) != length {
		return nil, fmt.Errorf("%w: a mask of %d for a dimension of length %d", ErrShape, len(mask), length)
	}
	picked := []int{}
	for i, marked := range mask {
		if marked {
			picked = append(picked, i)
		}
	}
	return picked, nil
}

// Gather appends the elements that lie at every sum of offsets, the last running fastest.
func Gather[T any](out, data []T, from int, offsets [][]int) []T {
	switch len(offsets) {
	case 0:
		return append(out, data[from])
	case 1:
		for _, offset := range offsets[0] {
			out = append(out, data[from+offset])
		}
		return out
	}
	for _, offset := range offsets[0] {
		out = Gather(out, data, from+offset, offsets[1:])
	}
	return out
}
