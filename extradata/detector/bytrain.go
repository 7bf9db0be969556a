package detector

import (
	"fmt"
	"iter"

	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// Train is the frames of one train.
type Train[T any] struct {
	// TrainID is the train.
	TrainID uint64

	walk  *walk
	main  *lender[T]
	items psh.Share
	hint  *int
}

// Len is the number of frames.
func (t Train[T]) Len() int { return t.items.Len() }

// Frame is one of the frames, from 0 on. What is lent of it is valid until another frame
// of the train is asked for the same. It panics, as a slice does, where there is none of
// that number.
func (t Train[T]) Frame(number int) Frame[T] {
	if number < 0 || number >= t.Len() {
		panic(fmt.Sprintf("detector: frame %d of a train with %d", number, t.Len()))
	}
	item := t.items.Start + number
	return Frame[T]{t.walk.frameSet.pulse(item, t.hint), t.walk, t.main, item}
}

// All iterates over the frames.
func (t Train[T]) All() iter.Seq2[int, Frame[T]] {
	return func(yield func(int, Frame[T]) bool) {
		for number := range t.Len() {
			if !yield(number, t.Frame(number)) {
				return
			}
		}
	}
}

// TrainsOf is a functor over the trains of a detector that have frames: the index of one
// is its position in TrainIDs of the detector.
type TrainsOf[T any] struct {
	frames *FramesOf[T]
	starts []int // frames that trains begin with
}

// ByTrain is the functor over the trains of the frames. The error wraps
// [keydata.ErrSelection] where these were picked in another order.
func (f *FramesOf[T]) ByTrain() (*TrainsOf[T], error) {
	if !f.set.sorted {
		return nil, fmt.Errorf("detector: frames by train: %w: they are not in the order of trains", keydata.ErrSelection)
	}
	return &TrainsOf[T]{f, f.set.starts()}, nil
}

// Detector is the detector that the trains are of.
func (t *TrainsOf[T]) Detector() *Detector { return t.frames.set.det }

// Len is the number of trains of the detector.
func (t *TrainsOf[T]) Len() int { return len(t.starts) - 1 }

// Cuts are the trains that [FramesOf.Cuts] lie in.
func (t *TrainsOf[T]) Cuts() []int {
	cuts, train := []int{}, 0
	for _, frame := range t.frames.Cuts() {
		for t.starts[train+1] <= frame {
			train++
		}
		if n := len(cuts); n == 0 || cuts[n-1] != train {
			cuts = append(cuts, train)
		}
	}
	return cuts
}

// Walk visits the trains of a share that have frames.
func (t *TrainsOf[T]) Walk(share psh.Share, visit func(index int, train Train[T]) error) error {
	main, hint := newLender(t.frames.main), 0
	items := psh.Share{Start: t.starts[share.Start], Stop: t.starts[share.Stop]}
	return t.frames.set.visitFrames(share, items, func(w *walk, train int) error {
		own := psh.Share{Start: t.starts[train], Stop: t.starts[train+1]}
		if own.Len() == 0 {
			return nil
		}
		return visit(train, Train[T]{w.table.trainIDs[train], w, main, own, &hint})
	})
}
