package process

import (
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"extrapasha/internal/crew"
)

// process is a worker on this machine.
type process struct {
	*Line
	process *os.Process
	prints  [2]*output // on standard output and error
	ended   chan struct{}
	state   *os.ProcessState // when it has ended, nil where another has waited for it
	group   sync.WaitGroup
}

// start starts a process and follows it.
func start() (crew.Worker, error) {
	c, err := newChild()
	if err != nil {
		return nil, err
	}
	p := &process{ended: make(chan struct{}), prints: [2]*output{
		{pipe: c.stdout, to: func() io.Writer { return os.Stdout }},
		{pipe: c.stderr, to: func() io.Writer { return os.Stderr }},
	}}
	if p.Line, err = newLine(c.line); err == nil {
		p.process, err = c.start()
	}
	if err != nil {
		c.close()
		return nil, err
	}
	for _, o := range p.prints {
		p.group.Go(o.follow)
	}
	p.group.Go(func() {
		p.state, _ = p.process.Wait()
		close(p.ended)
		// What it has sent is still received, even should another process, started by
		// a kernel, have the line.
		p.Within(patience)
	})
	return p, nil
}

func (p *process) PID() int { return p.process.Pid }

func (p *process) State() string { return state(p.PID()) }

func (p *process) Gone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// Kill fails only where the process has ended.
func (p *process) Kill() { _ = p.process.Kill() }

func (p *process) Flush() {
	for _, o := range p.prints {
		o.flush(false)
	}
}

// patience is how long a worker that has closed its line may take to end.
const patience = 500 * time.Millisecond

func (p *process) End(now bool) (end crew.End) {
	if !now {
		select {
		case <-p.ended:
		case <-time.After(patience):
		}
	}
	p.Kill()
	<-p.ended
	p.Line.Close()
	for _, o := range p.prints {
		o.flush(true)
		o.pipe.Close()
	}
	p.group.Wait()
	end.Words = string(p.prints[1].last)
	if p.state == nil {
		return end
	}
	end.Code = p.state.ExitCode()
	if status, ok := p.state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		end.Signal = status.Signal()
	}
	return end
}
