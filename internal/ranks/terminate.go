package ranks

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// watchTermination tells what is not done when this process is told to end, as launchers do
// when a rank has died, or the time of a job is over; then it ends as it would have. It
// does so until the function it returns has been called.
func (o *office) watchTermination() (end func()) {
	told, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(told, syscall.SIGTERM)
	go func() {
		select {
		case <-told:
			fmt.Fprintln(os.Stderr, o.outstanding())
			signal.Stop(told)
			_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		case <-over:
		}
	}()
	return func() {
		signal.Stop(told)
		close(over)
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
