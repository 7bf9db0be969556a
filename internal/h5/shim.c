#include "driver.h"

#include <stdlib.h>
#include <string.h>

// Where a file could not be closed, for want of room, libhdf5 crashes when it is closed
// down. Programs in Go end without that, but for those with the race detector.
__attribute__((constructor)) static void no_exit(void) { H5dont_atexit(); }

// The error stack belongs to the thread where libhdf5 is thread-safe, so each
// thread must be told not to print it.
void shim_quiet(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// Closes what was opened, of any kind. A call that works makes libhdf5 forget the
// errors of the one before that failed: they are kept for lastError.
void shim_close_all(size_t n, const hid_t *ids) {
    hid_t errors = H5Eget_current_stack();
    for (size_t i = 0; i < n; i++)
        if (ids[i] >= 0)
            H5Idec_ref(ids[i]);
    if (errors >= 0)
        H5Eset_current_stack(errors);
}

typedef struct {
    char *text;
    size_t size;
} shim_message;

static herr_t take_message(unsigned n, const H5E_error2_t *error, void *data) {
    shim_message *message = data;
    (void)n;
    if (error->desc && error->desc[0]) {
        strncpy(message->text, error->desc, message->size - 1);
        message->text[message->size - 1] = 0;
    }
    return 0;
}

// The innermost message says most.
void shim_last_error(char *text, size_t size) {
    shim_message message = {text, size};
    text[0] = 0;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_message, &message);
    if (!text[0])
        return;
    char first[512] = "";
    shim_message inner = {first, sizeof first};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, take_message, &inner);
    if (first[0]) {
        strncpy(text, first, size - 1);
        text[size - 1] = 0;
    }
}

static hid_t half_type(void) {
    hid_t type = H5Tcopy(H5T_NATIVE_FLOAT);
    if (type < 0)
        return -1;
    // IEEE 754 binary16: sign 15, exponent 10 to 14, mantissa 0 to 9.
    if (H5Tset_fields(type, 15, 10, 5, 0, 10) < 0 || H5Tset_size(type, 2) < 0 || H5Tset_ebias(type, 15) < 0) {
        CLOSE(type);
        return -1;
    }
    return type;
}

static hid_t make_complex(hid_t part) {
    size_t size = H5Tget_size(part);
    hid_t type = H5Tcreate(H5T_COMPOUND, 2 * size);
    if (type >= 0 && (H5Tinsert(type, "r", 0, part) < 0 || H5Tinsert(type, "i", size, part) < 0)) {
        CLOSE(type);
        return -1;
    }
    return type;
}

static hid_t bool_type(void) {
    signed char no = 0, yes = 1;
    hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    if (type >= 0 && (H5Tenum_insert(type, "FALSE", &no) < 0 || H5Tenum_insert(type, "TRUE", &yes) < 0)) {
        CLOSE(type);
        return -1;
    }
    return type;
}

static hid_t string_type(void) {
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        CLOSE(type);
        return -1;
    }
    return type;
}

// The type in this machine's byte order. The caller closes it.
hid_t shim_memory_type(int dtype) {
    switch (dtype) {
    case SHIM_BOOL: return bool_type();
    case SHIM_INT8: return H5Tcopy(H5T_NATIVE_INT8);
    case SHIM_INT16: return H5Tcopy(H5T_NATIVE_INT16);
    case SHIM_INT32: return H5Tcopy(H5T_NATIVE_INT32);
    case SHIM_INT64: return H5Tcopy(H5T_NATIVE_INT64);
    case SHIM_UINT8: return H5Tcopy(H5T_NATIVE_UINT8);
    case SHIM_UINT16: return H5Tcopy(H5T_NATIVE_UINT16);
    case SHIM_UINT32: return H5Tcopy(H5T_NATIVE_UINT32);
    case SHIM_UINT64: return H5Tcopy(H5T_NATIVE_UINT64);
    case SHIM_FLOAT16: return half_type();
    case SHIM_FLOAT32: return H5Tcopy(H5T_NATIVE_FLOAT);
    case SHIM_FLOAT64: return H5Tcopy(H5T_NATIVE_DOUBLE);
    case SHIM_COMPLEX64: return make_complex(H5T_NATIVE_FLOAT);
    case SHIM_COMPLEX128: return make_complex(H5T_NATIVE_DOUBLE);
    case SHIM_STRING: return string_type();
    }
    return -1;
}

// What elements are read as. Bools and enumerations are read by the bits, so that a
// value without a name is no error, and texts of a fixed size and records as they are.
static hid_t read_type(hid_t dset, int dtype) {
    hid_t file = H5Dget_type(dset);
    if (file < 0)
        return -1;
    switch (H5Tget_class(file)) {
    case H5T_STRING: return file;
    case H5T_COMPOUND:
        if (dtype == SHIM_RECORD)
            return file;
        CLOSE(file);
        return shim_memory_type(dtype);
    case H5T_ENUM:
    case H5T_BITFIELD: break;
    default: CLOSE(file); return shim_memory_type(dtype);
    }
    hid_t type = H5Tget_native_type(file, H5T_DIR_ASCEND);
    CLOSE(file);
    return type;
}

static int select_region(hid_t dset, int rank, const hsize_t *start, const hsize_t *step, const hsize_t *count, hid_t *file, hid_t *memory) {
    *file = H5Dget_space(dset);
    *memory = rank ? H5Screate_simple(rank, count, NULL) : H5Screate(H5S_SCALAR);
    if (*file < 0 || *memory < 0)
        return -1;
    return rank ? H5Sselect_hyperslab(*file, H5S_SELECT_SET, start, step, count, NULL) : 0;
}

// Without a start the whole dataset is read.
int shim_read(hid_t dset, int dtype, int rank, const hsize_t *start, const hsize_t *step, const hsize_t *count, void *out) {
    hid_t file = -1, memory = -1, type = read_type(dset, dtype);
    int status = -1;
    if (type >= 0 && !start)
        status = H5Dread(dset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
    else if (type >= 0 && select_region(dset, rank, start, step, count, &file, &memory) >= 0)
        status = H5Dread(dset, type, memory, file, H5P_DEFAULT, out);
    CLOSE(file, memory, type);
    return status;
}

static int read_variable(hid_t dset, hid_t type, hid_t memory, hid_t file, size_t n, char **out) {
    char **block = calloc(n, sizeof *block);
    if (!block)
        return -1;
    int status = H5Dread(dset, type, memory, file, H5P_DEFAULT, block);
    for (size_t i = 0; i < n && status >= 0; i++) {
        out[i] = strdup(block[i] ? block[i] : "");
        if (!out[i])
            status = -1;
    }
    hid_t errors = H5Eget_current_stack();
    H5Dvlen_reclaim(type, memory, H5P_DEFAULT, block);
    if (errors >= 0)
        H5Eset_current_stack(errors);
    free(block);
    return status;
}

// Strings of variable length. out has room for n, all NULL; whatever comes back, the
// caller frees it.
int shim_read_strings(hid_t dset, int rank, const hsize_t *start, const hsize_t *step, const hsize_t *count, size_t n, char **out) {
    hid_t file = -1, memory = -1, type = H5Dget_type(dset);
    int status = -1;
    if (type >= 0 && select_region(dset, rank, start, step, count, &file, &memory) >= 0)
        status = read_variable(dset, type, memory, file, n, out);
    CLOSE(file, memory, type);
    return status;
}

void shim_free_strings(size_t n, char **strings) {
    for (size_t i = 0; i < n; i++)
        free(strings[i]);
    free(strings);
}

hid_t shim_create_file(const char *path, int newest, int ordered, hsize_t user_block) {
    hid_t create = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    int failed = create < 0 || access < 0 || shim_set_driver(access) < 0 || H5Pset_userblock(create, user_block) < 0 ||
                 (ordered && H5Pset_link_creation_order(create, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0) ||
                 (newest && H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST) < 0);
    if (!failed)
        file = H5Fcreate(path, H5F_ACC_TRUNC, create, access);
    CLOSE(create, access);
    return file;
}

static int set_filters(hid_t plist, const shim_layout *layout) {
    for (int i = 0; i < layout->filters; i++) {
        int status = -1;
        switch (layout->filter[i]) {
        case H5Z_FILTER_DEFLATE: status = H5Pset_deflate(plist, layout->level[i]); break;
        case H5Z_FILTER_SHUFFLE: status = H5Pset_shuffle(plist); break;
        case H5Z_FILTER_FLETCHER32: status = H5Pset_fletcher32(plist); break;
        default: status = H5Pset_filter(plist, layout->filter[i], H5Z_FLAG_OPTIONAL, 0, NULL); break;
        }
        if (status < 0)
            return -1;
    }
    return 0;
}

static int set_layout(hid_t plist, hid_t type, const shim_layout *layout) {
    // Without the time of writing, the same content is the same bytes.
    if (H5Pset_obj_track_times(plist, 0) < 0)
        return -1;
    if (layout->chunked && (H5Pset_chunk(plist, layout->rank, layout->chunk) < 0 || set_filters(plist, layout) < 0))
        return -1;
    if (layout->plain_edges && H5Pset_chunk_opts(plist, H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) < 0)
        return -1;
    if (layout->filled && H5Pset_fill_value(plist, type, layout->fill) < 0)
        return -1;
    if (layout->raw && H5Pset_fill_time(plist, H5D_FILL_TIME_NEVER) < 0)
        return -1;
    return layout->early ? H5Pset_alloc_time(plist, H5D_ALLOC_TIME_EARLY) : 0;
}

// A type that others are made of. The caller closes it.
hid_t shim_base_type(int kind, size_t size, int big) {
    hid_t type = -1;
    switch (kind) {
    case SHIM_SIGNED: type = H5Tcopy(H5T_NATIVE_INT); break;
    case SHIM_UNSIGNED: type = H5Tcopy(H5T_NATIVE_UINT); break;
    case SHIM_FLOAT: type = size == 2 ? half_type() : H5Tcopy(size == 4 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE); break;
    case SHIM_TEXT: return size ? H5Tcreate(H5T_STRING, size) : string_type();
    case SHIM_OPAQUE: return H5Tcreate(H5T_OPAQUE, size);
    }
    if (type >= 0 && kind < SHIM_FLOAT && (H5Tset_size(type, size) < 0 || H5Tset_precision(type, 8 * size) < 0)) {
        CLOSE(type);
        return -1;
    }
    if (type >= 0 && H5Tset_order(type, big ? H5T_ORDER_BE : H5T_ORDER_LE) < 0) {
        CLOSE(type);
        return -1;
    }
    return type;
}

// How things get their names: with the groups above them.
hid_t shim_links(void) {
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    if (links >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0)
        return links;
    CLOSE(links);
    return -1;
}

// A dataset with the groups above it.
hid_t shim_create(hid_t file, const char *path, int dtype, const shim_layout *layout) {
    hid_t type = shim_memory_type(dtype), dset = -1;
    if (type >= 0)
        dset = shim_create_of(file, path, type, layout);
    CLOSE(type);
    return dset;
}

hid_t shim_create_of(hid_t file, const char *path, hid_t type, const shim_layout *layout) {
    hsize_t most[SHIM_MAX_RANK];
    for (int axis = 0; axis < layout->rank; axis++)
        most[axis] = layout->most[axis] || !layout->chunked ? layout->most[axis] : H5S_UNLIMITED;
    hid_t dset = -1, links = shim_links(), plist = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(layout->rank, layout->dims, most);
    if (links >= 0 && plist >= 0 && space >= 0 && set_layout(plist, type, layout) >= 0)
        dset = H5Dcreate2(file, path, type, space, links, plist, H5P_DEFAULT);
    CLOSE(links, plist, space);
    return dset;
}

// The shape of a dataset that has a rank.
int shim_shape(hid_t dset, int rank, hsize_t *dims) {
    hid_t space = H5Dget_space(dset);
    int status = space < 0 || H5Sget_simple_extent_ndims(space) != rank ? -1 : H5Sget_simple_extent_dims(space, dims, NULL);
    CLOSE(space);
    return status;
}

// How elements of a type are read and written: libhdf5 clears the buffer that it converts
// texts in, which is a megabyte, for each call.
hid_t shim_transfer(hid_t type) {
    enum { enough = 1 << 15 };
    static hid_t transfer = -1;
    if (transfer < 0 && (transfer = H5Pcreate(H5P_DATASET_XFER)) >= 0)
        H5Pset_buffer(transfer, enough, NULL, NULL);
    return transfer < 0 || H5Tget_size(type) > enough ? H5P_DEFAULT : transfer;
}

int shim_write(hid_t dset, int dtype, const void *data) {
    hid_t type = shim_memory_type(dtype);
    if (type < 0)
        return -1;
    int status = H5Dwrite(dset, type, H5S_ALL, H5S_ALL, shim_transfer(type), data);
    CLOSE(type);
    return status;
}

int shim_write_of(hid_t dset, hid_t type, const void *data) {
    return H5Dwrite(dset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
}

int shim_write_region(hid_t dset, int dtype, int rank, const hsize_t *start, const hsize_t *step, const hsize_t *count, const void *data) {
    hid_t file = -1, memory = -1, type = shim_memory_type(dtype);
    int status = -1;
    if (type >= 0 && select_region(dset, rank, start, step, count, &file, &memory) >= 0)
        status = H5Dwrite(dset, type, memory, file, H5P_DEFAULT, data);
    CLOSE(file, memory, type);
    return status;
}

int shim_attribute(hid_t file, const char *object, const char *name, const char *value) {
    int status = -1;
    hid_t type = string_type(), space = H5Screate(H5S_SCALAR), attribute = -1;
    htri_t there = H5Aexists_by_name(file, object, name, H5P_DEFAULT);
    if (there > 0 && H5Adelete_by_name(file, object, name, H5P_DEFAULT) >= 0)
        there = 0;
    if (type >= 0 && space >= 0 && there == 0)
        attribute = H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute >= 0) {
        status = H5Awrite(attribute, type, &value);
        CLOSE(attribute);
    }
    CLOSE(type, space);
    return status;
}

// An attribute that is an array of one dimension, or a single value where n is negative.
int shim_attributes(hid_t file, const char *object, const char *name, int dtype, int n, const void *values) {
    hsize_t length = n;
    hid_t type = shim_memory_type(dtype), space = n < 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &length, NULL), attribute = -1;
    int status = -1;
    if (type >= 0 && space >= 0)
        attribute = H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute >= 0)
        status = H5Awrite(attribute, type, values);
    CLOSE(attribute, type, space);
    return status;
}

// A soft link, or one to an object of another file.
int shim_link(hid_t file, const char *path, const char *other, const char *target) {
    hid_t links = shim_links();
    int status = -1;
    if (links >= 0 && other)
        status = H5Lcreate_external(other, target, file, path, links, H5P_DEFAULT);
    else if (links >= 0)
        status = H5Lcreate_soft(target, file, path, links, H5P_DEFAULT);
    CLOSE(links);
    return status;
}

// A group with the groups above it.
hid_t shim_group(hid_t file, const char *path) {
    hid_t group = -1, links = shim_links();
    if (links >= 0)
        group = H5Gcreate2(file, path, links, H5P_DEFAULT, H5P_DEFAULT);
    CLOSE(links);
    return group;
}
