package h5

import (
	"cmp"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
)

// Bytes that go from file to file as they are do so past libhdf5, behind the back of who
// appends them: libhdf5 makes meanwhile what comes next. One goroutine reads them, another
// writes them.

// mover moves bytes into a file that is being written, one thing after the other.
type mover struct {
	begin sync.Once
	todo  chan func() // nil until there is something to do
	large chan struct{}
	full  chan block
	free  chan []byte
	ended chan struct{}
	moot  atomic.Bool // nothing has to be moved any more
}

// movesAhead is how many things may be left to do, and blocksAhead how many of them that
// are about a copyBlock to move: what is told of progress should be true.
const movesAhead, blocksAhead = 4096, 256

// blocks is how many of them are in memory.
const blocks = 2

// move is bytes that go from a place in a file to one in another.
type move struct{ from, to, size int64 }

// block is bytes of a dataset that go to a place in a file.
type block struct {
	bytes []byte
	to    int64
	path  string // of the dataset
}

// Then calls do when all that was appended so far has been read, or never will be: until
// then what it comes from has to stay open.
func (w *Writer) Then(do func()) {
	w.mover.begin.Do(w.startMover)
	w.mover.todo <- do
}

// Wait waits until all that was appended so far has been read, or never will be.
func (w *Writer) Wait() {
	done := make(chan struct{})
	w.Then(func() { close(done) })
	<-done
}

func (w *Writer) startMover() {
	m := &w.mover
	m.todo, m.large = make(chan func(), movesAhead), make(chan struct{}, blocksAhead)
	m.full, m.free, m.ended = make(chan block), make(chan []byte, blocks), make(chan struct{})
	for range blocks {
		m.free <- nil
	}
	go func() {
		defer close(m.full)
		for do := range m.todo {
			do()
		}
	}()
	go func() {
		defer close(m.ended)
		for b := range m.full {
			w.moved(w.writeBlock(b))
			m.free <- b.bytes
		}
	}()
}

// end waits until everything is done.
func (m *mover) end() {
	if m.todo != nil {
		close(m.todo)
		<-m.ended
	}
}

// moved notes what went wrong, if anything did: the next call that writes to the file tells
// it, or Close.
func (w *Writer) moved(err error) {
	if err == nil {
		return
	}
	w.mover.moot.Store(true)
	_ = w.closing(func() error {
		w.failed = cmp.Or(w.failed, err)
		return nil
	})
}

// move has bytes of a dataset moved to the dataset at a path.
func (w *Writer) move(path string, d *Dataset, s *storage, moves []move) {
	size := int64(0)
	for _, m := range moves {
		size += m.size
	}
	w.mover.begin.Do(w.startMover)
	if size >= copyBlock {
		w.mover.large <- struct{}{}
	}
	w.Then(func() {
		w.moved(w.readBlocks(path, d, s, moves))
		if size >= copyBlock {
			<-w.mover.large
		}
	})
}

func (w *Writer) readBlocks(path string, d *Dataset, s *storage, moves []move) error {
	for _, m := range moves {
		for m.size > 0 && !w.mover.moot.Load() {
			n := min(m.size, copyBlock)
			bytes := grown(<-w.mover.free, int(n))
			if err := (&read{storage: s}).readAt(bytes, int(m.from)); err != nil {
				w.mover.free <- bytes
				return d.changedOr(err)
			}
			w.mover.full <- block{bytes, m.to, path}
			m = move{m.from + n, m.to + n, m.size - n}
		}
	}
	return d.file.Unchanged()
}

func (w *Writer) writeBlock(b block) error {
	if w.mover.moot.Load() {
		return nil
	}
	_, err := w.disk.WriteAt(b.bytes, b.to)
	var system *fs.PathError
	if errors.As(err, &system) {
		err = system.Err // the file has another name for now
	}
	if err != nil {
		return w.fail("write", b.path, err)
	}
	return nil
}
