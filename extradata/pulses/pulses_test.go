package pulses_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"extrapasha/extradata"
	"extrapasha/extradata/pulses"
	"extrapasha/internal/h5"
	psh "extrapasha/pasha"
)

// table is a time server's bunch pattern table of some trains.
type table [][]uint32

// Slots as the machine fills them.
const (
	sase1 = 4 << 18
	sase2 = 2 << 18
	sase3 = 4<<18 | 1<<27
	dump  = 8 << 18
	laser = 1 << 10 // of SPB
)

// write makes a run with a time server of that table, and other sources by name.
func write(t *testing.T, rows table, others ...string) *extradata.DataCollection {
	t.Helper()
	dir := t.TempDir()
	f, err := h5.Create(dir + "/RAW-R0001-DA01-S00000.h5")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Discard()
	const server = "SPB_RR_SYS/TSYS/TIMESERVER"
	var ids, first, count []uint64
	var flags []int32
	var slots []uint32
	for i, row := range rows {
		ids, flags, first, count = append(ids, 100+uint64(i)), append(flags, 1), append(first, uint64(i)), append(count, 1)
		slots = append(slots, row...)
	}
	n := []int{len(rows)}
	err = errors.Join(
		h5.Put(f, "INDEX/trainId", n, ids, h5.Layout{}), h5.Put(f, "INDEX/flag", n, flags, h5.Layout{}),
		h5.Put(f, "CONTROL/"+server+"/bunchPatternTable/value", []int{len(rows), len(rows[0])}, slots, h5.Layout{}),
		h5.PutStrings(f, "METADATA/dataFormatVersion", []int{1}, []string{"1.0"}, h5.Layout{}),
	)
	sources := append([]string{server}, others...)
	var names, roots []string
	for _, source := range sources {
		err = errors.Join(err, h5.Put(f, "INDEX/"+source+"/first", n, first, h5.Layout{}), h5.Put(f, "INDEX/"+source+"/count", n, count, h5.Layout{}))
		names, roots = append(names, "CONTROL/"+source), append(roots, "CONTROL")
		if source != server {
			err = errors.Join(err, h5.Put(f, "CONTROL/"+source+"/x/value", n, ids, h5.Layout{}))
		}
	}
	m := []int{len(sources)}
	err = errors.Join(err,
		h5.PutStrings(f, "METADATA/dataSources/dataSourceId", m, names, h5.Layout{}),
		h5.PutStrings(f, "METADATA/dataSources/root", m, roots, h5.Layout{}),
		h5.PutStrings(f, "METADATA/dataSources/deviceId", m, sources, h5.Layout{}), f.Close())
	if err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// ids are those of the pulses of each train.
func ids(p *pulses.Pattern) (all [][]int) {
	for _, train := range p.Trains {
		list := []int{}
		for _, pulse := range train.Pulses {
			list = append(list, pulse.ID)
		}
		all = append(all, list)
	}
	return all
}

func same(t *testing.T, what string, got [][]int, want ...[]int) {
	t.Helper()
	if !slices.EqualFunc(got, want, func(a, b []int) bool { return slices.Equal(a, b) }) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestTimeServer(t *testing.T) {
	run := write(t, table{
		{sase1 | laser, laser, sase1, sase3, sase2, dump, sase1, 0},
		{0, 0, 0, 0, 0, 0, 0, 0},
		{laser, 0, sase1, sase3, sase3, 0, 0, 0},
	})
	source, err := pulses.Find(run, "")
	if err != nil || source.Name != "SPB_RR_SYS/TSYS/TIMESERVER" {
		t.Fatalf("%+v, %v", source, err)
	}
	one, err1 := source.XRays(0) // SPB is at SASE 1
	two, err2 := source.XRays(2)
	three, err3 := source.XRays(3)
	machine, err4 := source.Machine(pulses.Destinations, false)
	light, err5 := source.Laser("")
	all, err6 := source.Machine(sase3, true)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	same(t, "SASE 1", ids(one), []int{0, 2, 6}, []int{}, []int{2})
	same(t, "SASE 2", ids(two), []int{4}, []int{}, []int{})
	same(t, "SASE 3", ids(three), []int{3}, []int{}, []int{3, 4})
	same(t, "machine", ids(machine), []int{0, 2, 3, 4, 5, 6}, []int{}, []int{2, 3, 4})
	same(t, "laser", ids(light), []int{0, 1}, []int{}, []int{0})
	same(t, "all bits", ids(all), []int{3}, []int{}, []int{3, 4})
	if got := one.Counts(); !slices.Equal(got, []int64{3, 0, 1}) || one.Len() != 4 || !slices.Equal(one.TrainIDs(), []uint64{100, 101, 102}) {
		t.Errorf("%v pulses, %d, trains %v", got, one.Len(), one.TrainIDs())
	}
	if periods, err := one.Periods(-1, nil); err != nil || !slices.Equal(periods, []int64{2, -1, 2}) {
		t.Errorf("periods %v, %v", periods, err)
	}
	if rates := one.Rates(); rates[0] != pulses.SlotRate/2 || !math.IsNaN(rates[1]) || rates[2] != 0 {
		t.Errorf("rates %v", rates)
	}
	if durations := one.Durations(); durations[0] != 6/pulses.SlotRate || !math.IsNaN(durations[1]) || durations[2] != 0 {
		t.Errorf("durations %v", durations)
	}
	mask, err := three.Mask(nil)
	if err != nil || !slices.Equal(mask.Shape(), []int{3, 8}) || !mask.At(0, 3) || mask.At(0, 2) || !mask.At(2, 4) {
		t.Errorf("mask %v, %v", mask, err)
	}
	if interleaved, ok := one.IsInterleaved(three); !interleaved || !ok {
		t.Errorf("SASE 1 and 3: %v, %v", interleaved, ok)
	}
	parts, err := source.SplitTrains(3, 0)
	if err != nil || len(parts) != 3 {
		t.Fatal(parts, err)
	}
	part, err := parts[2].XRays(1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "third part", ids(part), []int{2})
}

func TestPumpProbe(t *testing.T) {
	source, err := pulses.Find(write(t, table{
		{laser, 0, laser, sase1, 0, sase1, 0, sase1},
		{laser, 0, 0, 0, 0, 0, 0, 0},
	}), "")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		shift pulses.Shift
		want  []int // IDs of the first train
		both  int   // of X-rays and laser
	}{
		"from a slot":      {pulses.At(3), []int{3, 5, 7}, 2},
		"from the first":   {pulses.FromFirst(1), []int{3, 4, 5, 6, 7}, 0},
		"from the second":  {pulses.FromFirstPulses(1), []int{3, 5, 7}, 2},
		"half a distance":  {pulses.FromFirstPulses(0.5), []int{3, 4, 5, 6, 7}, 0},
		"no distance":      {pulses.FromFirstPulses(0), []int{3, 5, 7}, 2},
		"far from X-rays":  {pulses.At(100), []int{3, 5, 7, 100, 102}, 0},
		"before the first": {pulses.FromFirst(-3), []int{0, 2, 3, 5, 7}, 0},
	} {
		p, err := source.PumpProbe(0, "", c.shift, true)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := ids(p)[0]; !slices.Equal(got, c.want) || !p.Both {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		ratios, err := p.PumpedRatios(-1)
		if err != nil || ratios[0] != float64(c.both)/3 || ratios[1] != -1 {
			t.Errorf("%s: ratios %v, %v", name, ratios, err)
		}
	}
	if _, err := source.PumpProbe(0, "", pulses.FromFirst(0), false); !errors.Is(err, pulses.ErrPattern) {
		t.Errorf("a train without X-rays: %v", err)
	}
	if _, err := source.PumpProbe(0, "", nil, true); !errors.Is(err, pulses.ErrPattern) {
		t.Errorf("no shift: %v", err)
	}
	p := psh.Must(source.PumpProbe(0, "", pulses.FromFirst(-3), true))
	negative := psh.Must(p.Negative())
	var indices []int
	for _, pulse := range negative.Trains[0].Pulses {
		indices = append(indices, pulse.Index)
	}
	if !slices.Equal(indices, []int{-1, -2, 0, 1, 2}) {
		t.Errorf("indices %v", indices)
	}
}

func TestBadSources(t *testing.T) {
	rows := table{{sase1, 0}}
	source := psh.Must(pulses.Find(write(t, rows), ""))
	two := write(t, rows, "SPB_BR_SYS/TSYS/TIMESERVER")
	for name, err := range map[string]error{
		"SASE 4":         second(source.XRays(4)),
		"no such laser":  second(source.Laser("nd:yag")),
		"two servers":    second(pulses.Find(two, "")),
		"another source": second(pulses.Find(write(t, rows, "SPB_EXP/MOTOR/1"), "SPB_EXP/MOTOR/1")),
		"instruments":    second(psh.Must(pulses.Find(write(t, rows, "FXE_EXP/MOTOR/1"), "")).Laser("")),
		"not of both":    second(pulses.Manual([]uint64{1}, []int{1}).Negative()),
		"one pulse":      second(pulses.Manual([]uint64{1}, []int{1}).Periods(0, nil)),
		"far slot":       second(pulses.Manual([]uint64{1}, []int{5000}).Mask(nil)),
	} {
		if !errors.Is(err, pulses.ErrPattern) {
			t.Errorf("%s: %v, want ErrPattern", name, err)
		}
	}
	var none *extradata.SourceNameError
	if _, err := pulses.Find(two, "NO/SUCH/SOURCE"); !errors.As(err, &none) {
		t.Errorf("no such source: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestManual(t *testing.T) {
	p := pulses.Regular([]uint64{7, 8}, 3, 100, 4)
	same(t, "regular", ids(p), []int{100, 104, 108}, []int{100, 104, 108})
	if period := pulses.PeriodOf(1.1e6); period != 4 {
		t.Errorf("1.1 MHz: every %d", period)
	}
	if !p.IsConstant(true) || len(p.Runs()) != 1 || p.Runs()[0].Last != 8 {
		t.Errorf("runs %v", p.Runs())
	}
	other := pulses.Manual([]uint64{8, 9}, []int{104, 90})
	same(t, "union", ids(p.Union(other)), []int{100, 104, 108}, []int{90, 100, 104, 108}, []int{90, 104})
	if interleaved, ok := p.IsInterleaved(pulses.Manual([]uint64{7}, []int{300, 304})); interleaved || !ok {
		t.Error("one behind the other is interleaved")
	}
	if _, ok := p.IsInterleaved(pulses.Manual([]uint64{7}, []int{90})); ok {
		t.Error("one pulse before others tells something")
	}
}

// TestSelect divides the pulses of any pattern in two by any selection: all are in one of
// the parts.
func TestSelect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.IntRange(0, 50), 0, 12).Draw(t, "ids"))))
		p := pulses.Manual([]uint64{1, 2, 3}, list)
		selection := rapid.SampledFrom([]pulses.Selection{
			pulses.Range(1, 4, 2), pulses.Range(-3, psh.End, 1), pulses.Range(psh.Begin, -1, 1), pulses.ByIndices(0, 2, 90),
			pulses.ByIDs(list...), pulses.Between(5, 30, 3), pulses.ByMask(make([]bool, 12)),
		}).Draw(t, "selection")
		trains := rapid.SampledFrom([]extradata.TrainSelection{nil, extradata.ByIDs(2), extradata.ByIndices(0, 2)}).Draw(t, "trains")
		if len(list) == 0 {
			trains = nil
		}
		kept, err1 := p.Select(selection, trains)
		left, err2 := p.Deselect(selection, trains)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if trains == nil && kept.Len()+left.Len() != p.Len() {
			t.Fatalf("%v: %v kept, %v left", list, ids(kept), ids(left))
		}
		for _, train := range kept.Trains {
			for i, pulse := range train.Pulses {
				if pulse.Index != i || !slices.Contains(list, pulse.ID) {
					t.Fatalf("pulse %+v of %v", pulse, list)
				}
			}
		}
		as, err := p.Subset(selection, trains)
		if err != nil || !slices.EqualFunc(ids(as), ids(kept), slices.Equal) {
			t.Fatalf("as they were: %v, %v, counted anew: %v", ids(as), err, ids(kept))
		}
		for _, train := range as.Trains {
			for _, pulse := range train.Pulses {
				if list[pulse.Index] != pulse.ID {
					t.Fatalf("pulse %+v is another one of %v", pulse, list)
				}
			}
		}
	})
	if _, err := pulses.Manual([]uint64{1}, []int{1, 2}).Select(pulses.ByMask([]bool{true}), nil); !errors.Is(err, psh.ErrShape) {
		t.Errorf("a short mask: %v", err)
	}
	if _, err := pulses.Manual([]uint64{1}, []int{1, 2}).Select(pulses.Between(0, 9, 0), nil); !errors.Is(err, psh.ErrShape) {
		t.Errorf("step 0: %v", err)
	}
}
