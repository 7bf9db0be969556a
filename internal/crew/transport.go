package crew

import (
	"os"
	"syscall"
)

// Transport starts workers somewhere: as processes on this machine ([Processes]).
type Transport interface {
	// Start starts a worker. It sends true when it is ready.
	Start() (Worker, error)
	// Close ends the workers that are left.
	Close()
}

// Worker is a worker as the process that started it has it. Messages are values that
// encoding/gob can encode, and arrive in order. One goroutine may send, another
// receive, and any end it.
type Worker interface {
	PID() int
	// Send sends a message, with files to share.
	Send(message any, files []*os.File) error
	// Receive waits for a message and stores it where message points; the error wraps
	// io.EOF when the worker is gone.
	Receive(message any) (files []*os.File, err error)
	// Flush passes on what the worker has printed so far.
	Flush()
	// Gone tells whether the worker has ended.
	Gone() bool
	// Kill ends the worker, whatever it is doing, also if it is stopped.
	Kill()
	// End waits a moment for a worker that is about to end, or kills it at once, and
	// frees what belonged to it. It is called once.
	End(now bool) End
}

// End is how a worker has ended.
type End struct {
	// Signal is the signal that ended it, 0 where it ended by itself, with Code.
	Signal syscall.Signal
	Code   int
	// Words are the last it printed on standard error.
	Words string
}
