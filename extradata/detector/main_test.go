package detector_test

import (
	"context"
	"log/slog"
	"os"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

func TestMain(m *testing.M) {
	psh.Init()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// config is a small run of a detector, of which every module misses pulses and trains of
// its own.
func config(t testing.TB, name string) mockrun.Config {
	t.Helper()
	c, err := mockrun.For(name)
	if err != nil {
		t.Fatal(err)
	}
	c.Trains, c.TrainsPerFile, c.Pulses, c.Rows, c.Cols = 9, 4, 6, 8, 4
	c.Motors, c.Cameras, c.Corrected = 0, 0, true
	c.MissingTrains, c.MissingPulses = 0.2, 0.2
	c.Without = []int{1}
	return c
}

// made writes a run and opens it.
func made(t testing.TB, c mockrun.Config, data string) *extradata.DataCollection {
	t.Helper()
	root := t.TempDir()
	if err := c.Write(context.Background(), root); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(c.RunDir(root, data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

func opened(t testing.TB, run *extradata.DataCollection, opts ...detector.Option) *detector.Detector {
	t.Helper()
	det, err := detector.Open(run, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return det
}

func must[V any](value V, err error) func(testing.TB) V {
	return func(t testing.TB) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
