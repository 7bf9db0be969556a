package table_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
)

// entries are those of group "data" of an instrument source in trains 10, 11, 12: how
// many in each, a value for each, and their pulse IDs if they have any.
type entries struct {
	source string
	counts [3]uint64
	values []float64
	pulses []uint64
	rows   bool // of one element, as raw detector data has them
}

// file opens a file of such sources, and of a control source with values 1, 2, 3.
func file(t testing.TB, groups ...entries) *extradata.DataCollection {
	t.Helper()
	path := filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	sources := []string{"CONTROL/MOTOR"}
	err = errors.Join(
		h5.Put(w, "INDEX/trainId", []int{3}, []uint64{10, 11, 12}, h5.Layout{}),
		h5.Put(w, "INDEX/flag", []int{3}, []int32{0, 0, 0}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.0"}, h5.Layout{}),
		h5.Put(w, "INDEX/MOTOR/first", []int{3}, []uint64{0, 1, 2}, h5.Layout{}),
		h5.Put(w, "INDEX/MOTOR/count", []int{3}, []uint64{1, 1, 1}, h5.Layout{}),
		h5.Put(w, "CONTROL/MOTOR/position/value", []int{3}, []float64{1, 2, 3}, h5.Layout{}),
	)
	for _, g := range groups {
		sources = append(sources, "INSTRUMENT/"+g.source+"/data")
		shape, first := []int{len(g.values)}, [3]uint64{0, g.counts[0], g.counts[0] + g.counts[1]}
		if g.rows {
			shape = append(shape, 1)
		}
		base := "INSTRUMENT/" + g.source + "/data/"
		err = errors.Join(err,
			h5.Put(w, "INDEX/"+g.source+"/data/first", []int{3}, first[:], h5.Layout{}),
			h5.Put(w, "INDEX/"+g.source+"/data/count", []int{3}, slices.Clone(g.counts[:]), h5.Layout{}),
			h5.Put(w, base+"x", shape, g.values, h5.Layout{}),
		)
		if g.pulses != nil {
			err = errors.Join(err, h5.Put(w, base+"pulseId", shape, g.pulses, h5.Layout{}))
		}
	}
	err = errors.Join(err, h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{len(sources)}, sources, h5.Layout{}), w.Close())
	if err != nil {
		t.Fatal(err)
	}
	run, err := extradata.H5File(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// text is a table with a line for its header and each row.
func text(record arrow.RecordBatch) string {
	var lines []string
	var names []string
	for _, field := range record.Schema().Fields() {
		names = append(names, field.Name)
	}
	lines = append(lines, strings.Join(names, " "))
	for row := range int(record.NumRows()) {
		var values []string
		for _, column := range record.Columns() {
			if column.IsNull(row) {
				values = append(values, "-")
			} else {
				values = append(values, column.ValueStr(row))
			}
		}
		lines = append(lines, strings.Join(values, " "))
	}
	return strings.Join(lines, "\n")
}

var (
	counted = entries{source: "A:out", counts: [3]uint64{2, 0, 1}, values: []float64{0.5, 1.5, 2.5}}
	pulsed  = entries{source: "P:out", counts: [3]uint64{2, 0, 1}, values: []float64{5, 6, 7}, pulses: []uint64{0, 4, 8}}
	other   = entries{source: "Q:out", counts: [3]uint64{2, 1, 1}, values: []float64{8, 9, 3, 4}, pulses: []uint64{8, 4, 0, 8}, rows: true}
	single  = entries{source: "S:out", counts: [3]uint64{1, 1, 0}, values: []float64{10, 20}}
	lone    = entries{source: "L:out", counts: [3]uint64{1, 1, 0}, values: []float64{30, 40}, pulses: []uint64{4, 2}}
	twice   = entries{source: "T:out", counts: [3]uint64{2, 0, 1}, values: []float64{1, 2, 3}, pulses: []uint64{4, 4, 8}}
)

// TestEntries is a table of keys with several entries a train.
func TestEntries(t *testing.T) {
	x, all := extradata.Glob("*:out", "data.x"), extradata.Glob("*", "*")
	for name, test := range map[string]struct {
		groups []entries
		pick   []extradata.Selection
		want   string
	}{
		"counted": {[]entries{counted}, []extradata.Selection{x}, `
			trainId entry A:out/data.x
			10 0 0.5
			10 1 1.5
			12 0 2.5`},
		"counted, more of another": {[]entries{counted, {source: "B:out", counts: [3]uint64{0, 1, 2}, values: []float64{1, 2, 3}}}, []extradata.Selection{x}, `
			trainId entry A:out/data.x B:out/data.x
			10 0 0.5 -
			10 1 1.5 -
			11 0 - 1
			12 0 2.5 2
			12 1 - 3`},
		"by pulse": {[]entries{pulsed}, []extradata.Selection{all}, `
			trainId pulseId MOTOR/position P:out/data.pulseId P:out/data.x
			10 0 1 0 5
			10 4 1 4 6
			12 8 3 8 7`},
		"pulses joined": {[]entries{pulsed, other, single}, []extradata.Selection{x, extradata.Glob("MOTOR", "*")}, `
			trainId pulseId MOTOR/position P:out/data.x Q:out/data.x S:out/data.x
			10 0 1 5 - 10
			10 4 1 6 9 10
			10 8 1 - 8 10
			11 0 2 - 3 20
			12 8 3 7 4 -`},
		"pulses of one entry a train": {[]entries{pulsed, lone}, []extradata.Selection{x}, `
			trainId pulseId L:out/data.x P:out/data.x
			10 0 - 5
			10 4 30 6
			11 2 40 -
			12 8 - 7`},
		"the same pulses, repeated": {[]entries{twice, {source: "U:out", counts: twice.counts, values: []float64{7, 8, 9}, pulses: twice.pulses}}, []extradata.Selection{x}, `
			trainId pulseId T:out/data.x U:out/data.x
			10 4 1 7
			10 4 2 8
			12 8 3 9`},
		"one entry a train": {[]entries{single, lone}, []extradata.Selection{x}, `
			trainId L:out/data.x S:out/data.x
			10 30 10
			11 40 20`},
	} {
		run, err := file(t, test.groups...).Select(test.pick...)
		if err != nil {
			t.Fatal(err)
		}
		record, err := table.New(run)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := strings.ReplaceAll(strings.TrimSpace(test.want), "\t", "")
		if diff := cmp.Diff(want, text(record)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		record.Release()
	}
}

func TestEntriesErrors(t *testing.T) {
	for name, groups := range map[string][]entries{
		"some have pulses":                       {counted, pulsed},
		"a pulse twice, where others are others": {twice, pulsed},
	} {
		run, err := file(t, groups...).Select(extradata.Glob("*:out", "data.x"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := table.New(run); !errors.Is(err, table.ErrColumn) || strings.Count(err.Error(), "table:") != 1 || !strings.Contains(err.Error(), ":out") {
			t.Errorf("%s: %v, want ErrColumn with a source", name, err)
		}
	}
}

func TestSeries(t *testing.T) {
	run := file(t, other)
	key, err := run.Key("Q:out", "data.x")
	if err != nil {
		t.Fatal(err)
	}
	if key, err = key.SelectTrains(extradata.ByIndices(0, 2)); err != nil {
		t.Fatal(err)
	}
	record, err := table.Series(key)
	if err != nil {
		t.Fatal(err)
	}
	defer record.Release()
	if diff := cmp.Diff("trainId pulseId Q:out/data.x\n10 8 8\n10 4 9\n12 8 4", text(record)); diff != "" {
		t.Error(diff)
	}
	motor, err := run.Key("MOTOR", "position")
	if err != nil {
		t.Fatal(err)
	}
	backwards, err := motor.SelectTrains(func(ids []uint64) ([]uint64, error) { return []uint64{12, 10, 12}, nil })
	if err != nil {
		t.Fatal(err)
	}
	each, err := table.Series(backwards)
	if err != nil {
		t.Fatal(err)
	}
	defer each.Release()
	if diff := cmp.Diff("trainId MOTOR/position\n10 1\n12 3", text(each)); diff != "" {
		t.Error(diff)
	}
	images, err := open(t).Key(mockrun.Module(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := table.Series(images); !errors.Is(err, table.ErrColumn) || !strings.Contains(err.Error(), "image.data") {
		t.Errorf("images: %v, want ErrColumn", err)
	}
}

// TestPulsesOfModules joins two modules that lack different pulses.
func TestPulsesOfModules(t *testing.T) {
	run := open(t, extradata.Glob("*DET/[01]CH0*", "image.cellId"))
	record, err := table.New(run)
	if err != nil {
		t.Fatal(err)
	}
	defer record.Release()
	trains, pulses := record.Column(0).(*array.Uint64), record.Column(1).(*array.Uint64)
	cells := map[string]uint16{}
	for row := range int(record.NumRows()) {
		for i, column := range record.Columns()[2:] {
			if !column.IsNull(row) {
				cells[fmt.Sprint(i, trains.Value(row), pulses.Value(row))] = column.(*array.Uint16).Value(row)
			}
		}
	}
	want := map[string]uint16{}
	for i := range 2 {
		key, err := extradata.Key[uint16](run, mockrun.Module(i), "image.cellId")
		if err != nil {
			t.Fatal(err)
		}
		ids, err1 := key.PulseIDs()
		all, err2 := key.Read()
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		for entry, train := range key.TrainIDCoordinates() {
			want[fmt.Sprint(i, train, ids[entry])] = all.Data[entry]
		}
	}
	if diff := cmp.Diff(want, cells); diff != "" || len(want) < int(record.NumRows()) {
		t.Errorf("%d rows (-want +got):\n%s", record.NumRows(), diff)
	}
}

// TestJoinedRandomly joins random pulses: each value is in one row, that of its pulse.
func TestJoinedRandomly(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var groups []entries
		want := map[string]float64{}
		for _, source := range []string{"A:out", "B:out", "C:out"}[:rapid.IntRange(1, 3).Draw(rt, "sources")] {
			g := entries{source: source}
			for i := range g.counts {
				pulses := rapid.SliceOfNDistinct(rapid.Uint64Range(0, 6), 0, 4, rapid.ID).Draw(rt, "pulses")
				g.counts[i] = uint64(len(pulses))
				for _, pulse := range pulses {
					g.values = append(g.values, float64(len(g.values)))
					g.pulses = append(g.pulses, pulse)
					want[fmt.Sprint(10+i, pulse, " ", source)] = float64(len(g.values) - 1)
				}
			}
			groups = append(groups, g)
		}
		groups[0].counts[2] += 2 // so that there are rows for pulses
		groups[0].values = append(groups[0].values, 98, 99)
		groups[0].pulses = append(groups[0].pulses, 98, 99)
		want["12 98 A:out"], want["12 99 A:out"] = 98, 99
		run, err := file(t, groups...).Select(extradata.Glob("*:out", "data.x"))
		if err != nil {
			rt.Fatal(err)
		}
		record, err := table.New(run)
		if err != nil {
			rt.Fatal(err)
		}
		defer record.Release()
		got := map[string]float64{}
		for i, column := range record.Columns()[2:] {
			for row := range column.Len() {
				if !column.IsNull(row) {
					got[fmt.Sprint(record.Column(0).(*array.Uint64).Value(row), record.Column(1).(*array.Uint64).Value(row), " ", groups[i].source)] = column.(*array.Float64).Value(row)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}
