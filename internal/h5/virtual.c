// Virtual datasets, made of blocks of datasets in other files.
#include "shim.h"

// What a virtual dataset is made of: nothing yet. The caller closes it.
hid_t shim_virtual_list(void) {
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    if (plist >= 0 && H5Pset_layout(plist, H5D_VIRTUAL) < 0) {
        CLOSE(plist);
        return -1;
    }
    return plist;
}

static hid_t select_block(int rank, const hsize_t *dims, const hsize_t *start, const hsize_t *count) {
    hid_t space = H5Screate_simple(rank, dims, NULL);
    if (space >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) < 0) {
        CLOSE(space);
        return -1;
    }
    return space;
}

// Makes a block of a virtual dataset of one of a dataset in a file.
int shim_virtual_block(hid_t plist, const shim_block *here, const char *file, const char *source, const shim_block *there) {
    int status = -1;
    hid_t target = select_block(here->rank, here->dims, here->start, here->count);
    hid_t from = select_block(there->rank, there->dims, there->start, there->count);
    if (target >= 0 && from >= 0)
        status = H5Pset_virtual(plist, target, file, source, from);
    CLOSE(target, from);
    return status;
}

// A virtual dataset, with the groups above it. What is in no block is fill, NULL for 0.
hid_t shim_create_virtual(hid_t file, const char *path, hid_t type, int rank, const hsize_t *dims, hid_t plist, const void *fill) {
    hid_t dset = -1, links = shim_links(), space = H5Screate_simple(rank, dims, NULL);
    if (links >= 0 && space >= 0 && (!fill || H5Pset_fill_value(plist, type, fill) >= 0))
        dset = H5Dcreate2(file, path, type, space, links, plist, H5P_DEFAULT);
    CLOSE(links, space);
    return dset;
}
