package detector

import (
	"errors"
	"fmt"
	"slices"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// ErrNoMask is wrapped where masked data are asked for that have no mask, as raw data.
var ErrNoMask = errors.New("no mask beside these data")

// AllBits masks pixels that are bad for whatever reason.
const AllBits = ^uint32(0)

// ReadMasked reads as [Read] does, with a value for the pixels that corrected data mark
// with any of the bits, reasons why a pixel is bad. The error wraps [ErrNoMask] where the
// data have no mask, [psh.ErrShape] where it is of another shape than the data.
func ReadMasked[T number](k *Key, bits uint32, value T, fill ...T) (psh.Array[T], error) {
	mask, err := k.mask()
	if err != nil {
		return psh.Array[T]{}, err
	}
	out, err := Read(k, fill...)
	if err != nil {
		return out, err
	}
	frames, err := k.frames()
	if err != nil {
		return out, err
	}
	if len(out.Data) == 0 {
		return out, nil
	}
	marks, err := psh.Alloc[uint32](psh.Shape(out.Shape()[1:]...), psh.In(psh.Serial()))
	if err != nil {
		return out, k.fail(err)
	}
	for module := range mask.of { // one after the other, which is little memory
		clear(marks.Data)
		if err := readModule(mask, module, frames, marks); err != nil {
			return out, err
		}
		data := out.Row(k.row(module)).Data
		for i, mark := range marks.Data {
			if mark&bits != 0 {
				data[i] = value
			}
		}
	}
	return out, nil
}

// mask is the key of the mask, of the same frames and region.
func (k *Key) mask() (*Key, error) {
	if k.det.class.mask == "" {
		return nil, k.fail(fmt.Errorf("%w: sources like %s", ErrNoMask, k.det.class.name))
	}
	mask, err := k.det.Key(k.det.class.mask)
	if unknown := (*extradata.KeyNameError)(nil); errors.As(err, &unknown) {
		return nil, k.fail(fmt.Errorf("%w: %w", ErrNoMask, err))
	}
	if err != nil {
		return nil, err
	}
	if !slices.Equal(mask.entryShape(), k.entryShape()) || mask.byPulse() != k.byPulse() {
		return nil, k.fail(fmt.Errorf("%w: entries of shape %v, with masks of shape %v", psh.ErrShape, k.entryShape(), mask.entryShape()))
	}
	mask.pulses, mask.region, mask.gaps = k.pulses, k.region, k.gaps
	return mask, nil
}
