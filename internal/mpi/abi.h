// The calls for one ABI. It is included once for each, with
//   SHIM          what to call the result
//   ANY_SOURCE    MPI_ANY_SOURCE
//   handle        the type of handles
//   struct status MPI_Status
//   find_handles  sets world, bytes, none and returning
enum { THREAD_FUNNELED = 1 };

static struct {
    int (*MPI_Init_thread)(int *, char ***, int, int *);
    int (*MPI_Comm_rank)(handle, int *);
    int (*MPI_Comm_size)(handle, int *);
    int (*MPI_Comm_set_errhandler)(handle, handle);
    int (*MPI_Get_processor_name)(char *, int *);
    int (*MPI_Get_library_version)(char *, int *);
    int (*MPI_Isend)(const void *, int, handle, int, int, handle, handle *);
    int (*MPI_Irecv)(void *, int, handle, int, int, handle, handle *);
    int (*MPI_Iprobe)(int, int, handle, int *, struct status *);
    int (*MPI_Get_count)(const struct status *, handle, int *);
    int (*MPI_Testsome)(int, handle *, int *, int *, struct status *);
    int (*MPI_Cancel)(handle *);
    int (*MPI_Error_string)(int, char *, int *);
    int (*MPI_Finalize)(void);
    int (*MPI_Abort)(handle, int);
} call;

static const char *load(void *library) {
#define FIND(name) \
    if ((*(void **)&call.name = dlsym(library, #name)) == NULL) return #name;
    FIND(MPI_Init_thread) FIND(MPI_Comm_rank) FIND(MPI_Comm_size) FIND(MPI_Comm_set_errhandler)
    FIND(MPI_Get_processor_name) FIND(MPI_Get_library_version)
    FIND(MPI_Isend) FIND(MPI_Irecv) FIND(MPI_Iprobe) FIND(MPI_Get_count) FIND(MPI_Testsome)
    FIND(MPI_Cancel) FIND(MPI_Error_string) FIND(MPI_Finalize) FIND(MPI_Abort)
#undef FIND
    find_handles(library);
    return NULL;
}

static int init(int *rank, int *size, int *funneled) {
    int level = 0;
    int code = call.MPI_Init_thread(NULL, NULL, THREAD_FUNNELED, &level);
    *funneled = level >= THREAD_FUNNELED;
    if (code == 0)
        code = call.MPI_Comm_set_errhandler(world, returning);
    if (code == 0)
        code = call.MPI_Comm_rank(world, rank);
    return code != 0 ? code : call.MPI_Comm_size(world, size);
}

// Requests by slot, none where a slot is free. What the library says of them is stored
// in the arrays beside, as long.
static handle *requests;
static struct status *statuses;
static int *indices;
static int slots;

static int grow(int slot) {
    if (slot < slots)
        return MPI_SHIM_OK;
    int more = slot < 32 ? 64 : 2 * slot;
    handle *r = realloc(requests, more * sizeof *r);
    if (r != NULL) requests = r;
    struct status *s = realloc(statuses, more * sizeof *s);
    if (s != NULL) statuses = s;
    int *i = realloc(indices, more * sizeof *i);
    if (i != NULL) indices = i;
    if (r == NULL || s == NULL || i == NULL)
        return MPI_SHIM_MEMORY;
    while (slots < more)
        requests[slots++] = none;
    return MPI_SHIM_OK;
}

static int send(int slot, const void *data, int size, int rank, int tag) {
    int code = grow(slot);
    return code != 0 ? code : call.MPI_Isend(data, size, bytes, rank, tag, world, &requests[slot]);
}

static int receive(int slot, void *data, int size, int rank, int tag) {
    int code = grow(slot);
    return code != 0 ? code : call.MPI_Irecv(data, size, bytes, rank, tag, world, &requests[slot]);
}

static int probe(int tag, int *found, int *rank, int *size) {
    struct status status;
    int code = 0;
    // Open MPI looks among what it knows first and only then at what has come: the
    // second time it has it.
    for (int i = *found = 0; i < 2 && code == 0 && !*found; i++)
        code = call.MPI_Iprobe(ANY_SOURCE, tag, world, found, &status);
    if (code != 0 || !*found)
        return code;
    *rank = status.source;
    return call.MPI_Get_count(&status, bytes, size);
}

static int test(int used, int *done, int *which, int *codes) {
    int count = 0;
    *done = 0;
    if (used > slots)
        used = slots;
    if (used == 0)
        return 0;
    int code = call.MPI_Testsome(used, requests, &count, indices, statuses);
    if (code != 0 && count <= 0) // else each status has its own
        return code;
    for (; *done < count; ++*done) {
        which[*done] = indices[*done];
        codes[*done] = code == 0 ? 0 : statuses[*done].error;
    }
    return 0;
}

static int cancel(int slot) { return call.MPI_Cancel(&requests[slot]); }
static int leave(int code) { return call.MPI_Abort(world, code); }

static int host(char *text, int *length) { return call.MPI_Get_processor_name(text, length); }
static int version(char *text, int *length) { return call.MPI_Get_library_version(text, length); }
static int text(int code, char *text, int *length) { return call.MPI_Error_string(code, text, length); }
static int finalize(void) { return call.MPI_Finalize(); }

const struct mpi_shim SHIM = {load, init, host, version, send, receive, probe, test, cancel, text, finalize, leave};
