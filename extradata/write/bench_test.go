package write_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/write"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// BenchmarkHalf writes half of the trains of a run, beside cp of a file with as many bytes.
// Neither waits for the disk. Large is a run as the facility's are, few files with most of
// their bytes in one dataset; Small is one of short files, of whose time a large part is that
// of some forty datasets in each, whatever they hold.
func BenchmarkHalf(b *testing.B) {
	for _, c := range []struct {
		name            string
		deflate         int
		pulses, perFile int
		bytes           int64
	}{
		{"Small/Raw", 0, 8, 32, 512 << 20}, {"Small/Deflated", 1, 8, 32, 512 << 20},
		{"Large/Raw", 0, 64, 250, 2 << 30}, {"Large/Deflated", 1, 64, 250, 6 << 30},
	} {
		b.Run(c.name, func(b *testing.B) {
			config := mockrun.Default()
			config.Modules, config.Motors, config.Cameras, config.Aggregators = 1, 4, 0, 1
			config.Deflate, config.Pulses, config.TrainsPerFile = c.deflate, c.pulses, c.perFile
			benchmarkHalf(b, config.ForSize(c.bytes))
		})
	}
}

func benchmarkHalf(b *testing.B, config mockrun.Config) {
	root := b.TempDir()
	if err := config.Write(context.Background(), root); err != nil {
		b.Fatal(err)
	}
	run := opened(b, config.RunDir(root, "raw"))
	half, err := run.SelectTrains(extradata.ByIndex(psh.Span(0, len(run.TrainIDs())/2)))
	if err != nil {
		b.Fatal(err)
	}
	path, peer := filepath.Join(root, "half.h5"), filepath.Join(root, "copy.h5")
	if err := write.Write(path, half); err != nil {
		b.Fatal(err)
	}
	again := filepath.Join(root, "again.h5")
	if err := os.Rename(path, again); err != nil {
		b.Fatal(err)
	}
	versus.Run(b,
		versus.Contender{Name: "cp", Run: func() {
			os.Remove(peer)
			if err := exec.Command("cp", again, peer).Run(); err != nil {
				b.Fatal(err)
			}
		}},
		versus.Contender{Name: "Write", Run: func() {
			os.Remove(path)
			if err := write.Write(path, half); err != nil {
				b.Fatal(err)
			}
		}},
	)
}
