#include "driver.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

// The driver that files are written and read with: that of libhdf5 for files, but for what
// that is not made for. It does not lock files: that does who opens or makes them.
//
// Files that are written are empty at first, and are not truncated: ext4 would write them
// to the disk before they are closed. Chunks may only get a place. libhdf5 never hears that
// something could not be written, as it does not survive that everywhere: from then on
// nothing is written to the file, and Go is told, see full.go.
//
// Of files that are read libhdf5 gets what they have, or nothing. Behind the end of one that
// somebody has cut short its own driver gives it zeros, which it takes for structures.
typedef struct {
    H5FD_t pub;
    H5FD_t *file;
    bool failed;
    int read; // what it is read from, -1 if it is written
} shim_file;

// The system's error number of the first write that failed since Go has asked, under the
// lock of lock.go.
static int failure;

// The chunk that is being placed, under the lock of lock.go.
static struct {
    const void *data;
    haddr_t address;
} placed;

static H5FD_t *of(const H5FD_t *file) { return ((const shim_file *)file)->file; }

static herr_t driver_close(H5FD_t *file) {
    herr_t status = H5FDclose(of(file));
    free(file);
    return status;
}

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t fapl, haddr_t most) {
    (void)fapl;
    shim_file *file = calloc(1, sizeof *file);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (file && access >= 0 && H5Pset_fapl_sec2(access) >= 0)
        file->file = H5FDopen(name, flags & ~H5F_ACC_TRUNC, access, most);
    CLOSE(access);
    if (!file || !file->file) {
        free(file);
        return NULL;
    }
    int *fd = NULL;
    if (!(flags & H5F_ACC_RDWR) && H5FDget_vfd_handle(file->file, H5P_DEFAULT, (void **)&fd) < 0) {
        driver_close(&file->pub);
        return NULL;
    }
    file->read = fd ? *fd : -1;
    return &file->pub;
}

static int driver_compare(const H5FD_t *a, const H5FD_t *b) { return H5FDcmp(of(a), of(b)); }

static herr_t driver_query(const H5FD_t *file, unsigned long *flags) {
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_POSIX_COMPAT_HANDLE;
    return 0;
}

static haddr_t driver_end(const H5FD_t *file, H5FD_mem_t type) { return H5FDget_eoa(of(file), type); }

static herr_t driver_set_end(H5FD_t *file, H5FD_mem_t type, haddr_t end) { return H5FDset_eoa(of(file), type, end); }

static haddr_t driver_size(const H5FD_t *file, H5FD_mem_t type) { return H5FDget_eof(of(file), type); }

static herr_t driver_handle(H5FD_t *file, hid_t fapl, void **handle) { return H5FDget_vfd_handle(of(file), fapl, handle); }

// Reads all that is asked for.
static int read_whole(int file, void *data, size_t size, haddr_t at) {
    while (size > 0) {
        ssize_t n = pread(file, data, size, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_IO, H5E_READERROR,
                     "file read failed: errno = %d, error message = '%s'", errno, strerror(errno));
        if (n == 0)
            H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_IO, H5E_READERROR,
                     "the file ends before %llu", (unsigned long long)(at + size));
        if (n <= 0)
            return -1;
        data = (char *)data + n, at += n, size -= n;
    }
    return 0;
}

// The size of what a heap begins with, and of what an object in it does. Both have a size in
// their last eight bytes.
enum { heap_header = 16 };

static uint64_t heap_size(const unsigned char *header) {
    uint64_t size = 0;
    for (int byte = heap_header - 1; byte >= 8; byte--)
        size = size << 8 | header[byte];
    return size;
}

// Tells whether a collection of the global heap ends where it says. libhdf5 looks for its end
// from object to object, and stays for ever at a free one of no size (HDF5 File Format
// Specification 3.0, III.E).
static bool heap_ends(int file, haddr_t at, const unsigned char *start) {
    uint64_t end = heap_size(start), used = heap_header;
    while (used <= end && end - used >= heap_header) {
        unsigned char object[heap_header];
        if (read_whole(file, object, sizeof object, at + used) < 0)
            return false;
        uint64_t size = heap_size(object), left = end - used;
        if (size > left)
            return false;
        if (object[0] || object[1]) // not free: the size is that of the data
            size = heap_header + (size + 7) / 8 * 8;
        if (size < heap_header || size > left)
            return false;
        used += size;
    }
    return true;
}

static herr_t driver_read(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size, void *data) {
    shim_file *from = (shim_file *)file;
    if (from->read < 0)
        return H5FDread(from->file, type, transfer, at, size, data);
    if (read_whole(from->read, data, size, at) < 0)
        return -1;
    if (type == H5FD_MEM_DRAW && size >= heap_header && memcmp(data, "GCOL\1", 5) == 0 && !heap_ends(from->read, at, data)) {
        H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_HEAP, H5E_BADVALUE, "a damaged heap at %llu",
                 (unsigned long long)at);
        return -1;
    }
    return 0;
}

// Notes that a file could not be written, for a reason that the system has just given.
static void fail(shim_file *file) {
    int reason = errno ? errno : EIO;
    file->failed = true;
    failure = failure ? failure : reason;
    H5Eclear2(H5E_DEFAULT);
}

static herr_t driver_write(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size, const void *data) {
    if (placed.data && placed.data == data) {
        placed.address = at;
        return 0;
    }
    shim_file *to = (shim_file *)file;
    errno = 0;
    if (!to->failed && H5FDwrite(to->file, type, transfer, at, size, data) < 0)
        fail(to);
    return 0;
}

static herr_t driver_flush(H5FD_t *file, hid_t transfer, hbool_t closing) { return H5FDflush(of(file), transfer, closing); }

static herr_t driver_truncate(H5FD_t *file, hid_t transfer, hbool_t closing) {
    shim_file *to = (shim_file *)file;
    errno = 0;
    if (!to->failed && H5FDtruncate(to->file, transfer, closing) < 0)
        fail(to);
    return 0;
}

static const H5FD_class_t driver_class = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = 600, // of those for development
#endif
    .name = "extrapasha",
    .maxaddr = ((haddr_t)1 << 63) - 1,
    .fc_degree = H5F_CLOSE_WEAK,
    .open = driver_open,
    .close = driver_close,
    .cmp = driver_compare,
    .query = driver_query,
    .get_eoa = driver_end,
    .set_eoa = driver_set_end,
    .get_eof = driver_size,
    .get_handle = driver_handle,
    .read = driver_read,
    .write = driver_write,
    .flush = driver_flush,
    .truncate = driver_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

// Makes files of a list be written or read with the driver.
int shim_set_driver(hid_t access) {
    static hid_t driver = -1;
    if (driver < 0)
        driver = H5FDregister(&driver_class);
    return driver < 0 ? -1 : H5Pset_driver(access, driver, NULL);
}

// Opens a file to read it. libhdf5 keeps small chunks only: those of frames are read once,
// straight to where they are wanted. Kept, they would cost a copy, and a megabyte for every
// open dataset.
hid_t shim_open(const char *path) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    if (access >= 0 && shim_set_driver(access) >= 0 && H5Pset_cache(access, 0, 521, 128 << 10, 0.75) >= 0)
        file = H5Fopen(path, H5F_ACC_RDONLY, access);
    CLOSE(access);
    return file;
}

// Why something could not be written since this was asked before, 0 if all could.
int shim_take_failure(void) {
    int reason = failure;
    failure = 0;
    return reason;
}

// Finds places in the file for chunks, which are to be written there past libhdf5. data has
// the size of the largest, and nobody looks at it.
int shim_place_chunks(hid_t dset, size_t n, int rank, const hsize_t *offsets, const uint32_t *skipped, const size_t *sizes,
                      const void *data, haddr_t *places) {
    herr_t status = 0;
    placed.data = data;
    for (size_t i = 0; i < n && status >= 0; i++) {
        placed.address = HADDR_UNDEF;
        status = H5Dwrite_chunk(dset, H5P_DEFAULT, skipped[i], offsets + i * rank, sizes[i], data);
        places[i] = placed.address;
        if (places[i] == HADDR_UNDEF)
            status = -1;
    }
    placed.data = NULL;
    return status < 0 ? -1 : 0;
}
