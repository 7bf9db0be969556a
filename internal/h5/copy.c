#include "shim.h"

#include <stdlib.h>
#include <string.h>

// A type of a message of a file (HDF5 File Format Specification 3.0, IV.A.2.d), which is what
// libhdf5 encodes types to but for two bytes before.
hid_t shim_decode_type(const void *message, size_t size) {
    enum { type_message = 3, encoding = 0 };
    unsigned char *text = malloc(size + 2);
    hid_t type = -1;
    if (text) {
        text[0] = type_message, text[1] = encoding;
        memcpy(text + 2, message, size);
        type = H5Tdecode(text);
    }
    free(text);
    return type;
}

// How datasets are stored that are like others. Without the time of writing, the same
// content is the same bytes.
hid_t shim_storage(void) {
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    if (list >= 0 && H5Pset_obj_track_times(list, 0) >= 0)
        return list;
    CLOSE(list);
    return -1;
}

// A dataset of a list. most 0 is no limit; only what is in chunks can grow. With a rank of
// SHIM_NULL it has no data.
hid_t shim_create_stored(hid_t file, const char *path, hid_t type, int rank, const hsize_t *dims, const hsize_t *most, hid_t list) {
    hsize_t limit[SHIM_MAX_RANK];
    for (int axis = 0; axis < rank; axis++)
        limit[axis] = most[axis] ? most[axis] : H5S_UNLIMITED;
    hid_t dset = -1, links = shim_links(), space = -1;
    if (rank == SHIM_NULL)
        space = H5Screate(H5S_NULL);
    else
        space = H5Screate_simple(rank, dims, H5Pget_layout(list) == H5D_CHUNKED ? limit : NULL);
    if (links >= 0 && space >= 0)
        dset = H5Dcreate2(file, path, type, space, links, list, H5P_DEFAULT);
    CLOSE(links, space);
    return dset;
}

// Writes a part of a dataset, of elements of a type.
static int write_rows(hid_t to, hid_t type, int rank, const hsize_t *start, const hsize_t *count, const void *values) {
    hid_t target = H5Dget_space(to), memory = H5Screate_simple(rank, count, NULL);
    int status = type < 0 || target < 0 || memory < 0 ? -1 : 0;
    if (status >= 0 && rank > 0)
        status = H5Sselect_hyperslab(target, H5S_SELECT_SET, start, NULL, count, NULL);
    if (status >= 0)
        status = H5Dwrite(to, type, memory, target, shim_transfer(type), values);
    CLOSE(target, memory);
    return status;
}

// Writes a part of a dataset, of elements of its own type.
int shim_write_rows(hid_t to, int rank, const hsize_t *start, const hsize_t *count, const void *values) {
    hid_t type = H5Dget_type(to);
    int status = write_rows(to, type, rank, start, count, values);
    CLOSE(type);
    return status;
}

// Copies a part to another place, elements of any type.
int shim_copy_rows(hid_t from, hid_t to, int rank, const hsize_t *start, const hsize_t *count, const hsize_t *there) {
    hsize_t elements = 1;
    for (int axis = 0; axis < rank; axis++)
        elements *= count[axis];
    hid_t type = H5Dget_type(from), source = H5Dget_space(from), memory = H5Screate_simple(rank, count, NULL);
    void *block = type < 0 ? NULL : calloc(elements, H5Tget_size(type));
    int status = block && source >= 0 && memory >= 0 ? 0 : -1;
    if (status >= 0 && rank > 0)
        status = H5Sselect_hyperslab(source, H5S_SELECT_SET, start, NULL, count, NULL);
    if (status >= 0 && (status = H5Dread(from, type, memory, source, shim_transfer(type), block)) >= 0) {
        status = write_rows(to, type, rank, there, count, block);
        hid_t errors = H5Eget_current_stack();
        H5Dvlen_reclaim(type, memory, H5P_DEFAULT, block);
        if (errors >= 0)
            H5Eset_current_stack(errors);
    }
    free(block);
    CLOSE(type, source, memory);
    return status;
}

// An attribute of values as they are in memory. NULL are zeros.
int shim_attribute_of(hid_t file, const char *object, const char *name, hid_t type, int rank, const hsize_t *dims, const void *values) {
    hid_t space = rank == SHIM_NULL ? H5Screate(H5S_NULL) : H5Screate_simple(rank, dims, NULL), attribute = -1;
    int status = -1;
    if (space >= 0)
        attribute = H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hssize_t elements = space < 0 ? 0 : H5Sget_simple_extent_npoints(space);
    void *blank = attribute < 0 || values ? NULL : calloc(elements + 1, H5Tget_size(type));
    if (attribute >= 0 && elements == 0)
        status = 0;
    else if (attribute >= 0 && (values || blank))
        status = H5Awrite(attribute, type, values ? values : blank);
    free(blank);
    CLOSE(attribute, space);
    return status;
}

// Copies an attribute of an object, of any type.
int shim_copy_attribute(hid_t from, const char *name, hid_t type, hid_t file, const char *object) {
    hid_t old = H5Aopen(from, name, H5P_DEFAULT), space = old < 0 ? -1 : H5Aget_space(old), attribute = -1;
    int status = -1;
    if (space >= 0)
        attribute = H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hssize_t elements = attribute < 0 ? 0 : H5Sget_simple_extent_npoints(space);
    void *values = attribute < 0 ? NULL : calloc(elements + 1, H5Tget_size(type));
    if (values && elements == 0)
        status = 0;
    else if (values && H5Aread(old, type, values) >= 0) {
        status = H5Awrite(attribute, type, values) < 0 ? -1 : 0;
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, values);
    }
    free(values);
    CLOSE(old, space, attribute);
    return status;
}

// Names a type.
int shim_name_type(hid_t file, const char *path, hid_t type) {
    hid_t links = shim_links();
    int status = -1;
    if (links >= 0)
        status = H5Tcommit2(file, path, type, links, H5P_DEFAULT, H5P_DEFAULT);
    CLOSE(links);
    return status;
}

// A group with the groups above it, where there is none.
int shim_ensure_group(hid_t file, const char *path) {
    hid_t group = H5Gopen2(file, path, H5P_DEFAULT);
    if (group < 0)
        group = shim_group(file, path);
    CLOSE(group);
    return group < 0 ? -1 : 0;
}

// Another name of an object, with the groups above it.
int shim_hard_link(hid_t file, const char *path, const char *target) {
    hid_t links = shim_links();
    int status = -1;
    if (links >= 0)
        status = H5Lcreate_hard(file, target, file, path, links, H5P_DEFAULT);
    CLOSE(links);
    return status;
}
