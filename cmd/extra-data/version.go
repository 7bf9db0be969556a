package main

import (
	"runtime"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/internal/h5"
	"extrapasha/internal/version"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Tell which version this is, and of what it is made",
		Long: `Tell the version of the module, or where it was built from source the revision
of that; the version of libhdf5 that is loaded; and the version of Go that it
was built with, for which system. A report of a mistake is best begun with it.`,
		Example: `  extra-data version`,
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			library, err := h5.LibraryVersion()
			if err != nil {
				return err
			}
			cli.Printf(c, "%s\nlibhdf5 %s\n%s %s/%s\n", version.Program(), library, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}
