package pasha

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"sync/atomic"

	"extrapasha/internal/crew"
	"extrapasha/internal/process"
)

var initialised atomic.Bool

// Init must be called at the start of main by programs that use [Processes], or let
// their users choose it: before flags are looked at or anything is opened or written.
// In a worker process it serves work and does not return; elsewhere it does nothing
// but allow that context. Tests call it at the start of TestMain.
//
// Where an MPI launcher, such as srun or mpirun, has started the program on several
// ranks, Init returns in the first of them alone, in which the program runs. The others
// serve work. The default context is then mpi, unless PASHA_CONTEXT says otherwise: it
// has the workers of all ranks, as many on each as there are cores for it, in threads; in
// worker processes of the ranks where the name is mpi:processes.
// Kernels of a [Recipe] run there as they do on processes. Arrays are the program's:
// rows of arrays with one for each item come back when their share is done, slabs
// ([PerWorker]) at the end of the map; what a kernel writes elsewhere is an error. Runs
// and files are opened on each machine, by path. A rank that is lost ends the map with a
// [*WorkerError] unless [Retry] has others do its shares. Call [Close] at the end.
//
// Init ends the program with a message where ranks cannot be connected.
func Init() {
	initialised.Store(true)
	if line, ok := process.Parent(); ok {
		SetDefault(Serial())
		crew.Serve(line, unpack)
	}
	if err := join(); err != nil {
		fmt.Fprintln(os.Stderr, "pasha:", err)
		os.Exit(1)
	}
}

// processes runs workers as processes of the same program, see [Processes].
type processes struct{ *crew.Pool }

// Processes is the context whose workers are processes of their own: for kernels
// that call C code which is not thread-safe, leaks or crashes. With no workers, or
// fewer, it has as many as Go may use cores (GOMAXPROCS). It needs Linux.
//
// A worker is the same executable started again, which serves work from where the
// program calls [Init]: without that call this is an error. Only kernels of a
// [Recipe] can run on it. The workers start with the first map and stay for those
// that follow, see [EndWorkers]; they end with the program, however it ends. Maps on
// the same number of workers share them, and take turns.
//
// What [Alloc] makes in this context is shared memory, which is only taken where it
// is touched and is given back by [Array.Free], or at the end of the program. What a
// worker prints comes out of the program, whole lines at a time. A kernel runs on
// one thread of its worker, always the same; a [Map] within it runs there, serially.
//
// A worker that dies, or gives no sign of life ([Heartbeat]), ends the map with a
// [*WorkerError], unless [Retry] says otherwise; the next map has another in its
// place. When a map is cancelled ([Until]) or a worker has died, workers that do not
// finish their item within half a second are killed.
func Processes(workers int) (Context, error) {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	if _, ok := process.Parent(); ok || joined.rank {
		return Serial(), nil
	}
	if runtime.GOOS != "linux" {
		return nil, fmt.Errorf("%w: worker processes need Linux", ErrContext)
	}
	if !initialised.Load() {
		return nil, fmt.Errorf("%w: worker processes need a call of psh.Init at the start of main (in tests: of TestMain)", ErrContext)
	}
	return processes{crew.PoolOf(workers, process.Starter)}, nil
}

// EndWorkers ends the worker processes that wait for more work, once the maps that
// run on them are done. The next map starts others. Shared memory that holds no
// arrays any more goes, too. A program that calls it before it ends has the time that
// the workers took counted as its own, by time and by the accounting of a cluster.
func EndWorkers() { crew.EndPools() }

func (p processes) String() string { return fmt.Sprintf("processes:%d", p.Workers()) }

func (p processes) Alloc(bytes int) ([]byte, error) { return crew.Memory.Alloc(bytes) }

func (p processes) Run(job *Job) error {
	if err := job.crosses(); err != nil {
		return err
	}
	return workerError(p.Pool.Run(&job.job))
}

// crosses is the error of a job whose kernel cannot cross to another process.
func (j *Job) crosses() error {
	if j.job.Pack != nil {
		return nil
	}
	declare := "var kernel = psh.Register(\"name\", func(args …) psh.Kernel[…] {…}), and call kernel.Map"
	if j.job.Parts != nil {
		declare = "var fold = psh.RegisterFold(\"name\", func(args …) psh.Fold[…] {…}), and call fold.Reduce"
	}
	return fmt.Errorf("%w: the kernel %s is a function of this process; declare it at package level, %s", ErrCross, functionName(j.closure), declare)
}

// functionName is what a function is called in the program, and where it is.
func functionName(function any) string {
	f := runtime.FuncForPC(reflect.ValueOf(function).Pointer())
	file, line := f.FileLine(f.Entry())
	return fmt.Sprintf("%s (%s:%d)", f.Name(), filepath.Base(file), line)
}
