package process

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"extrapasha/internal/crew"
)

// variable names the descriptor of the line in the environment of a worker.
const variable = "PASHA_WORKER_LINE"

// parent is the line to the process that started this one as a worker, nil where
// it is none. It is taken before any other code can start a process that would
// believe to be a worker, too.
var parent = takeLine()

func takeLine() *Line {
	text, ok := os.LookupEnv(variable)
	if !ok {
		return nil
	}
	os.Unsetenv(variable)
	fd, err := strconv.Atoi(text)
	if err != nil || fd < 3 {
		return nil
	}
	unix.CloseOnExec(fd)
	line, err := newLine(os.NewFile(uintptr(fd), variable))
	if err != nil {
		return nil
	}
	closeInherited()
	return line
}

// Parent is the line to the process that started this one; ok is false where this
// is not a worker.
func Parent() (line *Line, ok bool) { return parent, parent != nil }

// closeInherited closes the files, pipes and sockets that came along because a C
// library has opened them without close-on-exec, such as libhdf5: a worker would
// keep their locks, and the other ends of pipes waiting. What Go itself has open by
// now is nothing of these but the line, which has close-on-exec.
func closeInherited() {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, entry := range entries {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil || fd < 3 {
			continue
		}
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		var stat unix.Stat_t
		if err != nil || flags&unix.FD_CLOEXEC != 0 || unix.Fstat(fd, &stat) != nil {
			continue
		}
		switch stat.Mode & unix.S_IFMT {
		case unix.S_IFREG, unix.S_IFIFO, unix.S_IFSOCK:
			unix.Close(fd)
		}
	}
}

// child is what a process is started with.
type child struct {
	line, stdout, stderr *os.File   // this process's ends
	others               []*os.File // the child's standard input, output, error, line
}

func newChild() (c *child, err error) {
	c = &child{}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return c, err
	}
	c.others = append(c.others, null)
	for _, end := range []**os.File{&c.stdout, &c.stderr} {
		read, write, err := os.Pipe()
		if err != nil {
			return c, err
		}
		*end, c.others = read, append(c.others, write)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return c, err
	}
	c.line = os.NewFile(uintptr(pair[0]), "line to a worker process")
	c.others = append(c.others, os.NewFile(uintptr(pair[1]), "line of a worker process"))
	return c, nil
}

// start starts the process from the executable that this one runs, also if that was
// deleted or built anew meanwhile.
func (c *child) start() (*os.Process, error) {
	environment := append(os.Environ(), fmt.Sprintf("%s=%d", variable, len(c.others)-1))
	process, err := os.StartProcess("/proc/self/exe", os.Args, &os.ProcAttr{
		Files: c.others,
		Env:   environment,
		Sys:   &unix.SysProcAttr{Pdeathsig: unix.SIGKILL},
	})
	for _, file := range c.others {
		file.Close()
	}
	c.others = nil
	return process, err
}

func (c *child) close() {
	for _, file := range append(c.others, c.line, c.stdout, c.stderr) {
		if file != nil {
			file.Close()
		}
	}
}

// nursery starts processes. The system ends a worker when the thread ends that
// started it, so there is a thread that does nothing else.
type nursery struct {
	births chan func()
	ended  chan struct{}
}

// Starter starts workers on this machine.
func Starter() (crew.Starter, error) {
	n := &nursery{make(chan func()), make(chan struct{})}
	go func() {
		defer close(n.ended)
		runtime.LockOSThread() // and never unlock: the thread ends with it
		for birth := range n.births {
			birth()
		}
	}()
	return n, nil
}

func (n *nursery) Start() (w crew.Worker, err error) {
	done := make(chan struct{})
	n.births <- func() {
		w, err = start()
		close(done)
	}
	<-done
	return w, err
}

func (n *nursery) Close() {
	close(n.births)
	<-n.ended
}

func readSome(fd uintptr, buffer []byte) (n int, again bool) {
	for {
		n, err := unix.Read(int(fd), buffer)
		if err != unix.EINTR {
			return n, err == unix.EAGAIN
		}
	}
}

func rights(files []*os.File) []byte {
	if len(files) == 0 {
		return nil
	}
	fds := make([]int, len(files))
	for i, file := range files {
		fds[i] = int(file.Fd())
	}
	return unix.UnixRights(fds...)
}

func spaceFor(files int) int { return unix.CmsgSpace(4 * files) }

func filesIn(attached []byte) ([]*os.File, error) {
	messages, err := unix.ParseSocketControlMessage(attached)
	if err != nil {
		return nil, err
	}
	var files []*os.File
	for _, message := range messages {
		fds, err := unix.ParseUnixRights(&message)
		if err != nil {
			return files, err
		}
		for _, fd := range fds {
			files = append(files, os.NewFile(uintptr(fd), "shared memory"))
		}
	}
	return files, nil
}

// state is what the system says a process is doing: "running", "stopped", …; empty
// where it does not say.
func state(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	names := map[string]string{
		"R": "running", "S": "sleeping", "D": "waiting for a device or file system", "T": "stopped by a signal", "t": "stopped by a debugger", "Z": "dead",
	}
	return names[rest[:min(len(rest), 1)]]
}
