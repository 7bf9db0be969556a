// LZF, as h5py writes it.
//
// A stream is a row of literals and back references. A control byte below 32
// is followed by that many bytes and one more. Else its upper three bits are the
// length less 2 (7: add the next byte), its lower five and the next byte the
// distance less 1.

#include "filters.h"

#include <string.h>

size_t shim_lzf_decode(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size) {
    size_t i = 0, o = 0;
    while (i < in_size) {
        size_t control = in[i++];
        if (control < 32) {
            size_t n = control + 1;
            if (n > in_size - i || n > out_size - o)
                return 0;
            memcpy(out + o, in + i, n);
            i += n;
            o += n;
            continue;
        }
        size_t length = control >> 5;
        if (length == 7) {
            if (i >= in_size)
                return 0;
            length += in[i++];
        }
        length += 2;
        if (i >= in_size)
            return 0;
        size_t distance = ((control & 31) << 8 | in[i++]) + 1;
        if (distance > o || length > out_size - o)
            return 0;
        // Byte by byte: the reference may reach into what it makes.
        for (; length > 0; length--, o++)
            out[o] = out[o - distance];
    }
    return o;
}

void *shim_lzf_decoder(void) { return (void *)shim_lzf_decode; }
