package extradata

import (
	"extrapasha/internal/trains"
	"fmt"
	"slices"
	"time"
)

// RunMetadata is METADATA of the run: dates, versions of the software, numbers of
// proposal and run. One file is asked, see [run.File.Before]. The error is a [*MultiRunError] for data of several runs.
func (c *DataCollection) RunMetadata() (map[string]any, error) {
	if !c.oneRun || len(c.files) == 0 {
		return nil, fmt.Errorf("extradata: run metadata: %w", &MultiRunError{})
	}
	return firstOf(c.files).Metadata()
}

// NoTime is what a file has for a time that is not known, as NumPy writes it; so is 0.
const NoTime = 1 << 63

// TrainTimestamps tells when each train was, in UTC, the zero time where it is not
// known: files of the first version of the format do not, and those of the selected
// sources need not have all trains.
func (c *DataCollection) TrainTimestamps() ([]time.Time, error) {
	ids, at := trains.Ordered(c.trainIDs)
	stamps := make([]time.Time, len(ids))
	missing := len(stamps)
	for _, file := range c.sourceFiles() {
		if missing == 0 {
			break
		}
		if !file.Overlaps(ids) {
			continue
		}
		nanoseconds, err := file.Timestamps()
		if err != nil {
			return nil, fmt.Errorf("extradata: timestamps: %w", err)
		}
		for i, stamp := range nanoseconds {
			if stamp == 0 || stamp == NoTime || !c.suspect && !file.Valid()[i] {
				continue
			}
			position, ok := slices.BinarySearch(ids, file.TrainIDs()[i])
			if ok && stamps[position].IsZero() {
				stamps[position] = time.Unix(0, int64(stamp)).UTC()
				missing--
			}
		}
	}
	return trains.Spread(stamps, at), nil
}
