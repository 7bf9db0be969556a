//go:build linux

package pasha_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	psh "extrapasha/pasha"
)

func init() { programs["endless"] = endless }

// endless is a program that tells the numbers of its workers and maps until it is
// stopped.
func endless() error {
	ctx, err := psh.Processes(2)
	if err != nil {
		return err
	}
	pids, err := psh.Alloc[int](psh.Shape(2), psh.In(ctx))
	if err != nil {
		return err
	}
	stop := context.Background()
	if os.Getenv("PASHA_TEST_CTRL_C") != "" {
		var end context.CancelFunc
		stop, end = signal.NotifyContext(stop, os.Interrupt)
		defer end()
	}
	for told := false; ; {
		err := tellPIDs.Map(pids, psh.Range(0, 20, 1), psh.On(ctx), psh.Until(stop))
		if err != nil {
			return err
		}
		if !told && pids.Data[0] != 0 && pids.Data[1] != 0 {
			fmt.Println(pids.Data[0], pids.Data[1], holdLines())
			told = true
		}
	}
}

var tellPIDs = psh.Register("tell PIDs", func(pids psh.Array[int]) psh.Kernel[int] {
	return func(worker, index, value int) error {
		pids.Data[worker] = os.Getpid()
		time.Sleep(100 * time.Microsecond)
		return nil
	}
})

func init() {
	if os.Getenv("PASHA_TEST_NO_DEATH_SIGNAL") != "" {
		// On the thread that the process began with, where init functions run.
		_ = unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0)
	}
}

// holdLines starts another process that has this one's sockets, so that the workers'
// lines stay open when this one is killed. It returns its number, 0 without one.
func holdLines() int {
	if os.Getenv("PASHA_TEST_HOLD_LINES") == "" {
		return 0
	}
	c := exec.Command("sleep", "10")
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, entry := range entries {
		fd, _ := strconv.Atoi(entry.Name())
		if target, err := os.Readlink("/proc/self/fd/" + entry.Name()); err == nil && strings.HasPrefix(target, "socket:") {
			c.ExtraFiles = append(c.ExtraFiles, os.NewFile(uintptr(fd), target))
		}
	}
	if err := c.Start(); err != nil {
		panic(err)
	}
	held = c
	return c.Process.Pid
}

var held *exec.Cmd // keeps the files from being closed by the collector
