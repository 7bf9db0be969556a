//go:build linux && cgo

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

#include "shim.h"

// MPICH and those that have agreed on its ABI, such as Intel MPI, MVAPICH and Cray MPICH:
// handles are numbers. (https://www.mpich.org/abi/)
typedef int handle;

struct status {
    int count_low, count_high_and_cancelled;
    int source, tag, error;
};

static const handle world = 0x44000000, bytes = 0x4c00010d, none = 0x2c000000, returning = 0x54000001;

static void find_handles(void *library) { (void)library; }

#define SHIM mpi_shim_mpich
#define ANY_SOURCE (-2)
#include "abi.h"
