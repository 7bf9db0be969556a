package mockrun

import (
	"context"

	"extrapasha/internal/h5"
)

// writeByTrain writes a module's part of a file for detectors with one entry a train, of
// all memory cells.
func (f *file) writeByTrain(ctx context.Context, m *module, source string, corrected bool, trains []train) {
	cells := f.config.Pulses
	base := "INSTRUMENT/" + source + "/data/"
	counts, ids := make([]uint64, len(trains)), make([]uint64, len(trains))
	numbers, cell := make([]uint64, len(trains)*cells), make([]uint8, len(trains)*cells)
	for i, t := range trains {
		counts[i], ids[i] = 1, f.config.FirstTrain+uint64(t.number)
		for pulse := range cells {
			numbers[i*cells+pulse], cell[i*cells+pulse] = uint64(t.number*cells+pulse), uint8(pulse)
		}
	}
	f.index(source+"/data", counts)
	f.source("INSTRUMENT/" + source + "/data")
	put(f, base+"trainId", []int{len(trains)}, ids)
	put(f, base+"frameNumber", []int{len(trains), cells}, numbers)
	put(f, base+"memoryCell", []int{len(trains), cells}, cell)
	shape := []int{len(trains), cells, f.config.Rows, f.config.Cols}
	size := len(m.mean)
	at := func(row int) []int { return []int{row, 0, 0, 0} }
	f.constant(len(trains), at, deflate(make([]byte, cells*size)), dataset[uint8](f, base+"gain", shape, h5.Deflate(1)))
	if !corrected {
		entry := make([]uint16, cells*size)
		f.entries(ctx, trains, func(row int, t train, energies []float64, data *h5.NewData) error {
			for pulse := range cells {
				m.raw(entry[pulse*size:(pulse+1)*size], t.number, pulse, energies[pulse])
			}
			return f.writeRaw(data, at(row), memory(entry))
		}, dataset[uint16](f, base+"adc", shape, f.rawFilters()...))
		return
	}
	entry, masks := make([]float32, cells*size), make([]uint32, 0, cells*size)
	for range cells {
		masks = append(masks, m.mask...)
	}
	f.entries(ctx, trains, func(row int, t train, energies []float64, data *h5.NewData) error {
		for pulse := range cells {
			m.corrected(entry[pulse*size:(pulse+1)*size], t.number, pulse, energies[pulse])
		}
		return data.WriteChunk(at(row), 0, memory(entry))
	}, dataset[float32](f, base+"adc", shape))
	f.constant(len(trains), at, deflate(memory(masks)), dataset[uint32](f, base+"mask", shape, h5.Deflate(1)))
	f.linkLegacy(m.number, "data")
}

// entries writes an entry for every train, until ctx is done.
func (f *file) entries(ctx context.Context, trains []train, write func(row int, t train, energies []float64, data *h5.NewData) error, data *h5.NewData) {
	if f.err != nil {
		return
	}
	defer data.Close()
	for row, t := range trains {
		if f.err = context.Cause(ctx); f.err != nil {
			return
		}
		if f.err = write(row, t, f.config.light(t.number), data); f.err != nil {
			return
		}
	}
}
