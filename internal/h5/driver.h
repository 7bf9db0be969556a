// How libhdf5 writes and reads files, see driver.c.
#ifndef EXTRAPASHA_H5_DRIVER_H
#define EXTRAPASHA_H5_DRIVER_H

#include "shim.h"

int shim_set_driver(hid_t access);
hid_t shim_open(const char *path);
int shim_take_failure(void);
int shim_place_chunks(hid_t dset, size_t n, int rank, const hsize_t *offsets, const uint32_t *skipped, const size_t *sizes,
                      const void *data, haddr_t *places);

#endif
