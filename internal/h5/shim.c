#include "shim.h"

#include <stdlib.h>
#include <string.h>

// The error stack belongs to the thread where libhdf5 is thread-safe, so each
// thread must be told not to print it.
void shim_quiet(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// Closes what was opened, of any kind. A call that works makes libhdf5 forget the
// errors of the one before that failed: they are kept for lastError.
static void close_all(size_t n, const hid_t *ids) {
    hid_t errors = H5Eget_current_stack();
    for (size_t i = 0; i < n; i++)
        if (ids[i] >= 0)
            H5Idec_ref(ids[i]);
    if (errors >= 0)
        H5Eset_current_stack(errors);
}

#define CLOSE(...) close_all(sizeof((hid_t[]){__VA_ARGS__}) / sizeof(hid_t), (hid_t[]){__VA_ARGS__})

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

static int add_name(shim_names *names, const char *name) {
    size_t length = strlen(name) + 1;
    if (names->used + length > names->size) {
        size_t size = 2 * (names->used + length) + 4096;
        char *text = realloc(names->text, size);
        if (!text)
            return -1;
        names->text = text;
        names->size = size;
    }
    memcpy(names->text + names->used, name, length);
    names->used += length;
    return 0;
}

// 0: nothing there, 1: a group, 2: a dataset, 3: something else.
int shim_kind(hid_t loc, const char *path) {
    hid_t object = H5Oopen(loc, path, H5P_DEFAULT);
    if (object < 0)
        return 0;
    H5I_type_t type = H5Iget_type(object);
    CLOSE(object);
    return type == H5I_GROUP ? 1 : type == H5I_DATASET ? 2 : 3;
}

static herr_t child(hid_t group, const char *name, const H5L_info_t *info, void *names) {
    (void)group;
    (void)info;
    return add_name(names, name);
}

int shim_children(hid_t loc, const char *path, shim_names *names) {
    return H5Literate_by_name(loc, path, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, child, names, H5P_DEFAULT);
}

#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info2_t object_info;
#define visit_objects(loc, path, op, data) \
    H5Ovisit_by_name3(loc, path, H5_INDEX_NAME, H5_ITER_NATIVE, op, data, H5O_INFO_BASIC, H5P_DEFAULT)
#else
typedef H5O_info_t object_info;
#define visit_objects(loc, path, op, data) \
    H5Ovisit_by_name2(loc, path, H5_INDEX_NAME, H5_ITER_NATIVE, op, data, H5O_INFO_BASIC, H5P_DEFAULT)
#endif

static herr_t dataset(hid_t group, const char *name, const object_info *info, void *names) {
    (void)group;
    return info->type == H5O_TYPE_DATASET ? add_name(names, name) : 0;
}

int shim_datasets(hid_t loc, const char *path, shim_names *names) {
    return visit_objects(loc, path, dataset, names);
}

static int integer_type(hid_t type) {
    int is_signed = H5Tget_sign(type) == H5T_SGN_2;
    switch (H5Tget_size(type)) {
    case 1: return is_signed ? SHIM_INT8 : SHIM_UINT8;
    case 2: return is_signed ? SHIM_INT16 : SHIM_UINT16;
    case 4: return is_signed ? SHIM_INT32 : SHIM_UINT32;
    case 8: return is_signed ? SHIM_INT64 : SHIM_UINT64;
    }
    return SHIM_OTHER;
}

static int float_type(hid_t type) {
    switch (H5Tget_size(type)) {
    case 2: return SHIM_FLOAT16;
    case 4: return SHIM_FLOAT32;
    case 8: return SHIM_FLOAT64;
    }
    return SHIM_OTHER;
}

// h5py writes a bool as an enumeration of FALSE and TRUE.
static int enum_type(hid_t type) {
    int dtype = SHIM_OTHER;
    hid_t base = H5Tget_super(type);
    if (base < 0)
        return SHIM_OTHER;
    if (H5Tget_nmembers(type) == 2 && H5Tget_size(type) == 1) {
        char *first = H5Tget_member_name(type, 0), *second = H5Tget_member_name(type, 1);
        if (first && second && !strcmp(first, "FALSE") && !strcmp(second, "TRUE"))
            dtype = SHIM_BOOL;
        H5free_memory(first);
        H5free_memory(second);
    }
    if (dtype == SHIM_OTHER)
        dtype = integer_type(base);
    CLOSE(base);
    return dtype;
}

// h5py writes a complex number as a compound of r and i.
static int complex_type(hid_t type) {
    int dtype = SHIM_OTHER;
    if (H5Tget_nmembers(type) != 2)
        return SHIM_OTHER;
    char *first = H5Tget_member_name(type, 0), *second = H5Tget_member_name(type, 1);
    hid_t real = H5Tget_member_type(type, 0), imaginary = H5Tget_member_type(type, 1);
    if (first && second && !strcmp(first, "r") && !strcmp(second, "i") && real >= 0 && H5Tequal(real, imaginary) > 0 &&
        H5Tget_class(real) == H5T_FLOAT) {
        if (H5Tget_size(real) == 4)
            dtype = SHIM_COMPLEX64;
        else if (H5Tget_size(real) == 8)
            dtype = SHIM_COMPLEX128;
    }
    H5free_memory(first);
    H5free_memory(second);
    CLOSE(real, imaginary);
    return dtype;
}

static int element_type(hid_t type) {
    switch (H5Tget_class(type)) {
    case H5T_INTEGER:
    case H5T_BITFIELD: return integer_type(type);
    case H5T_FLOAT: return float_type(type);
    case H5T_ENUM: return enum_type(type);
    case H5T_COMPOUND: return complex_type(type);
    case H5T_STRING: return SHIM_STRING;
    default: return SHIM_OTHER;
    }
}

static int find_band(hid_t dset, shim_info *info) {
    hsize_t chunk[SHIM_MAX_RANK];
    hid_t plist = H5Dget_create_plist(dset);
    if (plist < 0)
        return -1;
    if (info->rank > 0 && H5Pget_layout(plist) == H5D_CHUNKED && H5Pget_nfilters(plist) > 0 && H5Pget_chunk(plist, info->rank, chunk) > 0)
        info->band = chunk[0];
    CLOSE(plist);
    return 0;
}

int shim_describe(hid_t dset, shim_info *info) {
    memset(info, 0, sizeof *info);
    hid_t type = H5Dget_type(dset), space = H5Dget_space(dset);
    int failed = type < 0 || space < 0;
    if (!failed) {
        info->dtype = element_type(type);
        info->rank = H5Sget_simple_extent_ndims(space);
        if (info->rank > 0)
            failed = H5Sget_simple_extent_dims(space, info->dims, NULL) < 0;
        if (H5Sget_simple_extent_type(space) == H5S_NULL)
            info->rank = -1;
        failed = failed || find_band(dset, info) < 0;
    }
    CLOSE(type, space);
    return failed ? -1 : 0;
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

// What a number is read as. Bools and enumerations are read by the bits, so
// that a value without a name is no error.
static hid_t read_type(hid_t dset, int dtype) {
    hid_t file = H5Dget_type(dset);
    if (file < 0)
        return -1;
    if (H5Tget_class(file) != H5T_ENUM && H5Tget_class(file) != H5T_BITFIELD) {
        CLOSE(file);
        return shim_memory_type(dtype);
    }
    hid_t type = H5Tget_native_type(file, H5T_DIR_ASCEND);
    CLOSE(file);
    return type;
}

#if H5_VERSION_GE(1, 12, 0)
static int header_address(hid_t dset, uint64_t *address) {
    H5O_info2_t info;
    if (H5Oget_info3(dset, &info, H5O_INFO_BASIC) < 0)
        return -1;
    // The token of an object in a file is its address, little-endian.
    *address = 0;
    for (int i = 7; i >= 0; i--)
        *address = *address << 8 | ((unsigned char *)&info.token)[i];
    return 0;
}
#else
static int header_address(hid_t dset, uint64_t *address) {
    H5O_info_t info;
    if (H5Oget_info2(dset, &info, H5O_INFO_BASIC) < 0)
        return -1;
    *address = info.addr;
    return 0;
}
#endif

// Sets base, fails where addresses are not of 8 bytes.
static int address_base(hid_t file, uint64_t *base) {
    hid_t plist = H5Fget_create_plist(file);
    size_t addresses = 0, lengths = 0;
    hsize_t block = 0;
    int status = plist < 0 || H5Pget_sizes(plist, &addresses, &lengths) < 0 || H5Pget_userblock(plist, &block) < 0 ? -1 : 0;
    CLOSE(plist);
    *base = block;
    return status < 0 || addresses != 8 || lengths != 8 ? -1 : 0;
}

// Fails where a filter or the layout is not plain.
static int store_layout(hid_t plist, hid_t type, int rank, shim_storage *s) {
    H5D_layout_t layout = H5Pget_layout(plist);
    if (layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS)
        return -1;
    s->chunked = layout == H5D_CHUNKED;
    if (s->chunked ? H5Pget_chunk(plist, rank, s->chunk) != rank : H5Pget_external_count(plist) != 0)
        return -1;
    s->filters = H5Pget_nfilters(plist);
    if (s->filters < 0 || s->filters > SHIM_MAX_FILTERS)
        return -1;
    for (int i = 0; i < s->filters; i++) {
        unsigned flags = 0, values[8] = {0};
        size_t n = 8;
        s->filter[i] = H5Pget_filter2(plist, i, &flags, &n, values, 0, NULL, NULL);
        if (s->filter[i] < 0)
            return -1;
        s->value[i] = values[0];
    }
    H5D_fill_value_t fill;
    if (H5Pfill_value_defined(plist, &fill) < 0)
        return -1;
    return fill == H5D_FILL_VALUE_UNDEFINED ? 0 : H5Pget_fill_value(plist, type, s->fill);
}

// Tells how a dataset lies in its file. It is plain where the elements are there as
// they are read, but for filters.
int shim_store(hid_t file, hid_t dset, int dtype, shim_storage *s) {
    memset(s, 0, sizeof *s);
    hid_t stored = H5Dget_type(dset), type = read_type(dset, dtype), plist = H5Dget_create_plist(dset), space = H5Dget_space(dset);
    int failed = stored < 0 || type < 0 || plist < 0 || space < 0;
    int rank = failed ? -1 : H5Sget_simple_extent_ndims(space);
    if (rank > 0 && H5Tequal(stored, type) > 0 && H5Tget_size(type) <= sizeof s->fill) {
        s->size = H5Tget_size(type);
        failed = H5Sget_simple_extent_dims(space, NULL, s->most) < 0;
        s->plain = !failed && store_layout(plist, type, rank, s) >= 0 && address_base(file, &s->base) >= 0 &&
                   header_address(dset, &s->header) >= 0;
        for (int axis = 0; axis < rank; axis++)
            if (s->most[axis] == H5S_UNLIMITED)
                s->most[axis] = 0;
    }
    CLOSE(stored, type, plist, space);
    return failed ? -1 : 0;
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

// Fixed strings end at their first zero byte or at their size; padding with
// spaces is part of them, as it is to h5py.
static int read_fixed(hid_t dset, hid_t type, hid_t memory, hid_t file, size_t n, char **out) {
    size_t size = H5Tget_size(type);
    char *block = calloc(n, size);
    if (!block)
        return -1;
    int status = H5Dread(dset, type, memory, file, H5P_DEFAULT, block);
    for (size_t i = 0; i < n && status >= 0; i++) {
        out[i] = strndup(block + i * size, size);
        if (!out[i])
            status = -1;
    }
    free(block);
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

// out has room for n strings, all NULL; whatever comes back, the caller frees it.
int shim_read_strings(hid_t dset, int rank, const hsize_t *start, const hsize_t *step, const hsize_t *count, size_t n, char **out) {
    hid_t file = -1, memory = -1, type = H5Dget_type(dset);
    int status = -1;
    if (type >= 0 && select_region(dset, rank, start, step, count, &file, &memory) >= 0)
        status = H5Tis_variable_str(type) > 0 ? read_variable(dset, type, memory, file, n, out)
                                              : read_fixed(dset, type, memory, file, n, out);
    CLOSE(file, memory, type);
    return status;
}

void shim_free_strings(size_t n, char **strings) {
    for (size_t i = 0; i < n; i++)
        free(strings[i]);
    free(strings);
}

// 1 and the target where path is a soft link, 0 where it is something else.
int shim_link_target(hid_t loc, const char *path, char *target, size_t size) {
    H5L_info_t info;
    if (H5Lget_info(loc, path, &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_SOFT || info.u.val_size >= size)
        return 0;
    memset(target, 0, size);
    return H5Lget_val(loc, path, target, size - 1, H5P_DEFAULT) >= 0;
}

static herr_t attribute_name(hid_t loc, const char *name, const H5A_info_t *info, void *names) {
    (void)loc;
    (void)info;
    return add_name(names, name);
}

int shim_attribute_names(hid_t loc, const char *path, shim_names *names) {
    return H5Aiterate_by_name(loc, path, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, attribute_name, names, H5P_DEFAULT);
}

// The caller closes the attribute. n is the number of elements.
hid_t shim_open_attribute(hid_t loc, const char *path, const char *name, int *dtype, size_t *n) {
    hid_t attribute = H5Aopen_by_name(loc, path, name, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0)
        return -1;
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    hssize_t points = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    if (type >= 0)
        *dtype = element_type(type);
    *n = points > 0 ? points : 0;
    int failed = type < 0 || points < 0;
    CLOSE(type, space);
    if (failed) {
        CLOSE(attribute);
        return -1;
    }
    return attribute;
}

int shim_read_attribute(hid_t attribute, int dtype, void *out) {
    hid_t type = shim_memory_type(dtype);
    if (type < 0)
        return -1;
    int status = H5Aread(attribute, type, out);
    CLOSE(type);
    return status;
}

// out has room for n strings, all NULL; the caller frees them.
int shim_read_attribute_strings(hid_t attribute, size_t n, char **out) {
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    int status = -1;
    if (type >= 0 && space >= 0 && H5Tis_variable_str(type) > 0) {
        char **block = calloc(n, sizeof *block);
        if (block && (status = H5Aread(attribute, type, block)) >= 0) {
            for (size_t i = 0; i < n; i++)
                out[i] = strdup(block[i] ? block[i] : "");
            H5Dvlen_reclaim(type, space, H5P_DEFAULT, block);
        }
        free(block);
    } else if (type >= 0) {
        size_t size = H5Tget_size(type);
        char *block = calloc(n, size);
        if (block && (status = H5Aread(attribute, type, block)) >= 0)
            for (size_t i = 0; i < n; i++)
                out[i] = strndup(block + i * size, size);
        free(block);
    }
    for (size_t i = 0; i < n && status >= 0; i++)
        if (!out[i])
            status = -1;
    CLOSE(type, space);
    return status;
}

hid_t shim_create_file(const char *path, int newest, hsize_t user_block) {
    hid_t create = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    int failed = create < 0 || access < 0 || H5Pset_userblock(create, user_block) < 0 ||
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
    return layout->early ? H5Pset_alloc_time(plist, H5D_ALLOC_TIME_EARLY) : 0;
}

// A dataset with the groups above it.
hid_t shim_create(hid_t file, const char *path, int dtype, const shim_layout *layout) {
    hsize_t most[SHIM_MAX_RANK];
    for (int axis = 0; axis < layout->rank; axis++)
        most[axis] = layout->most[axis] || !layout->chunked ? layout->most[axis] : H5S_UNLIMITED;
    hid_t dset = -1, type = shim_memory_type(dtype), links = H5Pcreate(H5P_LINK_CREATE), plist = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(layout->rank, layout->dims, most);
    if (type >= 0 && links >= 0 && plist >= 0 && space >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0 && set_layout(plist, type, layout) >= 0)
        dset = H5Dcreate2(file, path, type, space, links, plist, H5P_DEFAULT);
    CLOSE(type, links, plist, space);
    return dset;
}

// A virtual dataset of the rows of the same dataset in n files, one after the other.
hid_t shim_create_virtual(hid_t file, const char *path, int dtype, int rank, const hsize_t *dims, int n, char **files, const char *source, const hsize_t *rows) {
    hsize_t start[SHIM_MAX_RANK] = {0}, count[SHIM_MAX_RANK];
    hid_t dset = -1, type = shim_memory_type(dtype), links = H5Pcreate(H5P_LINK_CREATE), plist = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(rank, dims, NULL);
    int failed = type < 0 || links < 0 || plist < 0 || space < 0 || H5Pset_create_intermediate_group(links, 1) < 0;
    memcpy(count, dims, rank * sizeof *dims);
    for (int i = 0; i < n && !failed; i++) {
        count[0] = rows[i];
        if (!rows[i])
            continue;
        hid_t part = H5Screate_simple(rank, count, NULL);
        failed = part < 0 || H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
                 H5Pset_virtual(plist, space, files[i], source, part) < 0;
        CLOSE(part);
        start[0] += rows[i];
    }
    if (!failed && H5Sselect_all(space) >= 0)
        dset = H5Dcreate2(file, path, type, space, links, plist, H5P_DEFAULT);
    CLOSE(type, links, plist, space);
    return dset;
}

int shim_write(hid_t dset, int dtype, const void *data) {
    hid_t type = shim_memory_type(dtype);
    if (type < 0)
        return -1;
    int status = H5Dwrite(dset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
    CLOSE(type);
    return status;
}

int shim_write_region(hid_t dset, int dtype, int rank, const hsize_t *start, const hsize_t *step, const hsize_t *count, const void *data) {
    hid_t file = -1, memory = -1, type = shim_memory_type(dtype);
    int status = -1;
    if (type >= 0 && select_region(dset, rank, start, step, count, &file, &memory) >= 0)
        status = H5Dwrite(dset, type, memory, file, H5P_DEFAULT, data);
    CLOSE(file, memory, type);
    return status;
}

int shim_write_chunk(hid_t dset, const hsize_t *offset, uint32_t skipped, size_t size, const void *data) {
    return H5Dwrite_chunk(dset, H5P_DEFAULT, skipped, offset, size, data);
}

int shim_attribute(hid_t file, const char *object, const char *name, const char *value) {
    int status = -1;
    hid_t type = string_type(), space = H5Screate(H5S_SCALAR), attribute = -1;
    if (type >= 0 && space >= 0)
        attribute = H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute >= 0) {
        status = H5Awrite(attribute, type, &value);
        CLOSE(attribute);
    }
    CLOSE(type, space);
    return status;
}

int shim_soft_link(hid_t file, const char *path, const char *target) {
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    if (links < 0)
        return -1;
    int status = H5Pset_create_intermediate_group(links, 1);
    if (status >= 0)
        status = H5Lcreate_soft(target, file, path, links, H5P_DEFAULT);
    CLOSE(links);
    return status;
}
