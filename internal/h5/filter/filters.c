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

size_t shim_deflate_buffer(int level) {
    return level <= 1 ? ISAL_DEF_LVL1_DEFAULT : level == 2 ? ISAL_DEF_LVL2_DEFAULT : ISAL_DEF_LVL3_DEFAULT;
}

size_t shim_deflate(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size, int level, unsigned char *buffer) {
    struct isal_zstream stream;
    if (in_size > UINT_MAX || out_size > UINT_MAX)
        return 0;
    isal_deflate_stateless_init(&stream);
    stream.next_in = (unsigned char *)in;
    stream.avail_in = in_size;
    stream.next_out = out;
    stream.avail_out = out_size;
    stream.end_of_stream = 1;
    stream.flush = NO_FLUSH;
    stream.gzip_flag = IGZIP_ZLIB;
    stream.level = level;
    stream.level_buf = buffer;
    stream.level_buf_size = shim_deflate_buffer(level);
    return isal_deflate_stateless(&stream) == COMP_OK ? stream.total_out : 0;
}

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define HAS_VECTORS
#endif
#endif

#ifdef HAS_VECTORS

// Two vectors of 16 bytes, which compilers turn into the instructions of the machine.
typedef unsigned char vector __attribute__((vector_size(32)));

typedef unsigned char half __attribute__((vector_size(16)));

#define PAIRS(i) i, i + 32, i + 1, i + 33, i + 2, i + 34, i + 3, i + 35, i + 4, i + 36, i + 5, i + 37, i + 6, i + 38, i + 7, i + 39
#define FROM(i) i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6, i + 7, i + 8, i + 9, i + 10, i + 11, i + 12, i + 13, i + 14, i + 15
#define LOW(a, b) __builtin_shufflevector(a, b, PAIRS(0), PAIRS(16))
#define HIGH(a, b) __builtin_shufflevector(a, b, PAIRS(8), PAIRS(24))

// The machine that this runs on may have wider vectors than that it is compiled for.
#if defined(__x86_64__) && defined(__GLIBC__)
#define FOR_MACHINES __attribute__((target_clones("avx2", "default")))
#else
#define FOR_MACHINES
#endif

// Interleaving row i with row i + n/2 of n rows, log2(n) times, brings the bytes of
// each of 16 elements side by side, in both halves of the vectors.
#define STEP(n, from, to)                                                                   \
    _Pragma("GCC unroll 16") for (int i = 0; i < n / 2; i++) {                              \
        to[2 * i] = LOW(from[i], from[i + n / 2]);                                          \
        to[2 * i + 1] = HIGH(from[i], from[i + n / 2]);                                     \
    }

// One function for each size, so that all of it is unrolled and stays in registers.
#define UNSHUFFLE(n, STEPS)                                                                 \
    FOR_MACHINES                                                                            \
    static size_t unshuffle##n(const unsigned char *in, size_t count, unsigned char *out) { \
        size_t done = 0;                                                                    \
        for (; done + 32 <= count; done += 32) {                                            \
            vector a[n], b[n];                                                              \
            _Pragma("GCC unroll 16") for (int i = 0; i < n; i++)                            \
                memcpy(&a[i], in + i * count + done, 32);                                   \
            STEPS                                                                           \
            _Pragma("GCC unroll 16") for (int i = 0; i < n; i++) {                          \
                half first = __builtin_shufflevector(a[i], a[i], FROM(0));                  \
                half second = __builtin_shufflevector(a[i], a[i], FROM(16));                \
                memcpy(out + done * n + 16 * i, &first, 16);                                \
                memcpy(out + done * n + 16 * (i + n), &second, 16);                         \
            }                                                                               \
        }                                                                                   \
        return done;                                                                        \
    }

#define TWICE(n) STEP(n, a, b) STEP(n, b, a)
#define ONCE(n) STEP(n, a, b) memcpy(a, b, sizeof a);
UNSHUFFLE(2, ONCE(2))
UNSHUFFLE(4, TWICE(4))
UNSHUFFLE(8, TWICE(8) ONCE(8))
UNSHUFFLE(16, TWICE(16) TWICE(16))

// Each step brings the first bit of the place of a byte among the n rows behind the others.
// Of the 4 bits and log2(n) that there are, 4 steps bring those of the byte in its element to
// the front.
#define SHUFFLE(n)                                                                          \
    FOR_MACHINES                                                                            \
    static size_t shuffle##n(const unsigned char *in, size_t count, unsigned char *out) {   \
        size_t done = 0;                                                                    \
        for (; done + 32 <= count; done += 32) {                                            \
            vector a[n], b[n];                                                              \
            _Pragma("GCC unroll 16") for (int i = 0; i < n; i++) {                          \
                half first, second;                                                         \
                memcpy(&first, in + done * n + 16 * i, 16);                                 \
                memcpy(&second, in + done * n + 16 * (i + n), 16);                          \
                a[i] = __builtin_shufflevector(first, second, FROM(0), FROM(16));           \
            }                                                                               \
            TWICE(n) TWICE(n)                                                               \
            _Pragma("GCC unroll 16") for (int i = 0; i < n; i++)                            \
                memcpy(out + i * count + done, &a[i], 32);                                  \
        }                                                                                   \
        return done;                                                                        \
    }

SHUFFLE(2)
SHUFFLE(4)
SHUFFLE(8)
SHUFFLE(16)

// Takes most elements apart and tells how many.
static size_t shuffle_vectors(const unsigned char *in, size_t count, size_t element, unsigned char *out) {
    switch (element) {
    case 2: return shuffle2(in, count, out);
    case 4: return shuffle4(in, count, out);
    case 8: return shuffle8(in, count, out);
    case 16: return shuffle16(in, count, out);
    }
    return 0;
}

// Puts most elements together and tells how many.
static size_t unshuffle_vectors(const unsigned char *in, size_t count, size_t element, unsigned char *out) {
    switch (element) {
    case 2: return unshuffle2(in, count, out);
    case 4: return unshuffle4(in, count, out);
    case 8: return unshuffle8(in, count, out);
    case 16: return unshuffle16(in, count, out);
    }
    return 0;
}

#else

static size_t unshuffle_vectors(const unsigned char *in, size_t count, size_t element, unsigned char *out) {
    (void)in, (void)count, (void)element, (void)out;
    return 0;
}

static size_t shuffle_vectors(const unsigned char *in, size_t count, size_t element, unsigned char *out) {
    return unshuffle_vectors(in, count, element, out);
}

#endif

void shim_unshuffle(const unsigned char *in, size_t size, size_t element, unsigned char *out) {
    size_t count = element > 1 ? size / element : 0;
    if (count <= 1) { // nothing was shuffled
        memcpy(out, in, size);
        return;
    }
    size_t done = unshuffle_vectors(in, count, element, out);
    for (size_t byte = 0; byte < element; byte++)
        for (size_t i = done; i < count; i++)
            out[i * element + byte] = in[byte * count + i];
    memcpy(out + count * element, in + count * element, size - count * element);
}

void shim_shuffle(const unsigned char *in, size_t size, size_t element, unsigned char *out) {
    size_t count = element > 1 ? size / element : 0;
    if (count <= 1) { // there is nothing to take apart
        memcpy(out, in, size);
        return;
    }
    size_t done = shuffle_vectors(in, count, element, out);
    for (size_t byte = 0; byte < element; byte++)
        for (size_t i = done; i < count; i++)
            out[byte * count + i] = in[i * element + byte];
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
