package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/spf13/cobra"

	"extrapasha/internal/printable"
)

// Printf prints what a command has found out. Text among the arguments is escaped, see
// [printable.Sprintf]: names, units and errors come from files. Where it cannot be
// printed [Execute] tells at the end.
func Printf(c *cobra.Command, format string, args ...any) {
	printable.Fprintf(c.OutOrStdout(), format, args...)
}

// Warnf prints what goes wrong on standard error, a line that starts with the name of
// the program; the command goes on.
func Warnf(c *cobra.Command, format string, args ...any) {
	fmt.Fprintf(c.ErrOrStderr(), "%s: %s\n", c.Root().Name(), printable.Sprintf(format, args...))
}

// PrintJSON prints a value for programs. What a terminal would not show is escaped, which
// is the same for them.
func PrintJSON(c *cobra.Command, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := c.OutOrStdout().Write([]byte(escapeJSON(text.String())))
	return err
}

func escapeJSON(text string) string {
	var escaped strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || strconv.IsGraphic(r):
			escaped.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&escaped, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&escaped, `\u%04x\u%04x`, high, low)
		}
	}
	return escaped.String()
}

// onePerWrite writes a line for each text that it is given, escaped. It is for the log.
type onePerWrite struct{ to io.Writer }

func (o onePerWrite) Write(text []byte) (int, error) {
	line := printable.Line(strings.TrimSuffix(string(text), "\n"))
	if _, err := io.WriteString(o.to, line+"\n"); err != nil {
		return 0, err
	}
	return len(text), nil
}
