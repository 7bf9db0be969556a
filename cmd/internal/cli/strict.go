package cli

import (
	"slices"

	"github.com/spf13/cobra"
)

// strict has the commands that cobra adds, help and completion, refuse what they do not
// know, as the others do.
func strict(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = func(_ *cobra.Command, args []string) error {
				if _, rest, err := root.Find(args); err != nil || len(rest) > 0 {
					return Usagef(root, "no command %q", args)
				}
				return nil
			}
		case "completion":
			c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
			for _, shell := range slices.Concat(c.Commands(), []*cobra.Command{c}) {
				shell.Args = NoArgs
			}
		}
	}
}
