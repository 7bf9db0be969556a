// Package mpi connects the ranks of one program that an MPI launcher has started on one
// or more machines: mpirun, mpiexec or srun. The MPI library is opened when it is
// needed, so that a program starts where there is none: Open MPI, MPICH, or one with
// the ABI of either (PASHA_MPI_LIBRARY names another than the one that is found).
//
// The root is rank 0. There is a [Line] between it and each other rank, for messages
// and for rows, which go straight into the memory that is theirs at the other end.
// Nothing but messages between two ranks is used, and no call waits: a rank that has
// died, or hangs, ends its line and nothing else, since MPI itself says nothing of it.
// Each end tells the other a few times a second that it is alive.
//
// One goroutine on one thread makes all calls of MPI: the engine. It sleeps while there
// is nothing to do, longer the longer that lasts, and needs a core, and a processor of
// Go's scheduler, when it wakes: kernels that keep all of them make messages wait for
// tens of milliseconds. mpirun of Open MPI binds a rank to one core where there are few:
// --bind-to none lets it have more.
package mpi
