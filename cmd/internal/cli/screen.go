package cli

import (
	"fmt"
	"os"
	"strconv"

	"github.com/muesli/termenv"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Screen is what a command prints on.
type Screen struct {
	// Width is in columns: that of the terminal, or what the environment variable
	// COLUMNS says, or 80.
	Width int
	// Profile is the colours there are, none where it is no terminal.
	termenv.Profile
}

// ScreenOf is the screen that a command prints on.
func ScreenOf(c *cobra.Command) Screen {
	s := Screen{80, termenv.Ascii}
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns > 0 {
		s.Width = columns
	}
	if out, ok := c.OutOrStdout().(*output); !ok || !term.IsTerminal(int(out.to.Fd())) {
		return s
	}
	if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && width > 0 {
		s.Width = width
	}
	s.Profile = termenv.EnvColorProfile()
	return s
}

// Plural is so many of something.
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
