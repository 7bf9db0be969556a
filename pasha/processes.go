package pasha

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"

	"extrapasha/internal/crew"
)

// processes runs workers as processes of the same program, see [Processes].
type processes struct {
	workers   int
	turn      chan struct{}  // full while a map runs
	transport crew.Transport // nil where there are no workers
	mutex     sync.Mutex     // of members
	members   []*member      // by number, nil where there is none
}

// member is a worker process that is kept warm between maps.
type member struct {
	crew.Worker
	ready    bool // it has come to Init
	segments int  // of the shared memory that it has
}

var pools = struct {
	sync.Mutex
	bySize map[int]*processes
}{bySize: map[int]*processes{}}

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
	if _, ok := crew.Parent(); ok {
		return Serial(), nil
	}
	if runtime.GOOS != "linux" {
		return nil, fmt.Errorf("%w: worker processes need Linux", ErrContext)
	}
	if !initialised.Load() {
		return nil, fmt.Errorf("%w: worker processes need a call of psh.Init at the start of main (in tests: of TestMain)", ErrContext)
	}
	pools.Lock()
	defer pools.Unlock()
	p := pools.bySize[workers]
	if p == nil {
		p = &processes{workers: workers, turn: make(chan struct{}, 1), members: make([]*member, workers)}
		pools.bySize[workers] = p
	}
	return p, nil
}

// EndWorkers ends the worker processes that wait for more work, once the maps that
// run on them are done. The next map starts others. Shared memory that holds no
// arrays any more goes, too. A program that calls it before it ends has the time that
// the workers took counted as its own, by time and by the accounting of a cluster.
func EndWorkers() {
	pools.Lock()
	defer pools.Unlock()
	for _, p := range pools.bySize {
		p.turn <- struct{}{}
		defer func() { <-p.turn }() // not before the memory is gone that none has any more
		p.close()
	}
	dropScratch()
	shared.Trim()
}

func (p *processes) String() string { return fmt.Sprintf("processes:%d", p.workers) }
func (p *processes) Workers() int   { return p.workers }

func (p *processes) Alloc(bytes int) ([]byte, error) { return shared.Alloc(bytes) }

func (p *processes) Run(job *Job) error {
	if job.pack == nil {
		declare := "var kernel = psh.Register(\"name\", func(args …) psh.Kernel[…] {…}), and call kernel.Map"
		if job.parts != nil {
			declare = "var fold = psh.RegisterFold(\"name\", func(args …) psh.Fold[…] {…}), and call fold.Reduce"
		}
		return fmt.Errorf("%w: the kernel %s is a function of this process; declare it at package level, %s", ErrCross, functionName(job.closure), declare)
	}
	parcel, err := job.pack()
	if err != nil {
		return err
	}
	defer parcel.free()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-job.cancel.Done():
		return nil // the job knows
	}
	return p.run(job, parcel)
}

// open gets ready to start workers.
func (p *processes) open() (err error) {
	if p.transport == nil {
		p.transport, err = crew.Processes()
	}
	return err
}

// close ends all workers.
func (p *processes) close() {
	if p.transport == nil {
		return
	}
	for number := range p.members {
		if m := p.take(number); m != nil {
			m.End(true)
		}
	}
	p.transport.Close()
	p.transport = nil
}

func (p *processes) member(number int) *member {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.members[number]
}

func (p *processes) put(number int, m *member) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.members[number] = m
}

// take is the worker of that number, which is none of the crew any more.
func (p *processes) take(number int) *member {
	m := p.member(number)
	p.put(number, nil)
	return m
}

// functionName is what a function is called in the program, and where it is.
func functionName(function any) string {
	f := runtime.FuncForPC(reflect.ValueOf(function).Pointer())
	file, line := f.FileLine(f.Entry())
	return fmt.Sprintf("%s (%s:%d)", f.Name(), filepath.Base(file), line)
}
