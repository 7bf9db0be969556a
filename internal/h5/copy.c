#include "shim.h"

#include <stdlib.h>
#include <string.h>

// How a dataset is stored, less where its data lies: what is virtual or in other files
// becomes one piece.
static hid_t storage_like(hid_t like) {
    hid_t plist = H5Dget_create_plist(like), type = H5Dget_type(like);
    H5D_fill_value_t filled = H5D_FILL_VALUE_UNDEFINED;
    int failed = plist < 0 || type < 0;
    if (!failed && H5Pget_layout(plist) != H5D_CHUNKED) {
        hid_t fresh = H5Pcreate(H5P_DATASET_CREATE);
        size_t size = H5Tget_size(type);
        void *fill = calloc(1, size);
        failed = fresh < 0 || !fill || H5Pfill_value_defined(plist, &filled) < 0;
        if (!failed && filled == H5D_FILL_VALUE_USER_DEFINED)
            failed = H5Pget_fill_value(plist, type, fill) < 0 || H5Pset_fill_value(fresh, type, fill) < 0;
        free(fill);
        CLOSE(plist);
        plist = fresh;
    }
    CLOSE(type);
    if (!failed && H5Pset_obj_track_times(plist, 0) >= 0)
        return plist;
    CLOSE(plist);
    return -1;
}

// A dataset of another shape that is stored as one of another file. most 0 is no limit.
hid_t shim_create_like(hid_t file, const char *path, hid_t like, int rank, const hsize_t *dims, const hsize_t *most) {
    hsize_t limit[SHIM_MAX_RANK];
    for (int axis = 0; axis < rank; axis++)
        limit[axis] = most[axis] ? most[axis] : H5S_UNLIMITED;
    hid_t dset = -1, stored = H5Dget_type(like), type = stored < 0 ? -1 : H5Tcopy(stored); // which belongs to no file
    hid_t links = H5Pcreate(H5P_LINK_CREATE), plist = storage_like(like), space = -1;
    if (plist >= 0)
        space = H5Screate_simple(rank, dims, H5Pget_layout(plist) == H5D_CHUNKED ? limit : NULL);
    if (type >= 0 && links >= 0 && plist >= 0 && space >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0)
        dset = H5Dcreate2(file, path, type, space, links, plist, H5P_DEFAULT);
    CLOSE(stored, type, links, plist, space);
    return dset;
}

// Copies a part to where its first row is to be, elements of any type.
int shim_copy_rows(hid_t from, hid_t to, int rank, const hsize_t *start, const hsize_t *count, hsize_t at) {
    hsize_t there[SHIM_MAX_RANK], elements = 1;
    memcpy(there, start, rank * sizeof *start);
    there[0] = at;
    for (int axis = 0; axis < rank; axis++)
        elements *= count[axis];
    hid_t type = H5Dget_type(from), source = H5Dget_space(from), target = H5Dget_space(to);
    hid_t memory = H5Screate_simple(rank, count, NULL);
    void *block = type < 0 ? NULL : calloc(elements, H5Tget_size(type));
    int status = -1;
    if (block && source >= 0 && target >= 0 && memory >= 0 &&
        H5Sselect_hyperslab(source, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
        H5Sselect_hyperslab(target, H5S_SELECT_SET, there, NULL, count, NULL) >= 0 &&
        H5Dread(from, type, memory, source, shim_transfer(type), block) >= 0) {
        status = H5Dwrite(to, type, memory, target, shim_transfer(type), block);
        hid_t errors = H5Eget_current_stack();
        H5Dvlen_reclaim(type, memory, H5P_DEFAULT, block);
        if (errors >= 0)
            H5Eset_current_stack(errors);
    }
    free(block);
    CLOSE(type, source, target, memory);
    return status;
}

static herr_t copy_attribute(hid_t from, const char *name, const H5A_info_t *info, void *data) {
    hid_t to = *(hid_t *)data, old = H5Aopen(from, name, H5P_DEFAULT), new = -1, type = -1, copy = -1, space = -1;
    (void)info;
    int status = -1;
    if (old >= 0 && (type = H5Aget_type(old)) >= 0 && (copy = H5Tcopy(type)) >= 0 && (space = H5Aget_space(old)) >= 0)
        new = H5Acreate2(to, name, copy, space, H5P_DEFAULT, H5P_DEFAULT);
    hssize_t elements = space < 0 ? 0 : H5Sget_simple_extent_npoints(space);
    void *values = new < 0 ? NULL : calloc(elements + 1, H5Tget_size(type));
    if (values && elements == 0)
        status = 0;
    else if (values && H5Aread(old, copy, values) >= 0) {
        status = H5Awrite(new, copy, values) < 0 ? -1 : 0;
        H5Dvlen_reclaim(copy, space, H5P_DEFAULT, values);
    }
    free(values);
    CLOSE(old, new, type, copy, space);
    return status;
}

int shim_copy_attributes(hid_t from_file, const char *from, hid_t to_file, const char *to) {
    hid_t source = H5Oopen(from_file, from, H5P_DEFAULT), target = H5Oopen(to_file, to, H5P_DEFAULT);
    int status = -1;
    if (source >= 0 && target >= 0)
        status = H5Aiterate2(source, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, copy_attribute, &target);
    CLOSE(source, target);
    return status < 0 ? -1 : 0;
}

// Copies an object with everything in it, and the groups above it.
int shim_copy_object(hid_t from_file, const char *from, hid_t to_file, const char *to) {
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    int status = -1;
    if (links >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0)
        status = H5Ocopy(from_file, from, to_file, to, H5P_DEFAULT, links);
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
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    int status = -1;
    if (links >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0)
        status = H5Lcreate_hard(file, target, file, path, links, H5P_DEFAULT);
    CLOSE(links);
    return status;
}
