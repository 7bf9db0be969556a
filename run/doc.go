// Package run knows how a run lies on disk: proposals and runs are directories,
// a run is a directory of HDF5 files, and a file holds the data of some sources
// for some trains.
//
// In a file, the group INDEX holds the train IDs and, for each source, where
// the data of each train starts and how many entries it has. CONTROL holds
// sources with one entry per train (motors, settings), INSTRUMENT those with
// any number (cameras, detectors), one index for each group of keys. METADATA
// lists the sources. The versions of the format, 0.5 to 1.3, differ in where
// METADATA has that list and in what INDEX has beside the counts.
//
// The format is described in the facility's documentation of EXtra-data,
// https://extra-data.readthedocs.io/en/latest/data_format.html
package run
