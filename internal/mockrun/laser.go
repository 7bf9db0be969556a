package mockrun

import "math"

// TimeServer is the source of the table of pulses, in runs with a laser.
const TimeServer = "SPB_RR_SYS/TSYS/TIMESERVER"

// What the table of pulses has in each of its slots, and where there are X-rays and laser:
// these have every second of those.
const (
	tableSlots = 2700
	slotsApart = 4
	toSASE1    = 4 << 18
	laserSPB   = 1 << 10
)

// timeZero is the step of the scan from which on the laser is before the X-rays.
const timeZero = 3

// light is what the detector sees of a train's pulses, relative to the mean energy: with a
// laser, less of every second pulse. How much is gone falls off over the steps of the
// motors.
func (c Config) light(train int) []float64 {
	light := c.energies(train)
	if step := train / trainsPerStep; c.Laser && step >= timeZero {
		for pulse := 0; pulse < len(light); pulse += 2 {
			light[pulse] *= 1 - 0.3*math.Exp(-float64(step-timeZero)/3)
		}
	}
	return light
}

// writeTimeServer writes which slots have pulses. The laser's count from slot 0, as the
// facility's do.
func (f *file) writeTimeServer() {
	slots := make([]uint32, tableSlots)
	for pulse := range min(f.config.Pulses, tableSlots/slotsApart) {
		slots[pulse*slotsApart] |= toSASE1
		if pulse%2 == 0 {
			slots[pulse*slotsApart] |= laserSPB
		}
	}
	table := make([]uint32, 0, len(f.trains)*tableSlots)
	for range f.trains {
		table = append(table, slots...)
	}
	path := TimeServer + "/bunchPatternTable/"
	f.source("CONTROL/" + TimeServer)
	f.index(TimeServer, f.everyTrain())
	put(f, "CONTROL/"+path+"value", []int{len(f.trains), tableSlots}, table)
	f.timestamps("CONTROL/"+path+"timestamp", len(f.trains))
	if len(f.trains) > 0 {
		put(f, "RUN/"+path+"value", []int{1, tableSlots}, slots)
		f.timestamps("RUN/"+path+"timestamp", 1)
	}
}
