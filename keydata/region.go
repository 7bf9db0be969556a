package keydata

import (
	"fmt"
	"slices"

	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
)

// cut is a region of interest of an entry.
type cut struct {
	sels   []psh.Sel // one for each dimension of an entry
	shape  []int     // what is left of an entry
	region h5.Region // what is read of a dataset, but for the rows
	// What is picked of that, first the rows; nil where it is all.
	pick []psh.Sel
}

func (k *KeyData) cut(roi []psh.Sel) (cut, error) {
	sels, err := psh.Expand(roi, len(k.entryShape))
	if err != nil {
		return cut{}, k.fail(0, fmt.Errorf("region of interest of entries of shape %v: %w", k.entryShape, err))
	}
	c := cut{sels: sels, region: h5.Whole(append([]int{0}, k.entryShape...))}
	pick, all := []psh.Sel{psh.Every()}, true
	for axis, sel := range sels {
		lines, rest, err := linesOf(sel, k.entryShape[axis])
		if err != nil {
			return cut{}, k.fail(0, fmt.Errorf("region of interest, dimension %d: %w", axis, err))
		}
		c.region.Start[axis+1], c.region.Count[axis+1], c.region.Step[axis+1] = lines.start, lines.count, lines.step
		all = all && rest == nil
		if sel.Single() {
			pick = append(pick, psh.At(0))
			continue
		}
		left := lines.count
		if rest == nil {
			pick = append(pick, psh.Every())
		} else {
			picked, _ := rest.Indices(lines.count) // they are of these lines
			left = len(picked)
			pick = append(pick, *rest)
		}
		c.shape = append(c.shape, left)
	}
	if !all {
		c.pick = pick
	}
	return c, nil
}

// lines are positions along a dimension, as HDF5 reads them: the step is 1 or more.
type lines struct{ start, count, step int }

// linesOf are the lines that have to be read for a selection, the fewest that are the
// same distance apart; and what it picks of them, nil where it is all in their order.
func linesOf(sel psh.Sel, length int) (lines, *psh.Sel, error) {
	if sel.Listed() {
		return linesOfList(sel, length)
	}
	start, count, step, err := sel.Resolve(length)
	if err != nil || count == 0 {
		return lines{step: 1}, nil, err
	}
	if step > 0 {
		return lines{start, count, step}, nil, nil
	}
	backwards := psh.Every().By(-1)
	return lines{start + (count-1)*step, count, -step}, &backwards, nil
}

func linesOfList(sel psh.Sel, length int) (lines, *psh.Sel, error) {
	picked, err := sel.Indices(length)
	if err != nil || len(picked) == 0 {
		return lines{step: 1}, nil, err
	}
	first, last := slices.Min(picked), slices.Max(picked)
	step := 0
	for _, position := range picked {
		step = gcd(position-first, step)
	}
	step = max(step, 1)
	read := lines{first, (last-first)/step + 1, step}
	inOrder := len(picked) == read.count
	for i := range picked {
		picked[i] = (picked[i] - first) / step
		inOrder = inOrder && picked[i] == i
	}
	if inOrder {
		return read, nil, nil
	}
	rest := psh.Positions(picked...)
	return read, &rest, nil
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// readCut reads the region of rows of a dataset.
func readCut[T any](dataset *h5.Dataset, c cut, first, count int, into []T, blank bool) error {
	region := h5.Region{Start: slices.Clone(c.region.Start), Count: slices.Clone(c.region.Count), Step: c.region.Step}
	region.Start[0], region.Count[0] = first, count
	if c.pick == nil {
		return read(dataset, region, into, blank)
	}
	lines, err := psh.Alloc[T](psh.Shape(region.Count...), psh.In(psh.Serial()))
	if err != nil {
		return err
	}
	if err := read(dataset, region, lines.Data, true); err != nil {
		return err
	}
	picked, err := lines.Pick(c.pick...)
	copy(into, picked.Data)
	return err
}
