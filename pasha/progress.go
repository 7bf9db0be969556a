package pasha

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"extrapasha/internal/crew"
)

// How often a display hears of the progress of a map.
const progressInterval = 100 * time.Millisecond

// display shows how many items of how many are done, and ends.
type display struct {
	show func(done, total int)
	end  func()
}

// OnProgress calls show about ten times a second while the map runs, and once
// at its end, with the number of items that kernels have done. The calls come
// one at a time.
func OnProgress(show func(done, total int)) MapOption {
	return func(m *mapping) { m.displays = append(m.displays, display{show, func() {}}) }
}

// Progress shows a progress bar with that label on standard error, if it is a
// terminal.
func Progress(label string) MapOption {
	return func(m *mapping) {
		if term.IsTerminal(int(os.Stderr.Fd())) {
			m.displays = append(m.displays, bar(label))
		}
	}
}

// bar draws nothing before it is first shown. A bar that cannot be drawn is no
// reason to stop a map.
func bar(label string) display {
	var bar *progressbar.ProgressBar
	return display{
		show: func(done, total int) {
			if bar == nil {
				bar = progressbar.NewOptions(total,
					progressbar.OptionSetDescription(label),
					progressbar.OptionSetWriter(os.Stderr),
					progressbar.OptionShowCount(),
					progressbar.OptionShowIts(),
					progressbar.OptionFullWidth(),
				)
			}
			_ = bar.Set(done)
		},
		end: func() {
			if bar != nil {
				_ = bar.Exit()
			}
			fmt.Fprintln(os.Stderr)
		},
	}
}

// watch tells the displays of a job's progress until the function it returns
// is called.
func watch(job *crew.Job, total int, displays []display) (stop func()) {
	show := func() {
		for _, display := range displays {
			display.show(job.Items(), total)
		}
	}
	end := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		tick := time.NewTicker(progressInterval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				show()
			case <-end:
				show()
				return
			}
		}
	})
	return func() {
		close(end)
		group.Wait()
		for _, display := range displays {
			display.end()
		}
	}
}
