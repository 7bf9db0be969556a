// The filters of a chunk, done and undone without libhdf5 and without its lock.
#ifndef EXTRAPASHA_H5_FILTERS_H
#define EXTRAPASHA_H5_FILTERS_H

#include <stddef.h>
#include <stdint.h>

// Inflates a zlib stream that must give exactly out_size bytes: 0, or what ISA-L
// says, or SHIM_INFLATE_SHORT.
enum { SHIM_INFLATE_SHORT = 100 };
int shim_inflate(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size);

// Makes a zlib stream of a level of ISA-L, 1 to 3, with a buffer of as many bytes as
// shim_deflate_buffer tells. Returns its size, 0 where out is too small.
size_t shim_deflate_buffer(int level);
size_t shim_deflate(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size, int level, unsigned char *buffer);

// Puts the bytes of elements together that lie apart, the first of all elements,
// the second of all, and so on.
void shim_unshuffle(const unsigned char *in, size_t size, size_t element, unsigned char *out);

// The other way round: takes them apart.
void shim_shuffle(const unsigned char *in, size_t size, size_t element, unsigned char *out);

// The checksum of libhdf5's fletcher32 filter.
uint32_t shim_fletcher32(const unsigned char *in, size_t size);

// Returns the number of bytes that came out, 0 where the stream is damaged or
// does not fit.
size_t shim_lzf_decode(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size);

// shim_lzf_decode, for others to call.
void *shim_lzf_decoder(void);

#endif
