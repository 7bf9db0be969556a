package h5

// #include "filters.h"
import "C"

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"extrapasha/internal/h5/format"
)

// filter is a step of what was done to a chunk before it was stored.
type filter struct {
	kind    int
	element int   // what shuffle takes for the size of an element
	wrong   error // what is wrong with its parameters, nil if nothing
}

// The filters that are undone here, by their numbers in the format.
const (
	deflateFilter  = format.DeflateFilter
	shuffleFilter  = format.ShuffleFilter
	fletcherFilter = format.FletcherFilter
	lzfFilter      = format.LZFFilter
)

// known are the filters where all can be undone here. What goes into a compressor must
// be of known size, so there can be one only. The error wraps ErrForm for others.
func known(filters []format.Filter) (steps []filter, err error) {
	compressors := 0
	for _, f := range filters {
		step := filter{kind: f.ID, wrong: f.Check()}
		switch f.ID {
		case deflateFilter, lzfFilter:
			compressors++
		case shuffleFilter:
			if step.wrong == nil {
				step.element = int(f.Values[0])
			}
		case fletcherFilter:
		default:
			return nil, fmt.Errorf("%w: %v", ErrForm, f)
		}
		steps = append(steps, step)
	}
	if compressors > 1 {
		return nil, fmt.Errorf("%w: %d compressors", ErrForm, compressors)
	}
	return steps, nil
}

// scratch is what reading needs besides the memory that it reads into.
type scratch struct {
	stored []byte    // a chunk as it is in the file
	stages [2][]byte // a chunk between two filters
	whole  []byte    // a chunk as it was written
	at     []int     // coordinates of a chunk
	piece  piece
}

// scratchLimit is how large a buffer is kept for other reads.
const scratchLimit = 64 << 20

// putBack gives it back for others to use.
func (s *scratch) putBack() {
	if cap(s.stored)+cap(s.stages[0])+cap(s.stages[1])+cap(s.whole) > scratchLimit {
		s.stored, s.stages, s.whole = nil, [2][]byte{}, nil
	}
	scratches.Put(s)
}

// grown is a buffer of n bytes, with the memory of an old one if that is enough.
func grown(buffer []byte, n int) []byte {
	if cap(buffer) < n {
		return make([]byte, n)
	}
	return buffer[:n]
}

// undo makes the bytes of a chunk from what is stored; into is as long as they must
// be.
func (s *scratch) undo(filters []filter, skipped uint32, stored, into []byte) error {
	first, checksums := -1, 0 // of the filters that were used; 4 bytes each
	for i := len(filters) - 1; i >= 0; i-- {
		if skipped>>i&1 == 0 {
			first = i
			if filters[i].kind == fletcherFilter {
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
		case f.kind == fletcherFilter:
			checksums--
			var err error
			if data, err = withoutChecksum(data); err != nil {
				return err
			}
			continue
		}
		size := len(data)
		if f.kind != shuffleFilter {
			size = len(into) + 4*checksums
		}
		out := into
		if i != first || size != len(into) {
			s.stages[side] = grown(s.stages[side], size)
			out, side = s.stages[side], 1-side
		}
		if err := f.undo(data, out); err != nil {
			return err
		}
		data = out
	}
	if len(data) != len(into) {
		return fmt.Errorf("%w: a chunk of %d bytes, expected %d", ErrCorrupt, len(data), len(into))
	}
	if unsafe.SliceData(data) != unsafe.SliceData(into) {
		copy(into, data)
	}
	return nil
}

// undo undoes compression or shuffling. out is as long as what must come out.
func (f filter) undo(in, out []byte) error {
	if len(in) == 0 || len(out) == 0 {
		return fmt.Errorf("%w: a chunk of no bytes", ErrCorrupt)
	}
	from, to := bytesOf(in), bytesOf(out)
	switch f.kind {
	case shuffleFilter:
		C.shim_unshuffle(from, C.size_t(len(in)), C.size_t(f.element), to)
	case deflateFilter:
		if status := C.shim_inflate(from, C.size_t(len(in)), to, C.size_t(len(out))); status != 0 {
			return fmt.Errorf("%w: a deflated chunk of %d bytes does not give %d: %s", ErrCorrupt, len(in), len(out), inflateMessages[int(status)])
		}
	case lzfFilter:
		if n := C.shim_lzf_decode(from, C.size_t(len(in)), to, C.size_t(len(out))); int(n) != len(out) {
			return fmt.Errorf("%w: an LZF chunk of %d bytes does not give %d", ErrCorrupt, len(in), len(out))
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
		return nil, fmt.Errorf("%w: no room for a checksum in %d bytes", ErrCorrupt, len(data))
	}
	n := len(data) - 4
	stored, sum := binary.LittleEndian.Uint32(data[n:]), uint32(C.shim_fletcher32(bytesOf(data), C.size_t(n)))
	// Early versions of libhdf5 wrote the bytes of each half the other way round.
	if swapped := sum>>8&0x00ff00ff | sum<<8&0xff00ff00; stored != sum && stored != swapped {
		return nil, fmt.Errorf("%w: its checksum is %08x, expected %08x", ErrCorrupt, sum, stored)
	}
	return data[:n], nil
}

func bytesOf(b []byte) *C.uchar { return (*C.uchar)(unsafe.Pointer(unsafe.SliceData(b))) }
