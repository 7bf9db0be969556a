//go:build linux && cgo

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

#include "shim.h"

// Open MPI: handles are addresses of structures of the library, statuses as in the
// mpi.h of 4.1 and 5.0, which are the same in this.
typedef void *handle;

struct status {
    int source, tag, error;
    int cancelled;
    size_t count;
};

static handle world, bytes, none, returning;

static void find_handles(void *library) {
    world = dlsym(library, "ompi_mpi_comm_world");
    bytes = dlsym(library, "ompi_mpi_byte");
    none = dlsym(library, "ompi_request_null");
    returning = dlsym(library, "ompi_mpi_errors_return");
}

#define SHIM mpi_shim_openmpi
#define ANY_SOURCE (-1)
#include "abi.h"
