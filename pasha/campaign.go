package pasha

import "extrapasha/internal/crew"

// PartOf is the part of a functor that is this task's of a SLURM job array, all of it where
// the program runs in none: for campaigns over many runs that need nothing but their own
// results. Parts are about equal and in order, and begin at cuts of a [Divider] where some
// are near; from tells at which index of the functor the part begins. The tasks of
// sbatch --array=0-9 have ten parts. The error tells of variables of SLURM that make no
// sense.
//
//	part, from, err := psh.PartOf(frames)
//	err = psh.Map(kernel, part)
func PartOf[V any](functor Functor[V]) (part Functor[V], from int, err error) {
	task, tasks, err := crew.ArrayTask()
	if err != nil || tasks == 1 {
		return functor, 0, err
	}
	share := crew.Part(functor.Len(), task, tasks, cutsOf(functor))
	return partFunctor[V]{functor, Share(share)}, share.Start, nil
}

// partFunctor is a share of a functor as a functor of its own.
type partFunctor[V any] struct {
	Whole Functor[V]
	Share Share
}

func (f partFunctor[V]) Len() int { return f.Share.Len() }

func (f partFunctor[V]) Walk(share Share, visit func(int, V) error) error {
	from := f.Share.Start
	return f.Whole.Walk(Share{from + share.Start, from + share.Stop}, func(index int, value V) error {
		return visit(index-from, value)
	})
}

// Cuts are those of the whole within the part.
func (f partFunctor[V]) Cuts() (cuts []int) {
	for _, cut := range cutsOf(f.Whole) {
		if cut > f.Share.Start && cut < f.Share.Stop {
			cuts = append(cuts, cut-f.Share.Start)
		}
	}
	return cuts
}
