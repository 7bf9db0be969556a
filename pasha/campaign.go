package pasha

import (
	"fmt"
	"os"
	"strconv"
)

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
	task, tasks, err := arrayTask()
	if err != nil || tasks == 1 {
		return functor, 0, err
	}
	share := partOf(functor.Len(), task, tasks, cutsOf(functor))
	return partFunctor[V]{functor, share}, share.Start, nil
}

// arrayTask is which task of how many this program is.
func arrayTask() (task, tasks int, err error) {
	if os.Getenv("SLURM_ARRAY_TASK_ID") == "" {
		return 0, 1, nil
	}
	var values [4]int
	for i, name := range []string{"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT"} {
		if values[i], err = strconv.Atoi(os.Getenv(name)); err != nil {
			return 0, 0, fmt.Errorf("pasha: PartOf: environment variable %s is %q, expected a number", name, os.Getenv(name))
		}
	}
	id, least, step, tasks := values[0], values[1], max(values[2], 1), values[3]
	task = (id - least) / step
	if tasks < 1 || task < 0 || task >= tasks || (id-least)%step != 0 {
		return 0, 0, fmt.Errorf("pasha: PartOf: task %d of %d from %d in steps of %d, expected sbatch --array=0-9 or the like, without gaps", id, tasks, least, step)
	}
	return task, tasks, nil
}

// partOf is one of the parts of n items.
func partOf(n, task, tasks int, cuts []int) Share {
	border := func(task int) int {
		at, near := n*task/tasks, n/tasks/2
		best, distance := at, near+1
		for _, cut := range cuts {
			if off := max(cut-at, at-cut); off < distance {
				best, distance = cut, off
			}
		}
		return best
	}
	share := Share{Stop: n}
	if task > 0 {
		share.Start = border(task)
	}
	if task+1 < tasks {
		share.Stop = border(task + 1)
	}
	return share
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
