package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"extrapasha/internal/mockrun"
	"extrapasha/internal/versus"
)

// BenchmarkManyFiles lists a run of 500 files, without its files map and with it.
func BenchmarkManyFiles(b *testing.B) {
	config := mockrun.Default()
	config.Trains, config.TrainsPerFile, config.Motors, config.Aggregators, config.Modules, config.Cameras = 6250, 250, 200, 20, 0, 0
	root := b.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		b.Fatal(err)
	}
	dir := config.RunDir(root, "raw")
	list := func() {
		c := command()
		c.SetArgs([]string{dir})
		c.SetOut(io.Discard)
		if err := c.Execute(); err != nil {
			b.Fatal(err)
		}
	}
	versus.Run(b,
		versus.Contender{Name: "WithoutMap", Run: func() {
			_ = os.Remove(filepath.Join(dir, "karabo_data_map.json")) // the first time there is none
			list()
		}},
		versus.Contender{Name: "WithMap", Run: list},
	)
}
