package mockrun

import (
	"bytes"
	"compress/zlib"
	"context"
	"unsafe"

	"extrapasha/internal/h5"
)

// train is what a module has of one train: the pulses it saw.
type train struct {
	number int
	pulses []int
}

// seen draws which of the pulses of each train a module saw. Trains that are
// missing altogether are not in its file.
func (c Config) seen(module int, trains []int) []train {
	var seen []train
	for _, number := range trains {
		r := c.random("missing", module, number)
		if r.Float64() < c.MissingTrains {
			continue
		}
		t := train{number: number}
		for pulse := range c.Pulses {
			if r.Float64() >= c.MissingPulses {
				t.pulses = append(t.pulses, pulse)
			}
		}
		seen = append(seen, t)
	}
	return seen
}

// writeDetector writes a module's part of a file: raw, or corrected.
func (f *file) writeDetector(ctx context.Context, m *module, corrected bool, trains []train) {
	source := Module(m.number)
	if corrected {
		source = CorrectedModule(m.number)
	}
	counts, single := make([]uint64, len(trains)), make([]uint64, len(trains))
	var ids, pulses, headers, pulseCounts []uint64
	for i, t := range trains {
		counts[i], single[i] = uint64(len(t.pulses)), 1
		id := f.config.FirstTrain + uint64(t.number)
		headers, pulseCounts = append(headers, id), append(pulseCounts, uint64(len(t.pulses)))
		for _, pulse := range t.pulses {
			ids, pulses = append(ids, id), append(pulses, uint64(4*pulse))
		}
	}
	f.index(source+"/image", counts)
	for _, group := range []string{"header", "trailer"} {
		f.index(source+"/"+group, single)
	}
	for _, group := range []string{"image", "header", "trailer"} {
		f.source("INSTRUMENT/" + source + "/" + group)
	}
	base := "INSTRUMENT/" + source
	shape := []int{len(ids), 1} // raw data has another dimension, of length 1
	if corrected {
		shape = shape[:1]
	}
	cells := make([]uint16, len(ids))
	for i, pulse := range pulses {
		cells[i] = uint16(pulse / 4)
	}
	put(f, base+"/image/trainId", shape[:1], ids)
	put(f, base+"/image/pulseId", shape, pulses)
	put(f, base+"/image/cellId", shape, cells)
	put(f, base+"/image/status", shape, make([]uint16, len(ids)))
	put(f, base+"/header/trainId", []int{len(trains)}, headers)
	put(f, base+"/header/pulseCount", []int{len(trains)}, pulseCounts)
	put(f, base+"/trailer/trainId", []int{len(trains)}, headers)
	put(f, base+"/trailer/status", []int{len(trains)}, make([]uint64, len(trains)))
	if corrected {
		f.writeCorrected(ctx, m, base+"/image/", trains, len(ids))
		f.linkLegacy(m.number)
		return
	}
	frame := make([]uint16, 2*len(m.mean))
	var filters []h5.Filter
	if f.config.Deflate > 0 {
		filters = []h5.Filter{h5.Deflate(f.config.Deflate)}
	}
	f.frames(ctx, trains, func(row int, t train, pulse int, energy float64, data *h5.NewData) error {
		m.raw(frame, t.number, pulse, energy)
		chunk := memory(frame)
		if f.config.Deflate > 0 {
			var err error
			if chunk, err = f.deflater.Deflate(chunk, f.config.Deflate); err != nil {
				return err
			}
		}
		return data.WriteChunk([]int{row, 0, 0, 0}, 0, chunk)
	}, dataset[uint16](f, base+"/image/data", []int{len(ids), 2, f.config.Rows, f.config.Cols}, filters...))
}

// linkLegacy makes the corrected data known under the name that the raw data
// has, as older programs expect it.
func (f *file) linkLegacy(module int) {
	for _, section := range []string{"INDEX/", "INSTRUMENT/"} {
		if f.err == nil {
			f.err = f.SoftLink(section+Module(module), "/"+section+CorrectedModule(module))
		}
	}
	for _, group := range []string{"image", "header", "trailer"} {
		f.source("INSTRUMENT/" + Module(module) + "/" + group)
	}
}

func (f *file) writeCorrected(ctx context.Context, m *module, base string, trains []train, rows int) {
	shape := []int{rows, f.config.Rows, f.config.Cols}
	frame := make([]float32, len(m.mean))
	f.frames(ctx, trains, func(row int, t train, pulse int, energy float64, data *h5.NewData) error {
		m.corrected(frame, t.number, pulse, energy)
		return data.WriteChunk([]int{row, 0, 0}, 0, memory(frame))
	}, dataset[float32](f, base+"data", shape))
	// Every frame has the same mask, and all pixels are in high gain.
	f.constant(rows, deflate(memory(m.mask)), dataset[uint32](f, base+"mask", shape, h5.Deflate(1)))
	f.constant(rows, deflate(make([]byte, len(m.mean))), dataset[uint8](f, base+"gain", shape, h5.Deflate(1)))
}

// dataset makes a dataset with chunks of one frame, nil after an error.
func dataset[T any](f *file, path string, shape []int, filters ...h5.Filter) *h5.NewData {
	if f.err != nil {
		return nil
	}
	data, err := h5.NewDataset[T](f.Writer, path, shape, h5.Layout{Chunk: append([]int{1}, shape[1:]...), Filters: filters})
	f.err = err
	return data
}

// frames writes a frame for every pulse of the trains, until ctx is done.
func (f *file) frames(ctx context.Context, trains []train, write func(row int, t train, pulse int, energy float64, data *h5.NewData) error, data *h5.NewData) {
	if f.err != nil {
		return
	}
	defer data.Close()
	row := 0
	for _, t := range trains {
		energies := f.config.energies(t.number)
		for _, pulse := range t.pulses {
			if f.err = context.Cause(ctx); f.err != nil {
				return
			}
			if f.err = write(row, t, pulse, energies[pulse], data); f.err != nil {
				return
			}
			row++
		}
	}
}

// constant writes the same compressed chunk for every frame.
func (f *file) constant(rows int, chunk []byte, data *h5.NewData) {
	if f.err != nil {
		return
	}
	defer data.Close()
	for row := range rows {
		if f.err = data.WriteChunk([]int{row, 0, 0}, 0, chunk); f.err != nil {
			return
		}
	}
}

// deflate makes the same bytes with any version of any library but this one, which is
// pinned; [filter.Deflater] is faster.
func deflate(data []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(data) // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// memory is the bytes of a frame.
func memory[T any](frame []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(frame))), len(frame)*int(unsafe.Sizeof(frame[0])))
}
