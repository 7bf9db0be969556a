// How new files are written, see driver.c.
#ifndef EXTRAPASHA_H5_DRIVER_H
#define EXTRAPASHA_H5_DRIVER_H

#include "shim.h"

int shim_set_driver(hid_t access);
int shim_take_failure(void);
haddr_t shim_place_chunk(hid_t dset, const hsize_t *offset, uint32_t skipped, size_t size, const void *data);

#endif
