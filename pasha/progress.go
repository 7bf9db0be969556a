package pasha

import (
	"os"

	"golang.org/x/term"

	"extrapasha/internal/progress"
)

// OnProgress calls show about ten times a second while the map runs, and once
// at its end, with the number of items that kernels have done. The calls come
// one at a time.
func OnProgress(show func(done, total int)) MapOption {
	return func(m *mapping) { m.displays = append(m.displays, progress.Display{Show: show, End: func() {}}) }
}

// Progress shows a progress bar with that label on standard error, if it is a
// terminal.
func Progress(label string) MapOption {
	return func(m *mapping) {
		if term.IsTerminal(int(os.Stderr.Fd())) {
			m.displays = append(m.displays, progress.Bar(label))
		}
	}
}
