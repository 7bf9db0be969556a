package mockrun

import (
	"bytes"
	"cmp"
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
			if c.kind().byTrain || r.Float64() >= c.MissingPulses {
				t.pulses = append(t.pulses, pulse)
			}
		}
		seen = append(seen, t)
	}
	return seen
}

// writeDetector writes a module's part of a file: raw, or corrected.
func (f *file) writeDetector(ctx context.Context, m *module, corrected bool, trains []train) {
	source := f.config.Source(m.number)
	if corrected {
		source = f.config.CorrectedSource(m.number)
	}
	if f.config.kind().byTrain {
		f.writeByTrain(ctx, m, source, corrected, trains)
		return
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
		f.linkLegacy(m.number, "image", "header", "trailer")
		return
	}
	images := f.config.FrameBytes() / f.config.imageBytes()
	frame := make([]uint16, images*int64(len(m.mean)))
	f.frames(ctx, trains, func(row int, t train, pulse int, energy float64, data *h5.NewData) error {
		m.raw(frame, t.number, pulse, energy)
		return f.writeRaw(data, []int{row, 0, 0, 0}, memory(frame))
	}, dataset[uint16](f, base+"/image/data", []int{len(ids), int(images), f.config.Rows, f.config.Cols}, f.rawFilters()...))
}

// rawFilters are those of raw frames.
func (f *file) rawFilters() []h5.Filter {
	if f.config.Deflate == 0 {
		return nil
	}
	return []h5.Filter{h5.Deflate(f.config.Deflate)}
}

// writeRaw writes a chunk of raw frames.
func (f *file) writeRaw(data *h5.NewData, at []int, chunk []byte) (err error) {
	if f.config.Deflate > 0 {
		if chunk, err = f.deflater.Deflate(chunk, f.config.Deflate); err != nil {
			return err
		}
	}
	return data.WriteChunk(at, 0, chunk)
}

// linkLegacy makes the corrected data known under the name that the raw data
// has, as older programs expect it.
func (f *file) linkLegacy(module int, groups ...string) {
	for _, section := range []string{"INDEX/", "INSTRUMENT/"} {
		if f.err == nil {
			f.err = f.SoftLink(section+f.config.Source(module), "/"+section+f.config.CorrectedSource(module))
		}
	}
	for _, group := range groups {
		f.source("INSTRUMENT/" + f.config.Source(module) + "/" + group)
	}
}

func (f *file) writeCorrected(ctx context.Context, m *module, base string, trains []train, rows int) {
	shape := []int{rows, f.config.Rows, f.config.Cols}
	at := func(row int) []int { return []int{row, 0, 0} }
	frame := make([]float32, len(m.mean))
	f.frames(ctx, trains, func(row int, t train, pulse int, energy float64, data *h5.NewData) error {
		m.corrected(frame, t.number, pulse, energy)
		return data.WriteChunk(at(row), 0, memory(frame))
	}, dataset[float32](f, base+"data", shape))
	// Every frame has the same mask, and all pixels are in high gain.
	f.constant(rows, at, deflate(memory(m.mask)), dataset[uint32](f, base+"mask", shape, h5.Deflate(1)))
	f.constant(rows, at, deflate(make([]byte, len(m.mean))), dataset[uint8](f, base+"gain", shape, h5.Deflate(1)))
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
	row := 0
	f.entries(ctx, trains, func(_ int, t train, energies []float64, data *h5.NewData) error {
		for _, pulse := range t.pulses {
			if err := cmp.Or(context.Cause(ctx), write(row, t, pulse, energies[pulse], data)); err != nil {
				return err
			}
			row++
		}
		return nil
	}, data)
}

// constant writes the same compressed chunk for every frame.
func (f *file) constant(rows int, at func(row int) []int, chunk []byte, data *h5.NewData) {
	if f.err != nil {
		return
	}
	defer data.Close()
	for row := range rows {
		if f.err = data.WriteChunk(at(row), 0, chunk); f.err != nil {
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
