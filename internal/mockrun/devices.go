package mockrun

import (
	"fmt"
	"math"
)

// Energies are in microjoules, this much on average.
const meanEnergy = 1000

// The XGM notes this many pulses a train; those that did not happen are 1.
const xgmPulses = 1000

// What a reading of the XGM is off by, relative to the energy.
const xgmNoise = 0.02

// control writes a property of a control source: its value in each train and at
// the start of the run, with timestamps. Strings go to controlStrings.
func control[T any](f *file, source, key string, values []T) {
	path := source + "/" + key + "/"
	put(f, "CONTROL/"+path+"value", []int{len(values)}, values)
	f.timestamps("CONTROL/"+path+"timestamp", len(values))
	if len(values) > 0 {
		single(f, "RUN/"+path+"value", values[0])
		f.timestamps("RUN/"+path+"timestamp", 1)
	}
}

func controlStrings(f *file, source, key string, values []string) {
	path := source + "/" + key + "/"
	putStrings(f, "CONTROL/"+path+"value", values)
	f.timestamps("CONTROL/"+path+"timestamp", len(values))
	if len(values) > 0 {
		singleString(f, "RUN/"+path+"value", values[0])
		f.timestamps("RUN/"+path+"timestamp", 1)
	}
}

func (f *file) timestamps(path string, n int) {
	stamps := make([]uint64, n)
	for i := range stamps {
		stamps[i] = uint64(startOfRun.UnixNano())
	}
	put(f, path, []int{n}, stamps)
}

// unit notes the unit of a key: its name and symbol, and those of the prefix.
func (f *file) unit(object, name, symbol, prefix, prefixSymbol string) {
	for _, entry := range [][2]string{
		{"unitName", name}, {"unitSymbol", symbol}, {"metricPrefixName", prefix}, {"metricPrefixSymbol", prefixSymbol},
	} {
		if f.err == nil {
			f.err = f.SetAttribute(object, entry[0], entry[1])
		}
	}
}

// present tells which trains of the file a source has data for; control sources
// have it for all.
func (f *file) present(source string) (counts []uint64, trains []int) {
	for _, train := range f.trains {
		counts = append(counts, 1)
		if f.config.random("missing "+source, train).Float64() < f.config.MissingTrains {
			counts[len(counts)-1] = 0
			continue
		}
		trains = append(trains, train)
	}
	return counts, trains
}

func (f *file) everyTrain() []uint64 {
	counts := make([]uint64, len(f.trains))
	for i := range counts {
		counts[i] = 1
	}
	return counts
}

func (f *file) ids(trains []int) []uint64 {
	ids := make([]uint64, len(trains))
	for i, train := range trains {
		ids[i] = f.config.FirstTrain + uint64(train)
	}
	return ids
}

func (f *file) writeXGM() {
	n := len(f.trains)
	flux, x, y, states := make([]float32, n), make([]float32, n), make([]float32, n), make([]string, n)
	for i, train := range f.trains {
		r := f.config.random("beam position", train)
		for _, energy := range f.config.energies(train) {
			flux[i] += float32(energy * meanEnergy / float64(f.config.Pulses))
		}
		x[i], y[i], states[i] = float32(0.1*r.NormFloat64()), float32(0.2+0.1*r.NormFloat64()), "ON"
	}
	f.source("CONTROL/" + XGM)
	f.index(XGM, f.everyTrain())
	control(f, XGM, "pulseEnergy/photonFlux", flux)
	control(f, XGM, "beamPosition/ixPos", x)
	control(f, XGM, "beamPosition/iyPos", y)
	controlStrings(f, XGM, "state", states)
	f.unit("CONTROL/"+XGM+"/pulseEnergy/photonFlux", "joule", "J", "micro", "u")
	f.unit("CONTROL/"+XGM+"/beamPosition/ixPos", "meter", "m", "milli", "m")
	f.unit("CONTROL/"+XGM+"/beamPosition/iyPos", "meter", "m", "milli", "m")

	counts, trains := f.present(XGMOutput)
	intensity := make([]float32, len(trains)*xgmPulses)
	for i, train := range trains {
		row := intensity[i*xgmPulses : (i+1)*xgmPulses]
		r := f.config.random("XGM noise", train)
		energies := f.config.energies(train)
		for pulse := range row {
			row[pulse] = 1
			if pulse < len(energies) {
				row[pulse] = float32(energies[pulse] * meanEnergy * (1 + xgmNoise*r.NormFloat64()))
			}
		}
	}
	f.source("INSTRUMENT/" + XGMOutput + "/data")
	f.index(XGMOutput+"/data", counts)
	put(f, "INSTRUMENT/"+XGMOutput+"/data/trainId", []int{len(trains)}, f.ids(trains))
	put(f, "INSTRUMENT/"+XGMOutput+"/data/intensityTD", []int{len(trains), xgmPulses}, intensity)
	f.unit("INSTRUMENT/"+XGMOutput+"/data/intensityTD", "joule", "J", "micro", "u")
}

// What the reading of a motor is off by, in its unit.
const motorNoise = 0.001

// writeJumping writes a motor that is elsewhere after a while.
func (f *file) writeJumping(n int) {
	f.writeMotor(Motor(n), "motor", n, func(train int) (at, target float64) {
		at = float64(n) + 0.5*float64(train/trainsPerStep)
		return at, at
	})
}

// A stage is at a position of a scan for so many trains, of which it moves in the last.
const (
	stageTrains = 16
	stageMoving = 4
	stageStep   = 0.5
)

// writeStage writes a motor that scans.
func (f *file) writeStage(n int) {
	f.writeMotor(Stage(n), "stage", n, func(train int) (at, target float64) {
		at = float64(n) + stageStep*float64(train/stageTrains)
		moved := train%stageTrains - (stageTrains - stageMoving) + 1
		if moved <= 0 {
			return at, at
		}
		return at + stageStep*float64(moved)/(stageMoving+1), at + stageStep
	})
}

// writeFixed writes a motor that stands still.
func (f *file) writeFixed(n int) {
	f.writeMotor(FixedMotor(n), "fixed motor", n, func(int) (at, target float64) { return 100 + float64(n), 100 + float64(n) })
}

func (f *file) writeMotor(source, purpose string, n int, position func(train int) (at, target float64)) {
	actual, target, steps := make([]float64, len(f.trains)), make([]float64, len(f.trains)), make([]int32, len(f.trains))
	for i, train := range f.trains {
		actual[i], target[i] = position(train)
		actual[i] += motorNoise * f.config.random(purpose, n, train).NormFloat64()
		steps[i] = int32(math.Round(actual[i] * 1000))
	}
	f.source("CONTROL/" + source)
	f.index(source, f.everyTrain())
	control(f, source, "actualPosition", actual)
	control(f, source, "targetPosition", target)
	control(f, source, "encoderPosition", steps)
	f.unit("CONTROL/"+source+"/actualPosition", "meter", "m", "milli", "m")
}

// writeThermometer writes a temperature that drifts by half a degree in two minutes or
// so, with noise.
func (f *file) writeThermometer(n int) {
	source, values := Thermometer(n), make([]float32, len(f.trains))
	for i, train := range f.trains {
		drift := 0.5 * math.Sin(float64(train)/600)
		values[i] = float32(20 + float64(n) + drift + 0.005*f.config.random("thermometer", n, train).NormFloat64())
	}
	f.source("CONTROL/" + source)
	f.index(source, f.everyTrain())
	control(f, source, "temperature", values)
	f.unit("CONTROL/"+source+"/temperature", "degree celsius", "degC", "", "")
}

// trainsPerStep is how long the motors stay.
const trainsPerStep = 10

// The images of a camera are this large.
const cameraRows, cameraCols = 48, 64

func (f *file) writeCamera(n int) {
	source := Camera(n)
	counts, trains := f.present(source)
	size := cameraRows * cameraCols
	pixels, exposure := make([]uint16, len(trains)*size), make([]float32, len(trains))
	for i, train := range trains {
		f.spot(pixels[i*size:(i+1)*size], n, train)
		exposure[i] = 0.01
	}
	f.source("INSTRUMENT/" + source + "/data")
	f.index(source+"/data", counts)
	base := "INSTRUMENT/" + source + "/data/"
	put(f, base+"trainId", []int{len(trains)}, f.ids(trains))
	put(f, base+"image/pixels", []int{len(trains), cameraRows, cameraCols}, pixels)
	put(f, base+"image/exposureTime", []int{len(trains)}, exposure)
}

// spot draws the beam on a camera's screen: it wanders a little.
func (f *file) spot(image []uint16, camera, train int) {
	r := f.config.random(fmt.Sprint("camera ", camera), train)
	y0, x0 := cameraRows/2+2*r.NormFloat64(), cameraCols/2+2*r.NormFloat64()
	height := 2000 * f.config.energies(train)[0]
	for row := range cameraRows {
		for col := range cameraCols {
			y, x := float64(row)-y0, float64(col)-x0
			image[row*cameraCols+col] = uint16(20 + height*math.Exp(-(x*x+y*y)/60))
		}
	}
}
