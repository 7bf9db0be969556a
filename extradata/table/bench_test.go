package table_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/internal/h5"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// pulsesFile opens a file of so many sources with so many keys of a number a pulse, for
// 1000 trains of 100 pulses. Every second source lacks the first pulse of each train.
func pulsesFile(b *testing.B, sources, keys int) *extradata.DataCollection {
	const trains, pulses = 1000, 100
	path := filepath.Join(b.TempDir(), "RAW-R0001-DA01-S00000.h5")
	w, err := h5.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	ids, flags := make([]uint64, trains), make([]int32, trains)
	for i := range ids {
		ids[i] = uint64(10000 + i)
	}
	var names []string
	for source := range sources {
		name := fmt.Sprintf("DET/%d:xtdf/image", source)
		names = append(names, "INSTRUMENT/"+name)
		skip := source % 2
		first, count := make([]uint64, trains), make([]uint64, trains)
		var pulseIDs []uint64
		for i := range ids {
			first[i], count[i] = uint64(len(pulseIDs)), uint64(pulses-skip)
			for pulse := skip; pulse < pulses; pulse++ {
				pulseIDs = append(pulseIDs, uint64(4*pulse))
			}
		}
		n := len(pulseIDs)
		err = errors.Join(err,
			h5.Put(w, "INDEX/"+name+"/first", []int{trains}, first, h5.Layout{}),
			h5.Put(w, "INDEX/"+name+"/count", []int{trains}, count, h5.Layout{}),
			h5.Put(w, "INSTRUMENT/"+name+"/pulseId", []int{n, 1}, pulseIDs, h5.Layout{}),
		)
		for key := range keys {
			err = errors.Join(err, h5.Put(w, fmt.Sprintf("INSTRUMENT/%s/x%d", name, key), []int{n}, make([]float32, n), h5.Layout{}))
		}
	}
	err = errors.Join(err,
		h5.Put(w, "INDEX/trainId", []int{trains}, ids, h5.Layout{}), h5.Put(w, "INDEX/flag", []int{trains}, flags, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.2"}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{len(names)}, names, h5.Layout{}), w.Close())
	if err != nil {
		b.Fatal(err)
	}
	run, err := extradata.H5File(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { run.Close() })
	if run, err = run.Select(extradata.Glob("*", "image.x*")); err != nil {
		b.Fatal(err)
	}
	return run
}

// BenchmarkPulses makes a table of 16 keys of 100,000 pulses, beside reading the keys: of
// one source, and of 16 that have to be joined.
func BenchmarkPulses(b *testing.B) {
	for _, sources := range []int{1, 16} {
		b.Run(fmt.Sprintf("sources=%d", sources), func(b *testing.B) {
			run := pulsesFile(b, sources, 16/sources)
			var keys []*extradata.KeyData
			for _, source := range run.AllSources() {
				names, err := run.Keys(source)
				if err != nil {
					b.Fatal(err)
				}
				for _, name := range names {
					key, err := run.Key(source, name)
					if err != nil {
						b.Fatal(err)
					}
					keys = append(keys, key)
				}
			}
			versus.Run(b,
				versus.Contender{Name: "Table", Run: func() {
					record, err := table.New(run)
					if err != nil || record.NumCols() != 18 || record.NumRows() != 100_000 {
						b.Fatal(record, err)
					}
					record.Release()
				}},
				versus.Contender{Name: "Read", Run: func() {
					err := psh.Map(func(_, _ int, key *extradata.KeyData) error {
						_, err := key.ReadAny()
						return err
					}, psh.Slice(keys), psh.On(psh.Threads(0)))
					if err != nil {
						b.Fatal(err)
					}
				}},
			)
		})
	}
}
