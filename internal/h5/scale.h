// Dimension scales, of libhdf5's high level.
#ifndef EXTRAPASHA_H5_SCALE_H
#define EXTRAPASHA_H5_SCALE_H

#include "shim.h"

int shim_make_scale(hid_t file, const char *path, const char *name);
int shim_attach_scale(hid_t file, const char *path, unsigned axis, const char *scale);

#endif
