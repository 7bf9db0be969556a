package extradata

import "extrapasha/internal/trains"

// TrainFlags tells for each train whether it is what it seems in any of the files that
// have it and any of the selected sources, whatever was asked of suspect trains.
func (c *DataCollection) TrainFlags() []bool {
	ids, at := trains.Ordered(c.trainIDs)
	flags := make([]bool, len(ids))
	for _, file := range c.sourceFiles() {
		if !file.Overlaps(ids) {
			continue
		}
		positions := trains.Positions{IDs: ids}
		for i, id := range file.TrainIDs() {
			if position, selected := positions.Find(id); selected && file.Valid()[i] {
				flags[position] = true
			}
		}
	}
	return trains.Spread(flags, at)
}
