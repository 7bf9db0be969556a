package crew

import (
	"os"
	"syscall"
)

// Line is how messages go between a crew and one of its workers: values that
// encoding/gob can encode, which arrive in order. One goroutine may send, another
// receive.
type Line interface {
	// Send sends a message. It may wait until the other end takes it.
	Send(message any) error
	// Receive waits for a message and stores it where message points; the error wraps
	// io.EOF when the other end is gone.
	Receive(message any) error
}

// Starter starts workers somewhere.
type Starter interface {
	// Start starts a worker. It sends true when it is ready.
	Start() (Worker, error)
	// Close ends what starts workers; they have ended before.
	Close()
}

// Worker is a worker as the process that started it has it. Any goroutine may end it.
type Worker interface {
	Line
	// Attach has files go along with the next message.
	Attach(files []*os.File)
	// Gone tells whether the worker has ended.
	Gone() bool
	PID() int
	// State is what the system says that it is doing, empty where it does not say.
	State() string
	// Flush passes on what the worker has printed so far.
	Flush()
	// Kill ends the worker, whatever it is doing, also if it is stopped.
	Kill()
	// End waits a moment for a worker that is about to end, or kills it at once, and
	// frees what belonged to it. It is called once.
	End(now bool) End
}

// Post is a worker's own end of its line.
type Post interface {
	Line
	// Files are those that came along with the last message.
	Files() []*os.File
}

// End is how a worker has ended.
type End struct {
	// Signal is the signal that ended it, 0 where it ended by itself, with Code.
	Signal syscall.Signal
	Code   int
	// Words are the last it printed on standard error.
	Words string
}
