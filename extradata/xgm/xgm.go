// Package xgm reads X-ray gas monitors: the energy of each pulse, how many pulses there
// were, and of which photons.
//
//	monitor, err := xgm.Open(run, "", xgm.Auto) // the only one of the run
//	energy, err := monitor.PulseEnergy(xgm.Auto) // trains × pulses, in µJ
//
// A monitor that sees the light of both SASE 1 and SASE 3 has three groups of numbers:
// all pulses, and those of either. What is asked for without a group is of the SASE that
// the run's other sources are at. The rules follow EXtra's XGM.
package xgm

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"extrapasha/extradata"
)

// ErrXGM is wrapped where there is no such gas monitor, or no such group of numbers.
var ErrXGM = errors.New("no such X-ray gas monitor")

// ErrVaries is wrapped where one number is asked for that is not the same in all trains.
var ErrVaries = errors.New("not the same in all trains")

// Group is which of the pulses that a monitor sees.
type Group int

// Groups of pulses.
const (
	// Auto is the group of the monitor, see [Open].
	Auto Group = iota
	// Main is all pulses.
	Main
	// SASE1 and SASE3 are those of one source, of monitors that tell them apart.
	SASE1
	SASE3
)

// suffix is how the keys of a group are called.
func (g Group) suffix() string { return map[Group]string{SASE1: "Sa1", SASE3: "Sa3"}[g] }

// String is the group's name.
func (g Group) String() string {
	return map[Group]string{Auto: "auto", Main: "main", SASE1: "SASE 1", SASE3: "SASE 3"}[g]
}

// XGM is a gas monitor of a run.
type XGM struct {
	run     *extradata.DataCollection
	control *extradata.SourceData
	group   Group
	grouped bool // it tells SASE 1 and SASE 3 apart
}

// Open is the gas monitor of a run by its name, or by a part of it that only one has;
// without a name the only one. The group is that of what is asked for with [Auto]: Main,
// or of a monitor that tells them apart that of the run, see [extradata.DataCollection.SASE]. The error wraps
// [ErrXGM].
func Open(run *extradata.DataCollection, name string, group Group) (*XGM, error) {
	control, err := find(run, name)
	if err != nil {
		return nil, err
	}
	x := &XGM{run: run, control: control, group: group}
	for _, of := range []Group{SASE1, SASE3} {
		has, err := x.hasGroup(of)
		if err != nil {
			return nil, err
		}
		x.grouped = x.grouped || has
	}
	if group == Auto {
		x.group, err = x.usualGroup()
	}
	return x, err
}

// classes are those of the devices.
var classes = []string{"DoocsXGM", "DoocsXGMD", "DoocsXGMReduced"}

func find(run *extradata.DataCollection, name string) (*extradata.SourceData, error) {
	monitors, err := list(run)
	if err != nil {
		return nil, err
	}
	fitting := slices.DeleteFunc(slices.Clone(monitors), func(source string) bool {
		return name != "" && source != name && !strings.Contains(source, strings.ToUpper(name))
	})
	if slices.Contains(fitting, name) {
		fitting = []string{name}
	}
	if len(fitting) != 1 {
		return nil, fmt.Errorf("xgm: %w: %q fits %d of %q, expected one", ErrXGM, name, len(fitting), monitors)
	}
	return run.Source(fitting[0])
}

// list is the gas monitors of a run: by their class or, where none has one, by name.
func list(run *extradata.DataCollection) (monitors []string, err error) {
	for _, name := range run.ControlSources() {
		source, err := run.Source(name)
		if err != nil {
			return nil, err
		}
		class, err := source.DeviceClass()
		if err != nil {
			return nil, err
		}
		if slices.Contains(classes, class) {
			monitors = append(monitors, name)
		}
	}
	if len(monitors) > 0 {
		return monitors, nil
	}
	for _, name := range run.ControlSources() {
		if strings.Contains(name, "XGM/DOOCS") || strings.Contains(name, "XGMD/DOOCS") {
			monitors = append(monitors, name)
		}
	}
	return monitors, nil
}

// hasGroup tells whether the monitor has numbers of a group.
func (x *XGM) hasGroup(group Group) (bool, error) {
	return x.control.Has("pulseEnergy.numberOf" + group.suffix() + "BunchesActual")
}

// usualGroup is the group of the run's SASE.
func (x *XGM) usualGroup() (Group, error) {
	if !x.grouped {
		return Main, nil
	}
	sase, err := x.run.SASE()
	if err != nil {
		return Auto, fmt.Errorf("xgm: %w: %s tells SASE 1 and 3 apart, name a group: %w", ErrXGM, x.control.Name(), err)
	}
	if of := extradata.SASEOf(x.control.Name()); of != sase {
		return Auto, fmt.Errorf("xgm: %w: %s is at SASE %d, the run at SASE %d: name a group", ErrXGM, x.control.Name(), of, sase)
	}
	return map[int]Group{1: SASE1, 2: Main, 3: SASE3}[sase], nil
}

// groupOf is the group that is meant, and whether there are numbers of it.
func (x *XGM) groupOf(group Group) (Group, error) {
	if group == Auto {
		return x.group, nil
	}
	if !x.grouped {
		return group, fmt.Errorf("xgm: %w: %s does not tell groups of pulses apart, asked for %v", ErrXGM, x.control.Name(), group)
	}
	if group < Main || group > SASE3 {
		return group, fmt.Errorf("xgm: %w: group %d, expected Main, SASE1 or SASE3", ErrXGM, group)
	}
	return group, nil
}

// Control is the source with a reading a train.
func (x *XGM) Control() *extradata.SourceData { return x.control }

// Instrument is the name of the source with a reading for each pulse.
func (x *XGM) Instrument() string { return x.control.Name() + ":output" }

// Group is what [Auto] stands for.
func (x *XGM) Group() Group { return x.group }

// SelectTrains is the monitor for some trains.
func (x *XGM) SelectTrains(trains extradata.TrainSelection) (*XGM, error) {
	run, err := x.run.SelectTrains(trains)
	if err != nil {
		return nil, err
	}
	control, err := run.Source(x.control.Name())
	if err != nil {
		return nil, err
	}
	return &XGM{run, control, x.group, x.grouped}, nil
}
