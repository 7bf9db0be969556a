// The LZF filter of h5py, number 32000, for libhdf5 to read: h5py has its own
// copy of the compressor, so a plain libhdf5 does not know it.
//
// A stream is a row of literals and back references. A control byte below 32
// is followed by that many bytes and one more. Else its upper three bits are the
// length less 2 (7: add the next byte), its lower five and the next byte the
// distance less 1.

#include "filters.h"
#include "shim.h"

#include <stdlib.h>
#include <string.h>

enum { LZF_FILTER = 32000 };

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

// values[2] is the size of a chunk, as h5py notes it.
static size_t lzf_filter(unsigned flags, size_t count, const unsigned values[], size_t used, size_t *size, void **buffer) {
    if (!(flags & H5Z_FLAG_REVERSE))
        return 0; // not compressed: the chunk is stored as it is
    size_t whole = count > 2 && values[2] ? values[2] : *size;
    unsigned char *out = malloc(whole);
    size_t decoded = out ? shim_lzf_decode(*buffer, used, out, whole) : 0;
    if (!decoded) {
        free(out);
        return 0;
    }
    free(*buffer);
    *buffer = out;
    *size = whole;
    return decoded;
}

int shim_register_lzf(void) {
    static const H5Z_class2_t lzf = {H5Z_CLASS_T_VERS, LZF_FILTER, 1, 1, "lzf", NULL, NULL, lzf_filter};
    return H5Zregister(&lzf);
}
