package xgm_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/xgm"
	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
)

func open(t *testing.T, path string) *extradata.DataCollection {
	t.Helper()
	run, err := extradata.RunDirectory(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// TestSample reads the monitor of a sample run, whose pulses are known.
func TestSample(t *testing.T) {
	config := mockrun.Small()
	root := t.TempDir()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	run := open(t, config.RunDir(root, "raw"))
	if sase, err := run.SASE(); err != nil || sase != 1 {
		t.Errorf("SASE %d, %v", sase, err)
	}
	x, err := xgm.Open(run, "", xgm.Auto)
	if err != nil || x.Control().Name() != mockrun.XGM || x.Instrument() != mockrun.XGMOutput || x.Group() != xgm.Main {
		t.Fatalf("%+v, %v", x, err)
	}
	energy, err := x.PulseEnergy(xgm.Auto)
	if err != nil {
		t.Fatal(err)
	}
	key, err := extradata.Key[float32](run, mockrun.XGMOutput, "data.intensityTD")
	if err != nil {
		t.Fatal(err)
	}
	all, err := key.Read()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(energy.Shape(), []int{all.Len(), config.Pulses}) || energy.Units != "μJ" && energy.Units != "µJ" && energy.Units != "uJ" {
		t.Errorf("energies of shape %v in %s", energy.Shape(), energy.Units)
	}
	for train := range all.Len() {
		for pulse := range config.Pulses {
			if energy.At(train, pulse) != all.At(train, pulse) {
				t.Errorf("pulse %d of train %d: %v, want %v", pulse, train, energy.At(train, pulse), all.At(train, pulse))
			}
		}
	}
	pulses, err := x.Pulses(xgm.Auto)
	if err != nil || len(pulses) != all.Len()*config.Pulses || pulses[1].Index != 1 || pulses[1].Energy != all.At(0, 1) {
		t.Errorf("%d pulses, %v", len(pulses), err)
	}
	if _, err := x.PulseEnergy(xgm.SASE3); !errors.Is(err, xgm.ErrXGM) {
		t.Errorf("a group that is not there: %v", err)
	}
	if _, err := x.PulseCounts(xgm.Auto); !errors.Is(err, xgm.ErrXGM) {
		t.Errorf("no numbers of pulses: %v", err)
	}
}

// device is a monitor of two trains in a file of its own.
type device struct {
	name, class string
	wavelengths []float32
	numbers     map[string][]float32 // of pulseEnergy
	intensity   map[string][]float32 // rows of three
}

func (d device) write(t *testing.T, f *h5.Writer) {
	t.Helper()
	put := func(path string, shape []int, data any) {
		var err error
		switch data := data.(type) {
		case []float32:
			err = h5.Put(f, path, shape, data, h5.Layout{})
		case []uint64:
			err = h5.Put(f, path, shape, data, h5.Layout{})
		case []string:
			err = h5.PutStrings(f, path, shape, data, h5.Layout{})
		}
		if err != nil {
			t.Fatal(path, err)
		}
	}
	one := []uint64{1, 1}
	for _, index := range []string{d.name, d.name + ":output/data"} {
		put("INDEX/"+index+"/first", []int{2}, []uint64{0, 1})
		put("INDEX/"+index+"/count", []int{2}, one)
	}
	put("RUN/"+d.name+"/classId/value", []int{1}, []string{d.class})
	control := "CONTROL/" + d.name + "/pulseEnergy/"
	put(control+"wavelengthUsed/value", []int{2}, d.wavelengths)
	for name, values := range d.numbers {
		put(control+name+"/value", []int{2}, values)
	}
	for name, values := range d.intensity {
		put("INSTRUMENT/"+d.name+":output/data/"+name, []int{2, 3}, values)
	}
}

func write(t *testing.T, devices ...device) *extradata.DataCollection {
	t.Helper()
	dir := t.TempDir()
	f, err := h5.Create(dir + "/RAW-R0001-DA01-S00000.h5")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Discard()
	var ids, roots, names []string
	for _, d := range devices {
		d.write(t, f)
		ids = append(ids, "CONTROL/"+d.name, "INSTRUMENT/"+d.name+":output/data")
		roots, names = append(roots, "CONTROL", "INSTRUMENT"), append(names, d.name, d.name+":output/data")
	}
	n := []int{len(ids)}
	err = errors.Join(
		h5.Put(f, "INDEX/trainId", []int{2}, []uint64{100, 101}, h5.Layout{}),
		h5.Put(f, "INDEX/flag", []int{2}, []int32{1, 1}, h5.Layout{}),
		h5.PutStrings(f, "METADATA/dataSources/dataSourceId", n, ids, h5.Layout{}),
		h5.PutStrings(f, "METADATA/dataSources/root", n, roots, h5.Layout{}),
		h5.PutStrings(f, "METADATA/dataSources/deviceId", n, names, h5.Layout{}),
		h5.PutStrings(f, "METADATA/dataFormatVersion", []int{1}, []string{"1.0"}, h5.Layout{}),
		f.Close(),
	)
	if err != nil {
		t.Fatal(err)
	}
	return open(t, dir)
}

var both = device{
	"SQS_DIAG1_XGMD/XGM/DOOCS", "DoocsXGM", []float32{1.5, 1.5},
	map[string][]float32{"numberOfBunchesActual": {3, 3}, "numberOfSa1BunchesActual": {1, 1}, "numberOfSa3BunchesActual": {2, 1}},
	map[string][]float32{"intensityTD": {10, 20, 30, 11, 21, 31}, "intensitySa1TD": {10, 1, 1, 11, 1, 1}, "intensitySa3TD": {20, 30, 1, 21, 0, 1}},
}

func TestGroups(t *testing.T) {
	x, err := xgm.Open(write(t, both), "", xgm.Auto)
	if err != nil || x.Group() != xgm.SASE3 {
		t.Fatalf("%+v, %v", x, err)
	}
	counts, err := x.PulseCounts(xgm.Auto)
	if err != nil || !slices.Equal(counts.Data, []int64{2, 1}) {
		t.Errorf("%v, %v", counts, err)
	}
	if n, err := x.MaxNPulses(xgm.Auto); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := x.NPulses(xgm.Auto); !errors.Is(err, xgm.ErrVaries) {
		t.Errorf("numbers that vary: %v", err)
	}
	if n, err := x.NPulses(xgm.Main); n != 3 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if constant, err := x.IsConstant(xgm.SASE1); !constant || err != nil {
		t.Errorf("%v, %v", constant, err)
	}
	pulses, err := x.Pulses(xgm.SASE3)
	if want := []xgm.Pulse{{100, 0, 20}, {100, 1, 30}, {101, 0, 21}}; err != nil || !slices.Equal(pulses, want) {
		t.Errorf("%v, %v, want %v", pulses, err, want)
	}
	if energy, err := x.PhotonEnergy(); err != nil || math.Abs(energy-0.8265613) > 1e-6 {
		t.Errorf("%v keV, %v", energy, err)
	}
	if byTrain, err := x.PhotonEnergyByTrain(); err != nil || len(byTrain.Data) != 2 || byTrain.Units != "keV" {
		t.Errorf("%v, %v", byTrain, err)
	}
	for _, group := range []xgm.Group{-1, 9} {
		if _, err := x.PulseEnergy(group); !errors.Is(err, xgm.ErrXGM) {
			t.Errorf("group %d: %v", group, err)
		}
	}
}

// TestDisagree has slow counts of other trains than the fast data.
func TestDisagree(t *testing.T) {
	late := both
	late.numbers = map[string][]float32{"numberOfBunchesActual": {3, 2}}
	late.wavelengths = []float32{1.5, 1.6}
	x, err := xgm.Open(write(t, late), "sqs", xgm.Auto)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := x.PulseCounts(xgm.Auto)
	if err != nil || !slices.Equal(counts.Data, []int64{3, 3}) {
		t.Errorf("%v, %v, want those of the fast data", counts, err)
	}
	slow, err := x.SlowPulseCounts(xgm.Auto)
	if err != nil || !slices.Equal(slow.Data, []int64{3, 2}) {
		t.Errorf("%v, %v", slow, err)
	}
	if _, err := x.Wavelength(); !errors.Is(err, xgm.ErrVaries) {
		t.Errorf("a wavelength that varies: %v", err)
	}
	some, err := x.SelectTrains(extradata.ByIDs(101))
	if err != nil {
		t.Fatal(err)
	}
	if wavelength, err := some.Wavelength(); err != nil || wavelength != float64(float32(1.6)) {
		t.Errorf("%v, %v", wavelength, err)
	}
}

func TestChoice(t *testing.T) {
	other := both
	other.name = "SA3_XTD10_XGM/XGM/DOOCS"
	unknown := both
	unknown.name, unknown.class = "SPB_XTD9_XGM/XGM/DOOCS", "Other"
	for name, c := range map[string]struct {
		devices []device
		device  string
		group   xgm.Group
		want    string // name of the device, empty for an error
	}{
		"only one":         {[]device{both}, "", xgm.Auto, both.name},
		"two":              {[]device{both, other}, "", xgm.Auto, ""},
		"by a part":        {[]device{both, other}, "xtd10", xgm.Auto, other.name},
		"by name":          {[]device{both, other}, other.name, xgm.Auto, other.name},
		"no such":          {[]device{both}, "SA9", xgm.Auto, ""},
		"class first":      {[]device{both, unknown}, "", xgm.SASE3, both.name},
		"name if no class": {[]device{unknown}, "", xgm.Auto, unknown.name},
		"another SASE":     {[]device{both, unknown}, "", xgm.Auto, both.name},
	} {
		x, err := xgm.Open(write(t, c.devices...), c.device, c.group)
		if c.want == "" {
			if !errors.Is(err, xgm.ErrXGM) {
				t.Errorf("%s: %v, want ErrXGM", name, err)
			}
			continue
		}
		if err != nil || x.Control().Name() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	alone := write(t, device{name: "HED_XTD6_XGM/XGM/DOOCS", class: "DoocsXGM", wavelengths: []float32{1, 1}}, unknown)
	if _, err := alone.SASE(); !errors.Is(err, extradata.ErrSASE) {
		t.Errorf("SASE 1 and 2: %v", err)
	}
}
