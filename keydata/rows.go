package keydata

import (
	"errors"
	"fmt"
	"slices"

	psh "extrapasha/pasha"
)

// ReadRows reads as [Typed.ReadInto] does, each entry into the row of out that at says, -1
// for entries that are left out. at is as long as there are entries; rows that no entry
// goes to are left as they are. out is compact.
func (k *Typed[T]) ReadRows(out psh.Array[T], at []int, roi ...psh.Sel) error {
	cut, err := k.cut(roi)
	if err != nil {
		return err
	}
	most := -1
	if len(at) > 0 {
		most = slices.Max(at)
	}
	shape := out.Shape()
	if len(at) != k.Entries() || !out.Compact() || len(shape) == 0 || most >= shape[0] || !slices.Equal(shape[1:], cut.shape) {
		return k.fail(0, fmt.Errorf("%w: %d entries of shape %v into %v, rows up to %d", psh.ErrShape, k.Entries(), cut.shape, out, most))
	}
	if k.Bytes() > checkedBytes {
		if err := k.checkSpans(); err != nil {
			return k.fail(0, err)
		}
	}
	return k.readParts(out, cut, false, k.partsInto(at, elementSize[T]()))
}

// partsInto are the parts of entries that follow each other in the file and in the rows
// that they go to.
func (k *KeyData) partsInto(at []int, element int) (parts []part) {
	for _, whole := range k.parts(element) {
		for from := 0; from < whole.count; {
			to := from + 1
			row := at[whole.at+from]
			for to < whole.count && row >= 0 && at[whole.at+to] == row+to-from {
				to++
			}
			if row >= 0 {
				here := location{whole.file, whole.first + from, to - from}
				parts = append(parts, part{here, row, whole.only && here == whole.location})
			}
			from = to
		}
	}
	return parts
}

// readParts reads parts, on all cores where they are large.
func (k *Typed[T]) readParts(out psh.Array[T], c cut, blank bool, parts []part) error {
	size := 1
	for _, length := range c.shape {
		size *= length
	}
	ctx := psh.Serial()
	if k.Bytes() > partSize/4 {
		ctx = psh.Threads(0)
	}
	err := psh.Map(func(_, _ int, p part) error {
		return k.readPart(p, c, out.Data[p.at*size:(p.at+p.count)*size], blank)
	}, psh.Slice(parts), psh.On(ctx))
	if err != nil {
		var failed *psh.MapError
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return k.fail(0, err)
	}
	return nil
}
