package filter

// #include "filters.h"
import "C"

import "fmt"

// Deflater makes deflated chunks. One can be used for many, by one goroutine at a time;
// the zero value is ready.
type Deflater struct {
	out, buffer []byte
	level       C.int // of ISA-L, that buffer is for
}

// Deflate is a zlib stream of data. Levels are those of zlib, 1 to 9, of which ISA-L
// tells three apart. The stream is valid until the next is made.
func (d *Deflater) Deflate(data []byte, level int) ([]byte, error) {
	if level < 1 || level > 9 {
		return nil, fmt.Errorf("deflate of level %d, expected 1 to 9", level)
	}
	if as := C.int(level+2) / 3; as != d.level {
		d.level, d.buffer = as, make([]byte, C.shim_deflate_buffer(as))
	}
	// What does not get smaller is stored, in blocks of up to 65535 bytes.
	if most := len(data) + len(data)/1024 + 1024; cap(d.out) < most {
		d.out = make([]byte, most)
	}
	n := C.shim_deflate(bytesOf(data), C.size_t(len(data)), bytesOf(d.out), C.size_t(cap(d.out)), d.level, bytesOf(d.buffer))
	if n == 0 {
		return nil, fmt.Errorf("%d bytes are more than can be deflated at once", len(data))
	}
	return d.out[:n], nil
}
