package process

import (
	"bytes"
	"io"
	"os"
	"sync"
)

// longestLine is how much of a line is waited for before it is passed on in parts.
const longestLine = 1 << 20

// keptLines is how much of a worker's last words is kept.
const keptLines = 16 << 10

// output passes on what a worker prints, whole lines at a time.
type output struct {
	pipe *os.File
	to   func() io.Writer

	mutex sync.Mutex // held from reading until it is passed on
	line  []byte     // the beginning of a line
	last  []byte     // the end of what was passed on
}

// follow passes on what comes until the worker has ended or the pipe is closed.
func (o *output) follow() {
	raw, err := o.pipe.SyscallConn()
	if err != nil {
		return
	}
	// Reading and passing on are one step, so that flush has not to wait for what
	// was read and not yet passed on.
	_ = raw.Read(func(fd uintptr) (end bool) {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		return o.drain(fd)
	})
}

// drain passes on what is in the pipe, and tells whether that was its end.
func (o *output) drain(fd uintptr) (end bool) {
	buffer := make([]byte, 64<<10)
	for {
		n, again := readSome(fd, buffer)
		if n <= 0 {
			return !again
		}
		o.pass(buffer[:n])
	}
}

func (o *output) pass(text []byte) {
	o.line = append(o.line, text...)
	whole := bytes.LastIndexByte(o.line, '\n') + 1
	if whole == 0 && len(o.line) > longestLine {
		whole = len(o.line)
	}
	if whole == 0 {
		return
	}
	o.write(o.line[:whole])
	o.line = append(o.line[:0], o.line[whole:]...)
}

func (o *output) write(text []byte) {
	// Where the program's own output cannot be written there is nobody to tell.
	_, _ = o.to().Write(text)
	o.last = append(o.last, text...)
	o.last = o.last[max(len(o.last)-keptLines, 0):]
}

// flush passes on what the worker has printed so far; at its end also a line
// without an end.
func (o *output) flush(end bool) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if raw, err := o.pipe.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { o.drain(fd) })
	}
	if end && len(o.line) > 0 {
		o.write(append(o.line, '\n'))
		o.line = nil
	}
}
