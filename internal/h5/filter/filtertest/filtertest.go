// Package filtertest does for tests what package filter undoes, as the definitions of
// the filters have it.
package filtertest

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/klauspost/compress/zlib"
)

// Deflated is a zlib stream.
func Deflated(data []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}

// Shuffled has the first bytes of all elements first, then the second.
func Shuffled(data []byte, element int) []byte {
	out := slices.Clone(data)
	n := len(data) / element
	if n > 1 {
		for i := range n * element {
			out[i%element*n+i/element] = data[i]
		}
	}
	return out
}

// Checksummed adds the checksum, word by word as its definition has it.
func Checksummed(data []byte) []byte {
	var first, second uint64
	for i := 0; i < len(data); i += 2 {
		word := uint64(data[i]) << 8
		if i+1 < len(data) {
			word |= uint64(data[i+1])
		}
		if first += word; first > 65535 {
			first -= 65535
		}
		if second += first; second > 65535 {
			second -= 65535
		}
	}
	return binary.LittleEndian.AppendUint32(slices.Clone(data), uint32(second<<16|first))
}

// LZF compresses: literals, and references to runs of what came three bytes before.
func LZF(data []byte) (out []byte) {
	for at := 0; at < len(data); {
		n := 0
		for at >= 3 && at+n < len(data) && n < 264 && data[at+n] == data[at+n-3] {
			n++
		}
		switch {
		case n >= 9:
			out = append(out, 7<<5, byte(n-9), 2)
		case n >= 3:
			out = append(out, byte(n-2)<<5, 2)
		default:
			n = min(7, len(data)-at)
			out = append(append(out, byte(n-1)), data[at:at+n]...)
		}
		at += n
	}
	return out
}
