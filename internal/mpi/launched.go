package mpi

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
)

// marks are what launchers leave in the environment of a rank: srun --mpi=pmix and
// mpirun of Open MPI; srun --mpi=pmi2 and mpiexec of MPICH and its kin.
var marks = []string{"PMIX_RANK", "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "PMI_FD"}

// stepTasks is how many tasks srun has started along with this one. The shell of a batch
// job has SLURM_NTASKS, too, but is no task among others.
const stepTasks = "SLURM_STEP_NUM_TASKS"

// Launched tells whether a launcher has started this program as one of several that
// are to work together. Programs that it starts in turn are not.
func Launched() bool { return marked() || tasks() > 1 }

func marked() bool {
	for _, name := range marks {
		if os.Getenv(name) != "" {
			return true
		}
	}
	return false
}

// tasks is how many ranks the launcher has started, 0 where that is not known.
func tasks() int {
	text := cmp.Or(os.Getenv("OMPI_COMM_WORLD_SIZE"), os.Getenv("PMI_SIZE"), os.Getenv(stepTasks))
	n, _ := strconv.Atoi(text)
	return n
}

// forget has programs that this one starts not take themselves for ranks.
func forget() {
	for _, name := range append(marks, stepTasks) {
		os.Unsetenv(name)
	}
}

// StrangersError is that a launcher has started several tasks, and MPI connects none of
// them.
type StrangersError struct {
	Tasks   int    // as many as were started
	Library string // that was opened, empty where none was
}

func (e *StrangersError) Error() string {
	text := fmt.Sprintf("%d tasks were started that do not know of each other", e.Tasks)
	if e.Library != "" {
		text += " through " + e.Library
	}
	return text + ": under SLURM, srun --mpi=pmix (Open MPI) or srun --mpi=pmi2 (MPICH, Intel MPI) is needed, srun --mpi=list says which there are; " +
		"with other launchers, use the one that belongs to the MPI library (" + libraryVariable + ")"
}
