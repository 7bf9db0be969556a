package detector

import (
	"fmt"
	"iter"

	psh "extrapasha/pasha"
)

// Frame is one pulse as all modules have seen it.
type Frame[T any] struct {
	Pulse
	walk *walk
	main *lender[T]
	item int
}

// Module is the image of the module in a place, [slow, fast], of raw AGIPD data [image
// and gain, slow, fast]. It is not ok where the module has none of this pulse, or is not
// there. It is lent from the file of the module, until the kernel returns: Copy to keep.
// The kernel may change it. One that cannot be read ends the kernel by a panic, which is
// then the error of the walk.
func (f Frame[T]) Module(place int) (image psh.Array[T], ok bool) {
	return f.main.lend(f.walk, f.item, f.Pulse, place)
}

// Has tells whether the module in a place has this pulse. It reads nothing.
func (f Frame[T]) Has(place int) bool {
	module := f.walk.det.moduleAt(place)
	return module >= 0 && f.walk.table.unit(module, f.Train, f.Number) >= 0
}

// Modules iterates over the modules that have this pulse, with their place and image.
func (f Frame[T]) Modules() iter.Seq2[int, psh.Array[T]] {
	return func(yield func(int, psh.Array[T]) bool) {
		for _, module := range f.walk.det.modules {
			if image, ok := f.Module(module.Place); ok && !yield(module.Place, image) {
				return
			}
		}
	}
}

// Other is what another key has of the same frame, a mask or gain, as [Frame.Module] has
// that of the walk. It must be of the same group of keys, and of numbers that fit U; else
// the kernel ends, and the walk fails with the error.
func Other[U, T any](f Frame[T], key string, place int) (image psh.Array[U], ok bool) {
	return otherLender[U](f.walk, key).lend(f.walk, f.item, f.Pulse, place)
}

// FramesOf is a functor over the frames of a detector. It never changes; picking frames
// gives a new one. It crosses to worker processes, with the table of frames.
type FramesOf[T any] struct {
	set  frameSet
	main *frameKey[T]
}

// Frames is the functor over all frames, train by train, with a key of numbers that fit
// T: the images as [Detector.DataKey] names them, mostly. Where all modules of a train
// have the same pulses the frames are in the order of the files, else in that of the
// pulse IDs. The table of frames is made at the first call for the detector. The error is
// that of a module that does not have the key, or not as numbers that fit (see
// [keydata.Convert]), or one of reading.
func Frames[T any](det *Detector, key string) (*FramesOf[T], error) {
	table, err := det.table()
	if err != nil {
		return nil, err
	}
	main, err := frameKeyOf[T](det, key)
	if err != nil {
		return nil, err
	}
	return &FramesOf[T]{frameSet{det: det, table: table, sorted: true}, main}, nil
}

// Detector is the detector that the frames are of.
func (f *FramesOf[T]) Detector() *Detector { return f.set.det }

// Len is the number of frames.
func (f *FramesOf[T]) Len() int { return f.set.len() }

// All iterates over the pulses of the frames, with their index. It reads nothing.
func (f *FramesOf[T]) All() iter.Seq2[int, Pulse] { return f.set.pulses() }

// Where picks the frames of those pulses that a condition holds for. The index of a frame
// counts what was picked.
func (f *FramesOf[T]) Where(holds func(Pulse) bool) *FramesOf[T] {
	chosen := []int{}
	for item, pulse := range f.All() {
		if holds(pulse) {
			chosen = append(chosen, f.set.frame(item))
		}
	}
	return &FramesOf[T]{f.set.only(chosen), f.main}
}

// Pulses picks frames by their pulse.
func (f *FramesOf[T]) Pulses(pulses PulseSelection) (*FramesOf[T], error) {
	if pulses.err != nil {
		return nil, fmt.Errorf("detector: select frames: %w", pulses.err)
	}
	return f.Where(pulses.holds), nil
}

// Indices picks frames by their index, in any order. The error wraps [psh.ErrShape] where
// there is none.
func (f *FramesOf[T]) Indices(indices ...int) (*FramesOf[T], error) {
	chosen := make([]int, len(indices))
	for i, index := range indices {
		if index < 0 || index >= f.Len() {
			return nil, fmt.Errorf("detector: select frames: %w: frame %d of %d", psh.ErrShape, index, f.Len())
		}
		chosen[i] = f.set.frame(index)
	}
	return &FramesOf[T]{f.set.only(chosen), f.main}, nil
}

// Cuts are the indices where another file of the first module starts, or frames that lie
// together in it.
func (f *FramesOf[T]) Cuts() []int { return f.set.cuts(f.main.entries[0].Cuts()) }

// Walk visits the frames of a share.
func (f *FramesOf[T]) Walk(share psh.Share, visit func(index int, frame Frame[T]) error) error {
	main, hint := newLender(f.main), 0
	return f.set.visitFrames(share, share, func(w *walk, item int) error {
		return visit(item, Frame[T]{f.set.pulse(item, &hint), w, main, item})
	})
}
