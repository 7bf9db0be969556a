#include "filters.h"

#include <isa-l/igzip_lib.h>
#include <limits.h>
#include <string.h>

int shim_inflate(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size) {
    struct inflate_state state;
    if (in_size > UINT_MAX || out_size > UINT_MAX)
        return ISAL_INVALID_OPERATION;
    isal_inflate_init(&state);
    state.next_in = (unsigned char *)in;
    state.avail_in = in_size;
    state.next_out = out;
    state.avail_out = out_size;
    state.crc_flag = ISAL_ZLIB;
    int status = isal_inflate_stateless(&state);
    if (status == ISAL_DECOMP_OK && state.avail_out > 0)
        return SHIM_INFLATE_SHORT;
    return status;
}

// Vectors of 16 bytes, which compilers turn into the instructions of the machine.
typedef unsigned char vector __attribute__((vector_size(16)));

#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLE __builtin_shufflevector
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (vector){__VA_ARGS__})
#endif

static inline vector low(vector a, vector b) { return SHUFFLE(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23); }
static inline vector high(vector a, vector b) { return SHUFFLE(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31); }

// Puts together 16 elements: interleaving row i with row i + n/2 of n rows, log2(n)
// times, brings the bytes of an element side by side.
static inline void interleave(vector *rows, int n) {
    vector next[16];
    for (int step = 1; step < n; step *= 2) {
        for (int i = 0; i < n / 2; i++) {
            next[2 * i] = low(rows[i], rows[i + n / 2]);
            next[2 * i + 1] = high(rows[i], rows[i + n / 2]);
        }
        memcpy(rows, next, n * sizeof *rows);
    }
}

// n is a constant where it is called, so that the loops are unrolled.
static inline __attribute__((always_inline)) size_t unshuffle_vectors(const unsigned char *in, size_t count, int n, unsigned char *out) {
    size_t done = 0;
    for (; done + 16 <= count; done += 16) {
        vector rows[16];
        for (int i = 0; i < n; i++)
            memcpy(&rows[i], in + i * count + done, 16);
        interleave(rows, n);
        memcpy(out + done * n, rows, 16 * n);
    }
    return done;
}

void shim_unshuffle(const unsigned char *in, size_t size, size_t element, unsigned char *out) {
    size_t count = element > 1 ? size / element : 0, done = 0;
    if (count <= 1) { // nothing was shuffled
        memcpy(out, in, size);
        return;
    }
    switch (element) {
    case 2: done = unshuffle_vectors(in, count, 2, out); break;
    case 4: done = unshuffle_vectors(in, count, 4, out); break;
    case 8: done = unshuffle_vectors(in, count, 8, out); break;
    case 16: done = unshuffle_vectors(in, count, 16, out); break;
    }
    for (size_t byte = 0; byte < element; byte++)
        for (size_t i = done; i < count; i++)
            out[i * element + byte] = in[byte * count + i];
    memcpy(out + count * element, in + count * element, size - count * element);
}

// A sum modulo 65535, as libhdf5 folds it: 0 only where it is a sum of zeros.
static uint64_t fold(uint64_t sum) { return sum ? (sum - 1) % 65535 + 1 : 0; }

// Fletcher's checksum over big-endian words of 16 bits, the sums taken modulo
// 65535. Within a block the second sum is a sum with weights, which vectors do.
uint32_t shim_fletcher32(const unsigned char *in, size_t size) {
    enum { BLOCK = 256 };
    uint64_t first = 0, second = 0;
    size_t words = size / 2;
    while (words) {
        size_t n = words < BLOCK ? words : BLOCK;
        uint32_t sum = 0, weighted = 0; // at most 256 · 257 / 2 · 65535 < 2^32
        for (size_t i = 0; i < n; i++) {
            uint32_t word = (uint32_t)in[2 * i] << 8 | in[2 * i + 1];
            sum += word;
            weighted += (uint32_t)(n - i) * word;
        }
        second = fold(second + n * first + weighted);
        first = fold(first + sum);
        in += 2 * n;
        words -= n;
    }
    if (size % 2) {
        first = fold(first + ((uint32_t)*in << 8));
        second = fold(second + first);
    }
    return (uint32_t)(second << 16 | first);
}
