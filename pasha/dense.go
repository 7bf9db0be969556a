package pasha

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Dense is a two-dimensional array as a gonum matrix that shares its data. The
// second dimension must have stride 1: an array in Fortran order is Dense(a.T())
// transposed.
func Dense(a Array[float64]) (*mat.Dense, error) {
	if a.NDim() != 2 || a.Size() == 0 {
		return nil, fmt.Errorf("pasha: Dense: %w: a matrix needs two dimensions that are not empty, not %v", ErrShape, a)
	}
	rows, cols := a.shape[0], a.shape[1]
	stride := a.strides[0]
	if rows == 1 {
		stride = cols
	}
	if (cols > 1 && a.strides[1] != 1) || stride < cols {
		return nil, fmt.Errorf("pasha: Dense: %w: rows of %v are not in one piece (strides %v); transpose or Copy it", ErrShape, a, a.strides)
	}
	var m mat.Dense
	m.SetRawMatrix(blas64.General{Rows: rows, Cols: cols, Stride: stride, Data: a.Data})
	return &m, nil
}

// FromDense is a gonum matrix as an array that shares its data.
func FromDense(m *mat.Dense) Array[float64] {
	raw := m.RawMatrix()
	return Array[float64]{Data: raw.Data, shape: []int{raw.Rows, raw.Cols}, strides: []int{raw.Stride, 1}}
}
