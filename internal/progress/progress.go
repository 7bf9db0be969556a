// Package progress shows how far something is while it runs.
package progress

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"extrapasha/internal/every"
)

// interval is how often a display hears of the progress.
const interval = 100 * time.Millisecond

// Display shows how many items of how many are done, and ends.
type Display struct {
	Show func(done, total int)
	End  func()
}

// Bar is a progress bar with a label on standard error. It draws nothing before it is
// first shown. A bar that cannot be drawn is no reason to stop.
func Bar(label string) Display {
	var bar *progressbar.ProgressBar
	return Display{
		Show: func(done, total int) {
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
		End: func() {
			if bar != nil {
				_ = bar.Exit()
			}
			fmt.Fprintln(os.Stderr)
		},
	}
}

// Watch tells displays how many items are done until the function it returns is called.
func Watch(items func() int, total int, displays []Display) (stop func()) {
	show := func() {
		for _, display := range displays {
			display.Show(items(), total)
		}
	}
	end := every.Interval(interval, show)
	return func() {
		end()
		show()
		for _, display := range displays {
			display.End()
		}
	}
}
