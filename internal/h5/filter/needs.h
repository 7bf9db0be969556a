// What building needs. This package is built before those that ask libhdf5, so what is
// missing is told here, by the names of Debian's packages, and before anything else fails.
#ifdef __has_include
#if !__has_include(<hdf5.h>) || !__has_include(<isa-l/igzip_lib.h>)
#error "extrapasha needs the headers of libhdf5 and of ISA-L: apt-get install libhdf5-dev libisal-dev"
#endif
#endif
