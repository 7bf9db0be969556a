// The LZF filter of h5py, number 32000, for libhdf5 to read: h5py has its own
// copy of the compressor, so a plain libhdf5 does not know it.
#include "shim.h"

#include <stdlib.h>

enum { LZF_FILTER = 32000 };

static shim_decoder lzf_decode;

// values[2] is the size of a chunk, as h5py notes it.
static size_t lzf_filter(unsigned flags, size_t count, const unsigned values[], size_t used, size_t *size, void **buffer) {
    if (!(flags & H5Z_FLAG_REVERSE))
        return 0; // not compressed: the chunk is stored as it is
    size_t whole = count > 2 && values[2] ? values[2] : *size;
    unsigned char *out = malloc(whole);
    size_t decoded = out ? lzf_decode(*buffer, used, out, whole) : 0;
    if (!decoded) {
        free(out);
        return 0;
    }
    free(*buffer);
    *buffer = out;
    *size = whole;
    return decoded;
}

int shim_register_lzf(void *decoder) {
    lzf_decode = (shim_decoder)decoder;
    static const H5Z_class2_t lzf = {H5Z_CLASS_T_VERS, LZF_FILTER, 1, 1, "lzf", NULL, NULL, lzf_filter};
    return H5Zregister(&lzf);
}
