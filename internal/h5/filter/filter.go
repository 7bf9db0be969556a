// Package filter undoes what was done to the chunks of a dataset before they were
// stored: deflate (by ISA-L), shuffle, fletcher32 and LZF; the first two it also does. Bytes
// go in, bytes come out.
package filter

// #cgo CFLAGS: -O3
// #cgo linux,amd64 linux,arm64 CFLAGS: -I/usr/include/hdf5/serial
// #cgo LDFLAGS: -lisal
// #include "needs.h"
// #include "filters.h"
import "C"

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// step is one of the filters of a chunk.
type step struct {
	kind    int
	element int   // what shuffle takes for the size of an element
	wrong   error // what is wrong with its parameters, nil if nothing
}

// Steps are the filters of a chunk, in the order in which they were used.
type Steps []step

// Known are the steps where all can be undone here. What goes into a compressor must
// be of known size, so there can be one only. The error wraps [format.ErrForm] for others.
func Known(filters []format.Filter) (steps Steps, err error) {
	compressors := 0
	for _, f := range filters {
		s := step{kind: f.ID, wrong: f.Check()}
		switch f.ID {
		case format.DeflateFilter, format.LZFFilter:
			compressors++
		case format.ShuffleFilter:
			if s.wrong == nil {
				s.element = int(f.Values[0])
			}
		case format.FletcherFilter:
		default:
			return nil, fmt.Errorf("%w: %v", format.ErrForm, f)
		}
		steps = append(steps, s)
	}
	if compressors > 1 {
		return nil, fmt.Errorf("%w: %d compressors", format.ErrForm, compressors)
	}
	return steps, nil
}

// Stages is memory for what chunks are between two filters. One can be used for many
// chunks, by one goroutine at a time.
type Stages struct{ buffers [2][]byte }

// Size is how many bytes the memory is.
func (s *Stages) Size() int { return cap(s.buffers[0]) + cap(s.buffers[1]) }

// Undo makes the bytes of a chunk from what is stored; into is as long as they must
// be. The bits of skipped are the steps that were not used for this chunk. The error
// wraps [format.ErrCorrupt].
func (s *Stages) Undo(filters Steps, skipped uint32, stored, into []byte) error {
	first, checksums := -1, 0 // of the filters that were used; 4 bytes each
	for i := len(filters) - 1; i >= 0; i-- {
		if skipped>>i&1 == 0 {
			first = i
			if filters[i].kind == format.FletcherFilter {
				checksums++
			}
		}
	}
	data, side := stored, 0
	for i := len(filters) - 1; i >= 0; i-- {
		f := filters[i]
		switch {
		case skipped>>i&1 == 1:
			continue
		case f.wrong != nil:
			return f.wrong
		case f.kind == format.FletcherFilter:
			checksums--
			var err error
			if data, err = withoutChecksum(data); err != nil {
				return err
			}
			continue
		}
		size := len(data)
		if f.kind != format.ShuffleFilter {
			size = len(into) + 4*checksums
		}
		out := into
		if i != first || size != len(into) {
			if cap(s.buffers[side]) < size {
				s.buffers[side] = make([]byte, size)
			}
			out, side = s.buffers[side][:size], 1-side
		}
		if err := f.undo(data, out); err != nil {
			return err
		}
		data = out
	}
	if len(data) != len(into) {
		return fmt.Errorf("%w: a chunk of %d bytes, expected %d", format.ErrCorrupt, len(data), len(into))
	}
	if unsafe.SliceData(data) != unsafe.SliceData(into) {
		copy(into, data)
	}
	return nil
}

// undo undoes compression or shuffling. out is as long as what must come out.
func (f step) undo(in, out []byte) error {
	if len(in) == 0 || len(out) == 0 {
		return fmt.Errorf("%w: a chunk of no bytes", format.ErrCorrupt)
	}
	from, to := bytesOf(in), bytesOf(out)
	switch f.kind {
	case format.ShuffleFilter:
		C.shim_unshuffle(from, C.size_t(len(in)), C.size_t(f.element), to)
	case format.DeflateFilter:
		if status := C.shim_inflate(from, C.size_t(len(in)), to, C.size_t(len(out))); status != 0 {
			return fmt.Errorf("%w: a deflated chunk of %d bytes does not give %d: %s", format.ErrCorrupt, len(in), len(out), inflateMessages[int(status)])
		}
	case format.LZFFilter:
		if n := C.shim_lzf_decode(from, C.size_t(len(in)), to, C.size_t(len(out))); int(n) != len(out) {
			return fmt.Errorf("%w: an LZF chunk of %d bytes does not give %d", format.ErrCorrupt, len(in), len(out))
		}
	}
	return nil
}

// inflateMessages are what ISA-L tells by numbers.
var inflateMessages = map[int]string{
	C.SHIM_INFLATE_SHORT: "it gives fewer",
	1:                    "it ends too early",
	2:                    "it gives more",
	6:                    "it needs a dictionary",
	-1:                   "it has an invalid block",
	-2:                   "it has an invalid symbol",
	-3:                   "it refers to what is before its beginning",
	-4:                   "it is not a zlib stream",
	-5:                   "it is not deflated",
	-6:                   "its checksum does not match",
}

// withoutChecksum checks and takes off the checksum at the end of data.
func withoutChecksum(data []byte) ([]byte, error) {
	if len(data) <= 4 {
		return nil, fmt.Errorf("%w: no room for a checksum in %d bytes", format.ErrCorrupt, len(data))
	}
	n := len(data) - 4
	stored, sum := binary.LittleEndian.Uint32(data[n:]), uint32(C.shim_fletcher32(bytesOf(data), C.size_t(n)))
	// Early versions of libhdf5 wrote the bytes of each half the other way round.
	if swapped := sum>>8&0x00ff00ff | sum<<8&0xff00ff00; stored != sum && stored != swapped {
		return nil, fmt.Errorf("%w: its checksum is %08x, expected %08x", format.ErrCorrupt, sum, stored)
	}
	return data[:n], nil
}

func bytesOf(b []byte) *C.uchar { return (*C.uchar)(unsafe.Pointer(unsafe.SliceData(b))) }

// LZFDecoder is the function that undoes LZF, for C:
//
//	size_t decode(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size)
func LZFDecoder() unsafe.Pointer { return C.shim_lzf_decoder() }
