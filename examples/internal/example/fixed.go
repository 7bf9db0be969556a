package example

import (
	"fmt"
	"math"

	psh "extrapasha/pasha"
)

// Number is the types of pixels that the examples can add up.
type Number interface {
	~uint8 | ~uint16 | ~uint32 | ~int8 | ~int16 | ~int32 | ~float32 | ~float64
}

// Floats are added up in fixed point, in steps of 1/Scale: integers make the
// same sum in any order, floats do not. The step is far below the noise of a
// detector.
const (
	floatScale = 1 << 20
	floatLimit = 1 << 31
)

// Scale is the number of steps in 1 that sums of T are counted in.
func Scale[T Number]() float64 {
	if isFloat[T]() {
		return floatScale
	}
	return 1
}

func isFloat[T Number]() bool { return T(1)/2 != 0 }

// fixed is a value in steps. A float that is not a number (a bad pixel) counts
// for nothing; one beyond 2³¹ is an error.
func fixed[T Number](value T, float bool) (steps int64, ok bool, err error) {
	if !float {
		return int64(value), true, nil
	}
	if value != value {
		return 0, false, nil
	}
	scaled := float64(value) * floatScale
	if math.Abs(scaled) > floatLimit*floatScale {
		return 0, false, fmt.Errorf("a pixel of %v is more than can be added up without rounding", value)
	}
	return int64(math.Floor(scaled + 0.5)), true, nil
}

// Sum adds up values, in steps of 1/Scale, and counts those that are numbers.
func Sum[T Number](values []T) (total, count int64, err error) {
	float := isFloat[T]()
	for _, value := range values {
		steps, ok, err := fixed(value, float)
		if err != nil {
			return 0, 0, err
		}
		if ok {
			total += steps
			count++
		}
	}
	return total, count, nil
}

// Add adds each of the values to its own sum, in steps of 1/Scale, and to its
// own count if it is a number. It returns what [Sum] does.
func Add[T Number](sums, counts []int64, values []T) (total, count int64, err error) {
	sums, counts = sums[:len(values)], counts[:len(values)]
	if !isFloat[T]() { // nothing can be wrong with integers
		for i, value := range values {
			sums[i] += int64(value)
			counts[i]++
			total += int64(value)
		}
		return total, int64(len(values)), nil
	}
	for i, value := range values {
		steps, ok, err := fixed(value, true)
		if err != nil {
			return 0, 0, err
		}
		if ok {
			sums[i] += steps
			counts[i]++
			total += steps
			count++
		}
	}
	return total, count, nil
}

// Image is the image in an entry: its last two dimensions, at the first position
// of those before. In raw data of AGIPD that leaves out the gain.
func Image[T any](entry psh.Array[T]) psh.Array[T] {
	for entry.NDim() > 2 {
		entry = entry.Row(0)
	}
	return entry
}
