package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
)

func newCommand() *cobra.Command {
	var template, library string
	c := &cobra.Command{
		Use:   "new DIR",
		Short: "Make a program of your own to start from",
		Long: `Make a Go module in DIR, which is new or empty, with a program that opens a run,
maps over it, and saves an array and a picture. Its Makefile builds and runs it,
on a sample or on a run of yours. The program is one of the examples:
` + strings.Join(templates(), ", ") + `.

The module imports extrapasha from the clone that extra-data was built in, or
lies in; where that is gone, name another with --library. No version is looked
up, and nothing downloaded that building extra-data has not.`,
		Example: `  extra-data new powder && make -C powder run
  extra-data new search --template hits && make -C search run RUN="4200 7"`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return cli.Usagef(c, "new takes one directory, not %d", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			sources, err := templateSources(template)
			if err != nil {
				return cli.Usagef(c, "--template %q: expected one of %s", template, strings.Join(templates(), ", "))
			}
			return makeModule(c, args[0], template, library, sources)
		},
	}
	c.Flags().StringVar(&template, "template", "start", "example to start from")
	c.Flags().StringVar(&library, "library", "", "clone of extrapasha to import")
	_ = c.RegisterFlagCompletionFunc("template", cobra.FixedCompletions(templates(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func makeModule(c *cobra.Command, dir, template, library string, sources map[string][]byte) error {
	home, err := findLibrary(library)
	if err != nil {
		return err
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	files, err := moduleFiles(programName(full), template, home, sources)
	if err != nil {
		return err
	}
	if err := writeDirectory(full, files); err != nil {
		return fmt.Errorf("make a program: %w", err)
	}
	cli.Printf(c, "%s: a program that imports extrapasha from %s\nrun it on a sample with make -C %s run\n", dir, home, dir)
	return nil
}
