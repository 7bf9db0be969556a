package strided

// Lines visits the lines along the last dimension in C order, where there are any: every
// stride-th element of a line belongs to the dimensions. What is compact is one line. An array
// that was never made has no dimensions either, and no data.
func Lines[T any](data []T, axes Axes, visit func(line []T, stride int) bool) {
	size := axes.Size()
	switch {
	case size == 0 || len(data) == 0:
		return
	case axes.Compact():
		visit(data[:size], 1)
		return
	}
	last := len(axes.Lengths) - 1
	stride := axes.Stride()
	reach := (axes.Lengths[last]-1)*stride + 1
	position := make([]int, last)
	for {
		from := 0
		for axis, i := range position {
			from += i * axes.Strides[axis]
		}
		if !visit(data[from:from+reach], stride) {
			return
		}
		axis := last - 1
		for ; axis >= 0; axis-- {
			position[axis]++
			if position[axis] < axes.Lengths[axis] {
				break
			}
			position[axis] = 0
		}
		if axis < 0 {
			return
		}
	}
}

// Append appends the elements of data in C order.
func Append[T any](to, data []T, axes Axes) []T {
	Lines(data, axes, func(line []T, stride int) bool {
		if stride == 1 {
			to = append(to, line...)
			return true
		}
		for i := 0; i < len(line); i += stride {
			to = append(to, line[i])
		}
		return true
	})
	return to
}

// Copy sets the elements of data to those that are given in C order.
func Copy[T any](data []T, axes Axes, from []T) {
	Lines(data, axes, func(line []T, stride int) bool {
		if stride == 1 {
			from = from[copy(line, from):]
			return true
		}
		for i := 0; i < len(line); i += stride {
			line[i] = from[0]
			from = from[1:]
		}
		return true
	})
}
