package extradata_test

import (
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/versus"
)

// BenchmarkProposal measures Describe beside a plain loop that opens one run after the
// other with OpenRun and reads every key of its control sources.
func BenchmarkProposal(b *testing.B) {
	config := mockrun.Small()
	config.Modules, config.Cameras, config.Motors, config.Fixed, config.Trains, config.TrainsPerFile = 0, 0, 20, 20, 200, 200
	root := b.TempDir()
	const runs = 40
	for config.Run = 1; config.Run <= runs; config.Run++ {
		if err := config.Write(b.Context(), root); err != nil {
			b.Fatal(err)
		}
	}
	b.Setenv("EXTRA_DATA_DATA_ROOT", root)
	versus.Run(b,
		versus.Contender{Name: "loop", Run: func() {
			for number := range runs {
				if constant := loopOver(b, number+1); constant == 0 {
					b.Fatal("nothing is constant")
				}
			}
		}},
		versus.Contender{Name: "describe", Run: func() {
			p, err := extradata.OpenProposal(700000)
			if err != nil {
				b.Fatal(err)
			}
			infos, err := p.Describe(nil)
			if err != nil || len(infos) != runs || infos[runs-1].Err != nil {
				b.Fatal(infos, err)
			}
		}})
}

// loopOver counts the values of control sources that are always the same in a run, and
// looks for sources that miss trains.
func loopOver(b *testing.B, number int) (constant int) {
	run, err := extradata.OpenRun(700000, number)
	if err != nil {
		b.Fatal(err)
	}
	defer run.Close()
	for _, name := range run.AllSources() {
		source, err := run.Source(name)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := source.DataCounts(""); err != nil {
			b.Fatal(err)
		}
	}
	for _, source := range run.ControlSources() {
		keys, err := run.Keys(source)
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range keys {
			key, err := run.Key(source, name)
			if err != nil {
				b.Fatal(err)
			}
			values, err := key.ReadFloats()
			if err == nil && len(slices.Compact(values.Data)) == 1 {
				constant++
			}
		}
	}
	return constant
}
