package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"extrapasha/internal/printable"
)

// Complete completes the arguments of a command that takes a run, a source and a key.
func Complete(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	named, rest := SplitRun(args)
	if len(named) == 0 || len(named) == 1 && len(rest) == 0 && proposalName.MatchString(named[0]) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	opened, err := OpenRun(c, named)
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	defer opened.Close()
	switch len(rest) {
	case 0:
		return completions(opened.AllSources()), cobra.ShellCompDirectiveNoFileComp
	case 1:
		source, err := opened.Source(Shown(rest[0], opened.AllSources()))
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		keys, err := source.Names()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completions(keys), cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// CompleteSources completes the arguments of a command that takes a run and sources.
func CompleteSources(c *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
	named, _ := SplitRun(args)
	return Complete(c, named, text)
}

// completions are names as they are shown: each has to be a line.
func completions(names []string) []string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = printable.Line(name)
	}
	return shown
}

// Shown is the name of those that is shown so, or else the name as it is.
func Shown(name string, names []string) string {
	if i := slices.IndexFunc(names, func(other string) bool { return printable.Line(other) == name }); i >= 0 {
		return names[i]
	}
	return name
}
