package mpi

import (
	"fmt"
	"sync"
)

// network is what ranks of one process exchange messages through.
type network struct {
	sync.Mutex
	sent map[route][]*parcel
}

type route struct{ from, to, tag int }

// parcel is what was sent: messages are copied at once, rows when they are received, as
// in MPI libraries.
type parcel struct {
	data     []byte
	received bool
}

// fake is the library of a rank, which has all calls from one goroutine.
type fake struct {
	*network
	rank    int
	sends   map[int]*parcel
	wants   []want
	changed func(tag int, data []byte) []byte // what becomes of what is sent, nil for nothing else
	stopped sync.Mutex                        // held by who stops the rank
}

type want struct {
	slot int
	data []byte
	route
}

func (f *fake) send(slot int, data []byte, rank, tag int) error {
	f.Lock()
	defer f.Unlock()
	p := &parcel{data: data}
	if f.changed != nil {
		p.data = f.changed(tag, data)
	}
	if tag == tagMessage {
		p.data = append([]byte(nil), p.data...)
	}
	at := route{f.rank, rank, tag}
	f.sent[at] = append(f.sent[at], p)
	f.sends[slot] = p
	return nil
}

func (f *fake) receive(slot int, data []byte, rank, tag int) error {
	f.wants = append(f.wants, want{slot, data, route{rank, f.rank, tag}})
	return nil
}

func (f *fake) probe(tag int) (rank, size int, found bool, err error) {
	f.stopped.Lock()
	defer f.stopped.Unlock()
	f.Lock()
	defer f.Unlock()
	for at, parcels := range f.sent {
		if at.to != f.rank || at.tag != tag {
			continue
		}
		wanted := 0
		for _, w := range f.wants {
			if w.route == at {
				wanted++
			}
		}
		if len(parcels) > wanted {
			return at.from, len(parcels[wanted].data), true, nil
		}
	}
	return 0, 0, false, nil
}

func (f *fake) test(used int, done func(slot int, err error)) error {
	ended := map[int]error{}
	f.Lock()
	for slot, p := range f.sends {
		if p.received || len(p.data) < 1<<10 {
			ended[slot] = nil
			delete(f.sends, slot)
		}
	}
	var left []want
	for _, w := range f.wants {
		parcels := f.sent[w.route]
		if len(parcels) == 0 {
			left = append(left, w)
			continue
		}
		f.sent[w.route] = parcels[1:]
		parcels[0].received = true
		ended[w.slot] = nil
		if copy(w.data, parcels[0].data) < len(parcels[0].data) {
			ended[w.slot] = &Error{"MPI_Testsome", "message truncated"}
		}
	}
	f.wants = left
	f.Unlock()
	for slot, err := range ended {
		done(slot, err)
	}
	return nil
}

func (f *fake) cancel(slot int) error {
	for i, w := range f.wants {
		if w.slot == slot {
			f.wants = append(f.wants[:i], f.wants[i+1:]...)
			break
		}
	}
	return nil
}

func (f *fake) finalize() error          { return nil }
func (f *fake) abort(int)                {}
func (f *fake) allocate(size int) []byte { return make([]byte, size) }
func (f *fake) free([]byte)              {}
func (f *fake) stop() (goOn func())      { f.stopped.Lock(); return f.stopped.Unlock }

// tester is a test, also one of rapid.
type tester interface {
	Helper()
	Errorf(format string, arguments ...any)
	Fatal(arguments ...any)
}

// pretend connects ranks of this process.
func pretend(t tester, size int) (worlds []*World, libraries []*fake) {
	n := &network{sent: map[route][]*parcel{}}
	worlds, libraries = make([]*World, size), make([]*fake, size)
	for rank := range size {
		e, err := newEngine()
		if err != nil {
			t.Fatal(err)
		}
		libraries[rank] = &fake{network: n, rank: rank, sends: map[int]*parcel{}}
		worlds[rank] = &World{rank: rank, size: size, host: fmt.Sprint("host", rank)}
		_ = e.begin(func() error {
			e.library = libraries[rank]
			worlds[rank].connect(e)
			return nil
		})
	}
	each(t, worlds, (*World).greet)
	return worlds, libraries
}

// each has all ranks do something at once, and fails where one does.
func each(t tester, worlds []*World, do func(*World) error) {
	t.Helper()
	var group sync.WaitGroup
	for _, w := range worlds {
		group.Go(func() {
			if err := do(w); err != nil {
				t.Errorf("rank %d: %v", w.rank, err)
			}
		})
	}
	group.Wait()
}
