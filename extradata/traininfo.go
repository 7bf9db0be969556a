package extradata

import (
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // the time in Hamburg, also on machines that do not know it

	"extrapasha/run"
)

// TimeZone is the time zone of the facility: stamp.In(extradata.TimeZone()) is the time
// of a train as the clocks there had it.
var TimeZone = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return time.UTC // no machine lacks it: this package brings it along
	}
	return zone
})

// TrainInfo is what there is of one train.
type TrainInfo struct {
	TrainID uint64
	// Time is when it was, in UTC, the zero time where that is not known.
	Time time.Time
	// Files are the paths of the files that have the train, sorted by name.
	Files []string
	// Controls and Instruments are the selected sources that these files have, with
	// entries or without.
	Controls, Instruments []string
}

// TrainInfo tells in which files a train is, and which sources may have data for it. The
// error is a [*TrainIDError] where it is not among those selected.
func (c *DataCollection) TrainInfo(id uint64) (TrainInfo, error) {
	if _, err := c.TrainByID(id); err != nil {
		return TrainInfo{}, err
	}
	info := TrainInfo{TrainID: id}
	stamps, err := c.with([]uint64{id}, c.sources).TrainTimestamps()
	if err != nil {
		return TrainInfo{}, err
	}
	info.Time = stamps[0]
	var files []*run.File
	for name, s := range c.sources {
		has := slices.DeleteFunc(slices.Clone(s.files), func(file *run.File) bool { return !file.HasAny([]uint64{id}, c.suspect) })
		files = append(files, has...)
		switch {
		case len(has) == 0:
		case s.section == run.Control:
			info.Controls = append(info.Controls, name)
		default:
			info.Instruments = append(info.Instruments, name)
		}
	}
	for _, file := range uniqueFiles(files) {
		info.Files = append(info.Files, file.Path())
	}
	slices.Sort(info.Controls)
	slices.Sort(info.Instruments)
	return info, nil
}
