package crew

import (
	"fmt"
	"os"
	"strconv"
)

// ArrayTask is which task of how many of a job array of SLURM this program is, the first of
// one where it is none. The error tells of variables that make no sense.
func ArrayTask() (task, tasks int, err error) {
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

// Part is one of the parts of n items.
func Part(n, task, tasks int, cuts []int) Share {
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
