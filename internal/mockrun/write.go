package mockrun

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
)

// part is one file of a run.
type part struct {
	dir, name string
	sequence  int
	trains    []int
	fill      func(ctx context.Context, f *file)
}

// Write makes the run below a data root: SPB/202601/p700000/raw/r0001, and proc
// beside it for corrected data. Files are written on all cores; options are
// those of the map over them. Each appears complete or not at all. Files of the
// same names are replaced.
func (c Config) Write(ctx context.Context, root string, options ...psh.MapOption) error {
	if err := c.check(); err != nil {
		return err
	}
	parts := c.parts(root)
	for _, p := range parts {
		if err := os.MkdirAll(p.dir, 0o777); err != nil {
			return fmt.Errorf("mockrun: %w", err)
		}
	}
	err := psh.Map(func(worker, index int, p part) error { return c.writePart(ctx, p) },
		psh.Slice(parts), append(options, psh.Until(ctx))...)
	if err != nil {
		return fmt.Errorf("mockrun: %w", err)
	}
	return nil
}

// parts lists the files of the run.
func (c Config) parts(root string) []part {
	var modules []*module
	for i, places := range c.places() {
		if !slices.Contains(c.Without, i) {
			modules = append(modules, newModule(c, i, places))
		}
	}
	var parts []part
	for first := 0; first < c.Trains; first += c.TrainsPerFile {
		sequence := first / c.TrainsPerFile
		var trains []int
		for train := first; train < min(first+c.TrainsPerFile, c.Trains); train++ {
			trains = append(trains, train)
		}
		for _, m := range modules {
			parts = append(parts, c.detectorPart(root, m, false, sequence, trains))
			if c.Corrected {
				parts = append(parts, c.detectorPart(root, m, true, sequence, trains))
			}
		}
		for aggregator := range c.Aggregators {
			parts = append(parts, part{
				dir: c.RunDir(root, "raw"), name: c.fileName("RAW", fmt.Sprintf("DA%02d", aggregator+1), sequence),
				sequence: sequence, trains: trains,
				fill: func(_ context.Context, f *file) { f.writeDevices(aggregator) },
			})
		}
	}
	return parts
}

func (c Config) detectorPart(root string, m *module, corrected bool, sequence int, trains []int) part {
	dir, kind := "raw", "RAW"
	if corrected {
		dir, kind = "proc", "CORR"
	}
	seen := c.seen(m.number, trains)
	p := part{
		dir: c.RunDir(root, dir), name: c.fileName(kind, fmt.Sprintf(c.kind().aggregator, m.number+c.kind().first), sequence), sequence: sequence,
		fill: func(ctx context.Context, f *file) { f.writeDetector(ctx, m, corrected, seen) },
	}
	for _, t := range seen {
		p.trains = append(p.trains, t.number)
	}
	return p
}

// writeDevices writes what an aggregator collects.
func (f *file) writeDevices(aggregator int) {
	if aggregator == 0 {
		f.writeXGM()
		if f.config.Laser {
			f.writeTimeServer()
		}
	}
	for _, devices := range []struct {
		number int
		write  func(n int)
	}{
		{f.config.Motors, f.writeJumping}, {f.config.Cameras, f.writeCamera}, {f.config.Stages, f.writeStage}, {f.config.Fixed, f.writeFixed}, {f.config.Drifting, f.writeThermometer},
	} {
		for n := 1; n <= devices.number; n++ {
			if n%f.config.Aggregators == aggregator {
				devices.write(n)
			}
		}
	}
}

func (c Config) writePart(ctx context.Context, p part) error {
	w, err := h5.Create(filepath.Join(p.dir, p.name))
	if err != nil {
		return err
	}
	defer w.Discard()
	f := &file{Writer: w, config: c, trains: p.trains}
	p.fill(ctx, f)
	f.finish(p.sequence)
	if f.err != nil {
		return f.err
	}
	return w.Close()
}
