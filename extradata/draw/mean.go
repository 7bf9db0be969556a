package draw

import (
	"slices"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// meanImage is the mean over all entries, cut to a region of interest; what is not a
// number does not count.
func meanImage(key *extradata.KeyData, roi []psh.Sel, options []psh.MapOption) (mean psh.Array[float64], err error) {
	images, err := keydata.Convert[float64](key)
	if err != nil {
		return mean, err
	}
	shape, err := psh.Cut(images.EntryShape(), roi...)
	if err != nil {
		return mean, err
	}
	part := psh.Array[float64].View
	if slices.ContainsFunc(roi, needsCopy) {
		part = psh.Array[float64].Pick
	}
	both, err := psh.Reduce(psh.Fold[extradata.Entry[float64], float64]{
		Shape: append([]int{2}, shape...),
		Kernel: func(sums psh.Array[float64]) psh.Kernel[extradata.Entry[float64]] {
			sum, count := sums.Row(0).Data, sums.Row(1).Data
			return func(_, _ int, entry extradata.Entry[float64]) error {
				image, err := part(entry.Array, roi...)
				if err != nil {
					return err
				}
				for i, value := range image.All() {
					if value == value {
						sum[i] += value
						count[i]++
					}
				}
				return nil
			}
		},
		Merge: func(sums, next psh.Array[float64]) {
			for i, x := range next.Data {
				sums.Data[i] += x
			}
		},
	}, images.ByEntry(), append([]psh.MapOption{psh.On(psh.Threads(0))}, options...)...)
	if err != nil {
		return mean, err
	}
	mean = both.Row(0)
	for i, count := range both.Row(1).Data {
		mean.Data[i] /= count
	}
	return mean, nil
}

// needsCopy tells whether a selection is a list or goes backwards.
func needsCopy(sel psh.Sel) bool {
	_, _, step, _ := sel.Resolve(1)
	return sel.Listed() || step < 0
}
