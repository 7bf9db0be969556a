package pasha

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"

	"extrapasha/internal/crew"
	"extrapasha/internal/mpi"
	"extrapasha/internal/process"
	"extrapasha/internal/ranks"
)

// joined is the ranks that an MPI launcher has started, as the root has them.
var joined struct {
	sync.Mutex
	crew *ranks.Crew // nil where there are none
	rank bool        // this process is one of the others
}

// byMPI is the context whose workers are on all ranks, see [Init].
type byMPI struct {
	*ranks.Crew
	pool *crew.Pool // of processes, nil where workers are threads
}

func (c byMPI) String() string {
	if c.pool != nil {
		return byMPIProcesses
	}
	return "mpi"
}

func (c byMPI) Alloc(bytes int) ([]byte, error) { return crew.Memory.Alloc(bytes) }

func (c byMPI) Run(job *Job) error {
	if err := job.crosses(); err != nil && !c.Busy() {
		return err
	}
	return workerError(c.Crew.Run(&job.job, c.pool))
}

// join connects the ranks, where a launcher has started several and the user wants no
// other context. It returns at the root alone.
func join() error {
	spec := os.Getenv(ContextVariable)
	name, _, _ := strings.Cut(spec, ":")
	if spec != "" && name != "mpi" || !mpi.Launched() {
		return nil
	}
	if spec != "" && spec != name && spec != byMPIProcesses {
		return fmt.Errorf("%w %q: expected mpi or %s (from the environment variable %s)", ErrContext, spec, byMPIProcesses, ContextVariable)
	}
	world, err := mpi.Open()
	if err != nil {
		return err
	}
	workers := ranks.Share(world)
	runtime.GOMAXPROCS(workers + 2) // neither the engine nor who hears its messages must wait for a kernel
	if world.Rank() > 0 {
		joined.rank = true
		SetDefault(Serial())
		ranks.Serve(world, workers, process.Starter, unpack)
	}
	all, err := ranks.Gather(world, workers)
	if err != nil {
		return err
	}
	joined.Lock()
	defer joined.Unlock()
	joined.crew = all
	return nil
}

// Close ends the other ranks, where a program runs on several; elsewhere it does nothing.
// Programs that are started by srun or mpirun call it at the end of main. Without it the
// others notice the end of the program a few seconds later, and launchers complain.
//
//	func main() {
//		psh.Init()
//		defer psh.Close()
func Close() {
	joined.Lock()
	defer joined.Unlock()
	if joined.crew != nil {
		joined.crew.Close()
	}
	joined.crew = nil
}

var errAlone = errors.New("no MPI launcher has started this program: mpirun -n 4 program, or srun --mpi=pmix -n 4 program, which psh.Init has to know of at the start of main")

// byMPIProcesses is the context whose workers are processes of the ranks, by name.
const byMPIProcesses = "mpi:processes"

// openMPI is the context, with workers that are threads of the ranks or processes.
func openMPI(processes bool) (Context, error) {
	joined.Lock()
	defer joined.Unlock()
	switch {
	case joined.rank:
		return Serial(), nil
	case joined.crew == nil:
		return nil, errAlone
	}
	c := byMPI{Crew: joined.crew}
	if processes {
		c.pool = crew.PoolOf(c.Workers(), process.Starter)
	}
	return c, nil
}
