//go:build linux && cgo

#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "shim.h"

static const struct mpi_shim *shim;

// What is done about signals before MPI came. Libraries below MPI take SIGSEGV and
// others for themselves, and a nil dereference would end the rank with their words
// instead of Go's panic.
static struct sigaction before[NSIG];

static void remember_signals(void) {
    for (int s = 1; s < NSIG; s++)
        sigaction(s, NULL, &before[s]);
}

static int foreign(const struct sigaction *action) {
    return (action->sa_flags & SA_SIGINFO) || (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
}

// Gives Go back the signals that its runtime lives on. Handlers of others must run on
// the stack for signals, as Go's threads have small ones: Go ends a program where they
// do not.
static void mend_signals(void) {
    static const int go[] = {SIGSEGV, SIGBUS, SIGFPE, SIGURG, SIGPROF};
    for (size_t i = 0; i < sizeof go / sizeof *go; i++)
        sigaction(go[i], &before[go[i]], NULL);
    for (int s = 1; s < NSIG; s++) {
        struct sigaction now;
        if (sigaction(s, NULL, &now) != 0 || !foreign(&now) || (now.sa_flags & SA_ONSTACK))
            continue;
        now.sa_flags |= SA_ONSTACK;
        sigaction(s, &now, NULL);
    }
}

const char *mpi_shim_open(const char *name) {
    static char wrong[512];
    remember_signals();
    // Libraries find their own parts, which are opened later, among the global names.
    void *library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        snprintf(wrong, sizeof wrong, "%s", dlerror());
        return wrong;
    }
    shim = dlsym(library, "ompi_mpi_comm_world") ? &mpi_shim_openmpi : &mpi_shim_mpich;
    const char *missing = shim->load(library);
    if (missing == NULL)
        return NULL;
    shim = NULL;
    dlclose(library);
    snprintf(wrong, sizeof wrong, "%s: no %s in it", name, missing);
    return wrong;
}

int mpi_shim_init(int *rank, int *size, int *funneled) {
    int code = shim->init(rank, size, funneled);
    mend_signals();
    return code;
}

int mpi_shim_host(char *text, int *length) { return shim->host(text, length); }
int mpi_shim_version(char *text, int *length) { return shim->version(text, length); }
int mpi_shim_send(int slot, const void *data, int size, int rank, int tag) { return shim->send(slot, data, size, rank, tag); }
int mpi_shim_receive(int slot, void *data, int size, int rank, int tag) { return shim->receive(slot, data, size, rank, tag); }
int mpi_shim_probe(int tag, int *found, int *rank, int *size) { return shim->probe(tag, found, rank, size); }
int mpi_shim_test(int used, int *done, int *slots, int *codes) { return shim->test(used, done, slots, codes); }
int mpi_shim_cancel(int slot) { return shim->cancel(slot); }
int mpi_shim_text(int code, char *text, int *length) { return shim->text(code, text, length); }
int mpi_shim_finalize(void) { return shim->finalize(); }
int mpi_shim_abort(int code) { return shim->abort(code); }
