// What the Go side needs of libhdf5 and gonum's binding does not have. Every
// function runs under the lock of lock.go.
#ifndef EXTRAPASHA_H5_SHIM_H
#define EXTRAPASHA_H5_SHIM_H

#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>

enum { SHIM_MAX_RANK = 32, SHIM_NULL = -1 };

// Element types, in the order of the DType constants of dtype.go.
enum {
    SHIM_OTHER, SHIM_BOOL,
    SHIM_INT8, SHIM_INT16, SHIM_INT32, SHIM_INT64,
    SHIM_UINT8, SHIM_UINT16, SHIM_UINT32, SHIM_UINT64,
    SHIM_FLOAT16, SHIM_FLOAT32, SHIM_FLOAT64,
    SHIM_COMPLEX64, SHIM_COMPLEX128,
    SHIM_STRING,
    SHIM_RECORD
};

// Kinds of types that others are made of.
enum { SHIM_SIGNED, SHIM_UNSIGNED, SHIM_FLOAT, SHIM_TEXT, SHIM_OPAQUE };

enum { SHIM_MAX_FILTERS = 8 };

void shim_close_all(size_t n, const hid_t *ids);
#define CLOSE(...) shim_close_all(sizeof((hid_t[]){__VA_ARGS__}) / sizeof(hid_t), (hid_t[]){__VA_ARGS__})

void shim_quiet(void);
void shim_last_error(char *text, size_t size);
typedef size_t (*shim_decoder)(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size);
int shim_register_lzf(void *decoder);
hid_t shim_memory_type(int dtype);
int shim_read(hid_t dset, int dtype, int rank, const hsize_t *start, const hsize_t *step, const hsize_t *count, void *out);
int shim_read_strings(hid_t dset, int rank, const hsize_t *start, const hsize_t *step, const hsize_t *count, size_t n, char **out);
void shim_free_strings(size_t n, char **strings);

// What a new dataset is like.
typedef struct {
    int rank, chunked, filters, filled, early, raw, plain_edges;
    hsize_t dims[SHIM_MAX_RANK], most[SHIM_MAX_RANK], chunk[SHIM_MAX_RANK]; // most 0: no limit
    int filter[SHIM_MAX_FILTERS];
    unsigned level[SHIM_MAX_FILTERS];
    unsigned char fill[16];
} shim_layout;

hid_t shim_create_file(const char *path, int newest, int ordered, hsize_t user_block);
hid_t shim_create(hid_t file, const char *path, int dtype, const shim_layout *layout);
hid_t shim_create_of(hid_t file, const char *path, hid_t type, const shim_layout *layout);
hid_t shim_links(void);
hid_t shim_base_type(int kind, size_t size, int big);
int shim_write_of(hid_t dset, hid_t type, const void *data);

// A block of a dataset.
typedef struct {
    int rank;
    hsize_t dims[SHIM_MAX_RANK], start[SHIM_MAX_RANK], count[SHIM_MAX_RANK];
} shim_block;

hid_t shim_virtual_list(void);
int shim_virtual_block(hid_t plist, const shim_block *here, const char *file, const char *source, const shim_block *there);
hid_t shim_create_virtual(hid_t file, const char *path, hid_t type, int rank, const hsize_t *dims, hid_t plist, const void *fill);
int shim_shape(hid_t dset, int rank, hsize_t *dims);
hid_t shim_transfer(hid_t type);
int shim_write(hid_t dset, int dtype, const void *data);
int shim_write_region(hid_t dset, int dtype, int rank, const hsize_t *start, const hsize_t *step, const hsize_t *count, const void *data);
int shim_attribute(hid_t file, const char *object, const char *name, const char *value);
int shim_attributes(hid_t file, const char *object, const char *name, int dtype, int n, const void *values);
int shim_link(hid_t file, const char *path, const char *other, const char *target);
hid_t shim_group(hid_t file, const char *path);

// Copies of what is in another file, in copy.c.
hid_t shim_decode_type(const void *message, size_t size);
hid_t shim_storage(void);
hid_t shim_create_stored(hid_t file, const char *path, hid_t type, int rank, const hsize_t *dims, const hsize_t *most, hid_t list);
int shim_write_rows(hid_t to, int rank, const hsize_t *start, const hsize_t *count, const void *values);
int shim_copy_rows(hid_t from, hid_t to, int rank, const hsize_t *start, const hsize_t *count, const hsize_t *there);
int shim_attribute_of(hid_t file, const char *object, const char *name, hid_t type, int rank, const hsize_t *dims, const void *values);
int shim_copy_attribute(hid_t from, const char *name, hid_t type, hid_t file, const char *object);
int shim_name_type(hid_t file, const char *path, hid_t type);
int shim_ensure_group(hid_t file, const char *path);
int shim_hard_link(hid_t file, const char *path, const char *target);

#endif
