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

// BenchmarkHalf writes half of the trains of a run of 512 MB, beside cp of a file with as
// many bytes. Neither waits for the disk. Of the deflated run a quarter of the time of Write
// is that of some forty datasets which libhdf5 makes, whatever they hold.
func BenchmarkHalf(b *testing.B) {
	for name, deflate := range map[string]int{"Raw": 0, "Deflated": 1} {
		b.Run(name, func(b *testing.B) { benchmarkHalf(b, deflate) })
	}
}

func benchmarkHalf(b *testing.B, deflate int) {
	config := mockrun.Default()
	config.Modules, config.Motors, config.Cameras, config.Aggregators, config.Deflate = 1, 4, 0, 1, deflate
	config = config.ForSize(512 << 20)
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
