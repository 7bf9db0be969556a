package mockrun

import (
	"math"
	"math/rand/v2"
)

// What a pixel of raw data reads: ADUs per photon, on a pedestal.
const (
	aduPerPhoton = 8
	pedestal     = 100
	readoutNoise = 3 // ADU, standard deviation
)

// The bits of masks.
const (
	maskDead = 1 << 3
	maskStop = 1 << 12
)

// module makes the frames of one detector module.
type module struct {
	config Config
	number int
	mean   []float32 // photons in each pixel at a pulse energy of 1
	spread []float32 // standard deviation of the reading, in ADU
	gain   []uint16
	mask   []uint32 // not 0 for pixels that are bad
}

func newModule(c Config, number int, places []place) *module {
	size := c.Rows * c.Cols
	m := &module{config: c, number: number, mean: make([]float32, size), spread: make([]float32, size), gain: make([]uint16, size), mask: make([]uint32, size)}
	bad := c.random("bad pixels", number)
	for row := range c.Rows {
		for col := range c.Cols {
			i := row*c.Cols + col
			m.mean[i] = float32(rings(math.Hypot(places[i].x, places[i].y)))
			if places[i].behindStop() {
				m.mean[i], m.mask[i] = 0, maskStop
			}
			m.spread[i] = float32(math.Sqrt(readoutNoise*readoutNoise + float64(m.mean[i])*aduPerPhoton*aduPerPhoton))
			m.gain[i] = uint16(6800 + (row*7+col*3)%97)
			if bad.IntN(400) == 0 {
				m.mask[i] |= maskDead
			}
		}
	}
	return m
}

// rings is the pattern: photons per pixel at a distance from the beam.
func rings(r float64) float64 {
	photons := 6 * math.Exp(-r/0.25)
	for i, radius := range []float64{0.18, 0.31, 0.36, 0.52, 0.68, 0.83, 0.97} {
		width := 0.008 + 0.004*radius
		photons += 40 / (1 + 0.6*float64(i)) * math.Exp(-(r-radius)*(r-radius)/(2*width*width))
	}
	return photons
}

// random is a source of random numbers for one purpose, the same in every run of
// the program.
func (c Config) random(purpose string, numbers ...int) *rand.Rand {
	state := c.Seed
	mix := func(value uint64) {
		// The finalizer of splitmix64.
		state += value + 0x9e3779b97f4a7c15
		state = (state ^ state>>30) * 0xbf58476d1ce4e5b9
		state = (state ^ state>>27) * 0x94d049bb133111eb
		state ^= state >> 31
	}
	for _, letter := range []byte(purpose) {
		mix(uint64(letter))
	}
	for _, number := range numbers {
		mix(uint64(number))
	}
	return rand.New(rand.NewPCG(state, c.Seed))
}

// energies are those of a train's pulses, relative to the mean: they drift from
// train to train and jitter from pulse to pulse.
func (c Config) energies(train int) []float64 {
	r := c.random("energy", train)
	energies := make([]float64, c.Pulses)
	drift := 1 + 0.25*math.Sin(float64(train)/20)
	for i := range energies {
		energies[i] = math.Max(drift*(1+0.15*r.NormFloat64()), 0.05)
	}
	return energies
}

// noise is a table of normal deviates; frames take stretches of it, for speed.
var noise = func() []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	table := make([]float32, 1<<16)
	for i := range table {
		table[i] = float32(r.NormFloat64())
	}
	return table
}()

// deviates visits stretches of pixels of a frame with as many normal deviates.
func (m *module) deviates(train, pulse int, visit func(from int, z []float32)) {
	const stretch = 1 << 11
	r := m.config.random("noise", m.number, train, pulse)
	for from := 0; from < len(m.mean); from += stretch {
		n := min(stretch, len(m.mean)-from)
		at := r.IntN(len(noise) - n + 1)
		visit(from, noise[at:at+n])
	}
}

// raw makes a raw frame, the image and behind it the gain, for a pulse of the
// given energy.
func (m *module) raw(frame []uint16, train, pulse int, energy float64) {
	scale, root := float32(energy*aduPerPhoton), float32(math.Sqrt(energy))
	m.deviates(train, pulse, func(from int, z []float32) {
		mean, spread, out := m.mean[from:from+len(z)], m.spread[from:from+len(z)], frame[from:from+len(z)]
		for i := range z {
			// By way of int32, for which there is an instruction.
			out[i] = uint16(max(int32(pedestal+mean[i]*scale+spread[i]*root*z[i]), 0))
		}
	})
	copy(frame[len(m.mean):], m.gain) // where there is room for it
}

// corrected makes a corrected frame in photons; bad pixels are not a number.
func (m *module) corrected(frame []float32, train, pulse int, energy float64) {
	scale, root := float32(energy), float32(math.Sqrt(energy)/aduPerPhoton)
	nan := float32(math.NaN())
	m.deviates(train, pulse, func(from int, z []float32) {
		for i := range z {
			frame[from+i] = m.mean[from+i]*scale + m.spread[from+i]*root*z[i]
			if m.mask[from+i] != 0 {
				frame[from+i] = nan
			}
		}
	})
}
