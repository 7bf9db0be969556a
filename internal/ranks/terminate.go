package ranks

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

// forStop is how long a map is given to be stopped by a program that is told to end, and
// knows what to do then.
const forStop = 200 * time.Millisecond

// watchTermination tells what is not done when this process is told to end, by Ctrl-C, or by
// launchers when a rank has died or the time of a job is over; then it ends as it would
// have. Nothing is said where the program itself stops the map. It does so until the
// function it returns has been called.
func (o *office) watchTermination() (end func()) {
	told, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(told, syscall.SIGTERM)
	if !signal.Ignored(os.Interrupt) { // as in the background of a shell
		signal.Notify(told, os.Interrupt)
	}
	var group sync.WaitGroup // what is to be told of is there until it has been
	group.Go(func() {
		select {
		case s := <-told:
			select {
			case <-o.job.Cancel.Done():
				return
			case <-over: // in time
			case <-time.After(forStop):
				fmt.Fprintln(os.Stderr, o.outstanding())
			}
			signal.Stop(told)
			_ = syscall.Kill(os.Getpid(), s.(syscall.Signal))
		case <-over:
		}
	})
	return func() {
		signal.Stop(told)
		close(over)
		group.Wait()
	}
}

// outstanding is what is not done, and when those were heard who were to do it.
func (o *office) outstanding() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	text := fmt.Sprintf("pasha: told to end with %d of %d shares of work undone", o.left, o.job.Shares())
	for _, d := range o.desks {
		if d == nil {
			continue
		}
		var on []string
		for share, owner := range o.owners {
			if s := o.job.ShareAt(share); owner == d.number && !o.job.Free(share) && !o.job.Settled(share) {
				on = append(on, fmt.Sprintf("%d to %d", s.Start, s.Stop-1))
			}
		}
		if len(on) > 0 {
			text += fmt.Sprintf("\npasha: rank %d on %s was heard %v ago, and has items %s", d.number, d.line.Host(), d.line.Silence().Round(time.Millisecond), strings.Join(on, ", "))
		}
	}
	return text
}

// leaveToRoot has the root decide what comes of Ctrl-C, which goes to all ranks, and of being
// told to end, for which there is some time.
func leaveToRoot() {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	go func() {
		<-told
		time.Sleep(2 * time.Second)
		signal.Reset(syscall.SIGTERM)
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
	}()
}
