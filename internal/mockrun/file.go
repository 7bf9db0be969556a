package mockrun

import (
	"fmt"
	"path"
	"strings"
	"time"

	"extrapasha/internal/h5"
	"extrapasha/internal/h5/filter"
)

// file is one data file being written. After an error it does nothing more, so
// that only the end has to look.
type file struct {
	*h5.Writer
	config  Config
	trains  []int // which trains of the run are in it
	sources []string
	err     error

	deflater filter.Deflater
}

// rowChunk is the number of rows in a chunk of datasets with a row per train or
// entry; the chunks of short ones are as short.
func rowChunk(rows int) int { return min(max(rows, 1), 32) }

func put[T any](f *file, path string, shape []int, data []T) {
	if f.err == nil {
		f.err = h5.Put(f.Writer, path, shape, data, h5.Layout{Chunk: append([]int{rowChunk(shape[0])}, shape[1:]...)})
	}
}

func putStrings(f *file, path string, data []string) {
	if f.err == nil {
		f.err = h5.PutStrings(f.Writer, path, []int{len(data)}, data, h5.Layout{Chunk: []int{rowChunk(len(data))}})
	}
}

// single writes a dataset of one value, as METADATA and RUN have them.
func single[T any](f *file, path string, value T) {
	if f.err == nil {
		f.err = h5.Put(f.Writer, path, []int{1}, []T{value}, h5.Layout{})
	}
}

func singleString(f *file, path, value string) {
	if f.err == nil {
		f.err = h5.PutStrings(f.Writer, path, []int{1}, []string{value}, h5.Layout{})
	}
}

// source notes a source for METADATA; id is as it has it, "CONTROL/…".
func (f *file) source(id string) { f.sources = append(f.sources, id) }

// index writes where the data of each train lies: entry counts, one train after
// the other. The first version of the format had status and last row instead.
func (f *file) index(source string, counts []uint64) {
	first := make([]uint64, len(counts))
	last, status := make([]uint64, len(counts)), make([]int32, len(counts))
	row := uint64(0)
	for i, count := range counts {
		first[i] = row
		if count > 0 {
			last[i], status[i] = row+count-1, 1
		}
		row += count
	}
	shape := []int{len(counts)}
	put(f, path.Join("INDEX", source, "first"), shape, first)
	if f.config.Version == "0.5" {
		put(f, path.Join("INDEX", source, "last"), shape, last)
		put(f, path.Join("INDEX", source, "status"), shape, status)
		return
	}
	put(f, path.Join("INDEX", source, "count"), shape, counts)
}

// startOfRun is when runs are taken, for their timestamps.
var startOfRun = time.Date(2026, 1, 12, 8, 30, 0, 0, time.UTC)

// finish writes the train IDs and METADATA.
func (f *file) finish(sequence int) {
	f.trainIndex()
	// Versions before 1.0 have the list of sources in METADATA itself.
	list := "METADATA/dataSources"
	if f.config.Version == "0.5" {
		list = "METADATA"
	}
	padded := append([]string(nil), f.sources...)
	for len(padded)%16 != 0 {
		padded = append(padded, "")
	}
	roots, devices := make([]string, len(padded)), make([]string, len(padded))
	for i, source := range padded {
		roots[i], devices[i], _ = strings.Cut(source, "/")
	}
	putStrings(f, list+"/dataSourceId", padded)
	putStrings(f, list+"/root", roots)
	putStrings(f, list+"/deviceId", devices)
	if f.config.Version == "0.5" {
		return
	}
	for _, entry := range [][2]string{
		{"dataFormatVersion", f.config.Version}, {"daqLibrary", "1.9.0"}, {"karaboFramework", "2.17.0"},
		{"creationDate", startOfRun.Format("20060102T150405Z")}, {"updateDate", startOfRun.Add(time.Minute).Format("20060102T150405Z")},
		{"runType", "Sample"}, {"sample", "Powder"},
	} {
		singleString(f, "METADATA/"+entry[0], entry[1])
	}
	single(f, "METADATA/proposalNumber", uint32(f.config.Proposal))
	single(f, "METADATA/runNumber", uint32(f.config.Run))
	single(f, "METADATA/sequenceNumber", uint32(sequence))
}

// trainIndex writes the datasets with a row per train. The DAQ makes room for
// more trains than it writes: they have ID 0.
func (f *file) trainIndex() {
	rows := (len(f.trains) + 15) / 16 * 16
	ids, stamps := make([]uint64, rows), make([]uint64, rows)
	flags, origins := make([]int32, rows), make([]int32, rows)
	for i, train := range f.trains {
		ids[i] = f.config.FirstTrain + uint64(train)
		stamps[i] = uint64(startOfRun.Add(time.Duration(train) * 100 * time.Millisecond).UnixNano())
		flags[i], origins[i] = 1, -1
		if f.config.Version == "1.1" {
			flags[i] = 0 // there the flag is the index of the train's origin
		}
	}
	shape := []int{rows}
	put(f, "INDEX/trainId", shape, ids)
	if f.config.Version == "0.5" {
		return
	}
	put(f, "INDEX/flag", shape, flags)
	put(f, "INDEX/timestamp", shape, stamps)
	if f.config.Version >= "1.2" {
		put(f, "INDEX/origin", shape, origins)
	}
}

// fileName is the facility's name for a data file.
func (c Config) fileName(kind, aggregator string, sequence int) string {
	return fmt.Sprintf("%s-R%04d-%s-S%05d.h5", kind, c.Run, aggregator, sequence)
}
