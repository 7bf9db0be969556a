package crew

import "sync"

// Pool is workers in processes of their own, which are kept warm between jobs.
type Pool struct {
	workers int
	open    func() (Starter, error)
	turn    chan struct{} // full while a job runs
	starter Starter       // nil where there are no workers
	mutex   sync.Mutex    // of members
	members []*member     // by number, nil where there is none
}

// member is a worker of a pool.
type member struct {
	Worker
	ready    bool // it has come to serve
	segments int  // of the shared memory that it has
}

var pools = struct {
	sync.Mutex
	bySize map[int]*Pool
}{bySize: map[int]*Pool{}}

// PoolOf is the pool of so many workers, which open starts. There is one of each size.
func PoolOf(workers int, open func() (Starter, error)) *Pool {
	pools.Lock()
	defer pools.Unlock()
	p := pools.bySize[workers]
	if p == nil {
		p = &Pool{workers: workers, open: open, turn: make(chan struct{}, 1), members: make([]*member, workers)}
		pools.bySize[workers] = p
	}
	return p
}

// EndPools ends the workers of all pools, once their jobs are done, and gives back the
// shared memory that holds nothing any more. The next job starts others.
func EndPools() {
	endWorkers(func() { // not before the memory is gone that none has any more
		dropScratch()
		Memory.Trim()
	})
}

// EndWorkers is EndPools without what is about memory.
func EndWorkers() { endWorkers(func() {}) }

func endWorkers(then func()) {
	pools.Lock()
	defer pools.Unlock()
	for _, p := range pools.bySize {
		p.turn <- struct{}{}
		defer func() { <-p.turn }()
		p.close()
	}
	then()
}

// Workers is how many there are.
func (p *Pool) Workers() int { return p.workers }

// Run does a job on as many workers as it needs, when it is its turn, and waits for the
// end of each. The error is about what could not cross, or a worker that died, see
// [Death].
func (p *Pool) Run(job *Job) error {
	packed, err := job.Pack()
	if err != nil {
		return err
	}
	defer packed.Free()
	if job.Retries > 0 {
		if _, err := packed.CopySlabs(); err != nil {
			return err
		}
	}
	return p.Do(job, packed)
}

// Do is Run of a job that is packed, with its slabs copied where it may be tried again.
func (p *Pool) Do(job *Job, packed *Packed) (err error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-job.Cancel.Done():
		return nil // the job knows
	}
	if p.starter == nil {
		if p.starter, err = p.open(); err != nil {
			return err
		}
	}
	return p.run(job, packed)
}

// close ends all workers.
func (p *Pool) close() {
	if p.starter == nil {
		return
	}
	for number := range p.members {
		if m := p.take(number); m != nil {
			m.End(true)
		}
	}
	p.starter.Close()
	p.starter = nil
}

func (p *Pool) member(number int) *member {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.members[number]
}

func (p *Pool) put(number int, m *member) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.members[number] = m
}

// take is the worker of that number, which is none of the pool any more.
func (p *Pool) take(number int) *member {
	m := p.member(number)
	p.put(number, nil)
	return m
}
