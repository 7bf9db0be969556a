package pasha

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"extrapasha/internal/memory"
)

// ContextVariable is the environment variable that names the default context.
const ContextVariable = "PASHA_CONTEXT"

// ErrContext is wrapped by errors about a context that does not exist or cannot
// be made.
var ErrContext = errors.New("bad map context")

// Context is what a map runs on: workers, memory that all of them can read and
// write, and a way to run a job on them. Another package may implement it, and
// make it known by name with [RegisterContext].
type Context interface {
	// String is the name and the number of workers, as [ContextVariable]
	// takes it: "threads:8".
	String() string
	// Workers is how many workers there are, numbered from 0.
	Workers() int
	// Alloc returns zeroed memory that the workers and the caller share,
	// aligned for any number type. It is for values without pointers. An
	// error says how much was asked for.
	Alloc(bytes int) ([]byte, error)
	// Run calls job.Work(w) once for each worker w it uses, at the same time
	// or one after the other, and returns when all calls have returned. It
	// need not use more than job.MaxWorkers() workers. The error tells what
	// went wrong with the workers; errors of the work are in the job already.
	Run(job *Job) error
}

var contexts = struct {
	sync.Mutex
	makers map[string]func(workers int) (Context, error)
	chosen Context
}{makers: map[string]func(int) (Context, error){
	"serial": func(workers int) (Context, error) {
		if workers > 1 {
			return nil, fmt.Errorf("serial has one worker, not %d", workers)
		}
		return Serial(), nil
	},
	"threads":   func(workers int) (Context, error) { return Threads(workers), nil },
	"processes": Processes,
	"mpi": func(workers int) (Context, error) {
		if workers > 0 {
			return nil, errors.New("how many workers there are is up to the launcher")
		}
		return openMPI(false)
	},
	byMPIProcesses: func(int) (Context, error) { return openMPI(true) },
}}

// RegisterContext makes a kind of context known by name, for [ContextByName]
// and [ContextVariable]. workers is 0 where the user gave no number. It panics
// if the name is empty, has a colon or is taken: call it from an init function.
func RegisterContext(name string, open func(workers int) (Context, error)) {
	contexts.Lock()
	defer contexts.Unlock()
	if name == "" || strings.Contains(name, ":") || contexts.makers[name] != nil {
		panic(fmt.Sprintf("pasha: cannot register a context as %q: the name is empty, has a colon or is taken", name))
	}
	contexts.makers[name] = open
}

// ContextByName makes the context that spec names: "serial", "threads",
// "threads:8" or what [RegisterContext] added. Without a number it has as many
// workers as Go may use cores (GOMAXPROCS).
func ContextByName(spec string) (Context, error) {
	name, number, numbered := strings.Cut(spec, ":")
	workers := 0
	if spec == byMPIProcesses {
		name, numbered = spec, false
	}
	if numbered {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("pasha: %w %q: the number of workers must be 1 or more, not %q", ErrContext, spec, number)
		}
		workers = n
	}
	contexts.Lock()
	open := contexts.makers[name]
	known := make([]string, 0, len(contexts.makers))
	for name := range contexts.makers {
		known = append(known, name)
	}
	contexts.Unlock()
	if open == nil {
		slices.Sort(known)
		return nil, fmt.Errorf("pasha: %w %q: expected one of %s, with or without a number of workers (threads:8)",
			ErrContext, spec, strings.Join(known, ", "))
	}
	ctx, err := open(workers)
	if err != nil {
		return nil, fmt.Errorf("pasha: %w %q: %w", ErrContext, spec, err)
	}
	return ctx, nil
}

// SetDefault makes ctx the context of every [Map] and [Alloc] from now on that
// is not told another; nil goes back to the environment's.
func SetDefault(ctx Context) {
	contexts.Lock()
	defer contexts.Unlock()
	contexts.chosen = ctx
}

// Default is the context that [Map] and [Alloc] use: the one set by
// [SetDefault], else the one that the environment variable PASHA_CONTEXT names,
// else threads on all cores.
func Default() (Context, error) {
	contexts.Lock()
	chosen := contexts.chosen
	contexts.Unlock()
	if chosen != nil {
		return chosen, nil
	}
	spec := os.Getenv(ContextVariable)
	if spec == "" {
		if ctx, err := openMPI(false); err == nil {
			return ctx, nil
		}
		return Threads(0), nil
	}
	ctx, err := ContextByName(spec)
	if err != nil {
		return nil, fmt.Errorf("%w (from the environment variable %s)", err, ContextVariable)
	}
	return ctx, nil
}

// orDefault is ctx, or the default context where it is nil.
func orDefault(ctx Context) (Context, error) {
	if ctx != nil {
		return ctx, nil
	}
	return Default()
}

// serial runs everything on the caller's goroutine.
type serial struct{ heap }

// Serial is the context with one worker, the caller itself: for debugging, and
// to compare with.
func Serial() Context { return serial{} }

func (serial) String() string { return "serial" }
func (serial) Workers() int   { return 1 }

func (serial) Run(job *Job) error {
	job.Work(0)
	return nil
}

// threads runs workers as goroutines, which start in about a microsecond: there
// is nothing to keep warm and nothing to close.
type threads struct {
	heap
	workers int
}

// Threads is the context whose workers are goroutines; with no workers, or
// fewer, it has as many as Go may use cores (GOMAXPROCS). It is the default.
func Threads(workers int) Context {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	return threads{workers: workers}
}

func (t threads) String() string { return fmt.Sprintf("threads:%d", t.workers) }
func (t threads) Workers() int   { return t.workers }

func (t threads) Run(job *Job) error {
	var group sync.WaitGroup
	for worker := range min(t.workers, job.MaxWorkers()) {
		group.Go(func() { job.Work(worker) })
	}
	group.Wait()
	return nil
}

// heap is the memory of contexts whose workers live in this process.
type heap struct{}

func (heap) Alloc(bytes int) ([]byte, error) {
	if err := memory.Check(bytes); err != nil {
		return nil, err
	}
	// Words, for the alignment.
	words := make([]uint64, (bytes+7)/8)
	all := memory.Bytes(words)
	memory.InHugePages(all)
	return all[:bytes], nil
}
