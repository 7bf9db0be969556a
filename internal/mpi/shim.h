// The calls of MPI that the engine makes, looked up in a library that is opened at run
// time. Nothing of MPI is needed to build this, and none to start.
//
// A request is known by its slot, a number from 0 that the caller chooses.
#ifndef EXTRAPASHA_MPI_SHIM_H
#define EXTRAPASHA_MPI_SHIM_H

#include <stddef.h>

// Long enough for the longest texts of any of the libraries: 8192 in MPICH.
enum { MPI_SHIM_TEXT = 8193 };

// Results that are no error codes of MPI: those are positive.
enum { MPI_SHIM_OK = 0, MPI_SHIM_MEMORY = -1 };

// An ABI's way to make the calls.
struct mpi_shim {
    const char *(*load)(void *library); // the name that the library lacks, or NULL
    int (*init)(int *rank, int *size, int *funneled);
    int (*host)(char *text, int *length);
    int (*version)(char *text, int *length);
    int (*send)(int slot, const void *data, int size, int rank, int tag);
    int (*receive)(int slot, void *data, int size, int rank, int tag);
    int (*probe)(int tag, int *found, int *rank, int *size);
    // test stores which of the slots below `used` are done, and how they ended.
    int (*test)(int used, int *done, int *slots, int *codes);
    int (*cancel)(int slot);
    int (*text)(int code, char *text, int *length);
    int (*finalize)(void);
    int (*abort)(int code);
};

extern const struct mpi_shim mpi_shim_openmpi, mpi_shim_mpich;

// Opens a library and chooses how to call it. Returns NULL, or what is wrong, which
// is overwritten by the next call.
const char *mpi_shim_open(const char *name);

// As in the struct, of the library that is open.
int mpi_shim_init(int *rank, int *size, int *funneled);
int mpi_shim_host(char *text, int *length);
int mpi_shim_version(char *text, int *length);
int mpi_shim_send(int slot, const void *data, int size, int rank, int tag);
int mpi_shim_receive(int slot, void *data, int size, int rank, int tag);
int mpi_shim_probe(int tag, int *found, int *rank, int *size);
int mpi_shim_test(int used, int *done, int *slots, int *codes);
int mpi_shim_cancel(int slot);
int mpi_shim_text(int code, char *text, int *length);
int mpi_shim_finalize(void);
int mpi_shim_abort(int code);

#endif
