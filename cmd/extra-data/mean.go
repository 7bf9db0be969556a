package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// meanImage is the mean over all entries, cut to a region of interest; what is not a
// number does not count.
func meanImage(c *cobra.Command, key *extradata.KeyData, roi []psh.Sel) (psh.Array[float64], error) {
	switch key.DType() {
	case keydata.Uint8:
		return meanOf[uint8](c, key, roi)
	case keydata.Uint16:
		return meanOf[uint16](c, key, roi)
	case keydata.Uint32:
		return meanOf[uint32](c, key, roi)
	case keydata.Uint64:
		return meanOf[uint64](c, key, roi)
	case keydata.Int8:
		return meanOf[int8](c, key, roi)
	case keydata.Int16:
		return meanOf[int16](c, key, roi)
	case keydata.Int32:
		return meanOf[int32](c, key, roi)
	case keydata.Int64:
		return meanOf[int64](c, key, roi)
	case keydata.Float32:
		return meanOf[float32](c, key, roi)
	case keydata.Float64:
		return meanOf[float64](c, key, roi)
	}
	return psh.Array[float64]{}, &extradata.TypeError{Source: key.Source(), Key: key.Key(), Has: key.DType(), Wanted: "numbers"}
}

func meanOf[T uint8 | uint16 | uint32 | uint64 | int8 | int16 | int32 | int64 | float32 | float64](c *cobra.Command, k *extradata.KeyData, roi []psh.Sel) (mean psh.Array[float64], err error) {
	key, err := keydata.As[T](k)
	if err != nil {
		return mean, err
	}
	shape, err := cut(key.EntryShape(), roi)
	if err != nil {
		return mean, err
	}
	part := psh.Array[T].View
	if slices.ContainsFunc(roi, needsCopy) {
		part = psh.Array[T].Pick
	}
	ctx := psh.Threads(0)
	sums, err := psh.Alloc[float64](psh.Shape(shape...), psh.PerWorker(), psh.In(ctx))
	if err != nil {
		return mean, err
	}
	counts, err := psh.Alloc[float64](psh.Like(sums), psh.In(ctx))
	if err != nil {
		return mean, err
	}
	err = psh.Map(func(worker, _ int, train extradata.Entries[T]) error {
		sum, count := sums.Row(worker).Data, counts.Row(worker).Data
		for _, entry := range train.All() {
			image, err := part(entry, roi...)
			if err != nil {
				return err
			}
			for i, value := range image.All() {
				if value == value {
					sum[i] += float64(value)
					count[i]++
				}
			}
		}
		return nil
	}, key, psh.On(ctx), psh.Until(c.Context()), psh.Progress("adding up"))
	if err != nil {
		return mean, err
	}
	total, number := sums.Row(0), counts.Row(0)
	for worker := 1; worker < sums.Len(); worker++ {
		for i := range total.Data {
			total.Data[i] += sums.Row(worker).Data[i]
			number.Data[i] += counts.Row(worker).Data[i]
		}
	}
	for i := range total.Data {
		total.Data[i] /= number.Data[i]
	}
	return total, nil
}

// needsCopy tells whether a selection is a list or goes backwards.
func needsCopy(sel psh.Sel) bool {
	_, _, step, _ := sel.Resolve(1)
	return sel.Listed() || step < 0
}

// cut is the shape that a region of interest leaves of an entry.
func cut(shape []int, roi []psh.Sel) (left []int, err error) {
	roi, err = psh.Expand(roi, len(shape))
	if err != nil {
		return nil, fmt.Errorf("--roi, of an entry of shape %v: %w", shape, err)
	}
	for axis, sel := range roi {
		picked, err := sel.Indices(shape[axis])
		if err != nil {
			return nil, fmt.Errorf("--roi, dimension %d of an entry: %w", axis, err)
		}
		if !sel.Single() {
			left = append(left, len(picked))
		}
	}
	return left, nil
}
