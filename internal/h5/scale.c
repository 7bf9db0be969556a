#include "scale.h"

#include <hdf5_hl.h>

int shim_make_scale(hid_t file, const char *path, const char *name) {
    hid_t dset = H5Dopen2(file, path, H5P_DEFAULT);
    if (dset < 0)
        return -1;
    int status = H5DSset_scale(dset, name);
    H5Dclose(dset);
    return status;
}

int shim_attach_scale(hid_t file, const char *path, unsigned axis, const char *scale) {
    hid_t dset = H5Dopen2(file, path, H5P_DEFAULT), dimension = H5Dopen2(file, scale, H5P_DEFAULT);
    int status = dset < 0 || dimension < 0 ? -1 : H5DSattach_scale(dset, dimension, axis);
    if (dset >= 0)
        H5Dclose(dset);
    if (dimension >= 0)
        H5Dclose(dimension);
    return status;
}
