package npy

import (
	"archive/zip"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"extrapasha/internal/memory"
	"extrapasha/internal/strided"
)

// WriteArchive writes arrays under their names to an .npz file, uncompressed as
// numpy.savez does.
func WriteArchive[A interface{ WriteNPY(w io.Writer) error }](w io.Writer, arrays map[string]A) error {
	archive := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := arrays[name].WriteNPY(entry); err != nil {
			return fmt.Errorf("array %q: %w", name, err)
		}
	}
	return archive.Close()
}

// ReadEntry reads the array of that name from an .npz file of so many bytes, into memory
// where the file tells its size, and makes sure that it is what was written, by its
// checksum.
func ReadEntry[T any](file io.ReaderAt, size int64, name string, memory Memory) (Elements[T], error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return Elements[T]{}, fmt.Errorf("%w: %w", Err, err)
	}
	var names []string
	for _, entry := range archive.File {
		if entry.Name == name+".npy" {
			elements, err := readEntry[T](entry, size, memory)
			if err != nil {
				return Elements[T]{}, fmt.Errorf("array %q: %w", name, err)
			}
			return elements, nil
		}
		names = append(names, strings.TrimSuffix(entry.Name, ".npy"))
	}
	return Elements[T]{}, fmt.Errorf("%w: no array %q, there are %s", Err, name, Shortened(strings.Join(names, ", ")))
}

// mostInflated is how many times more deflate can make of a byte.
const mostInflated = 1032

// readEntry reads an array from an archive of so many bytes.
func readEntry[T any](entry *zip.File, archive int64, place Memory) (e Elements[T], err error) {
	packed := min(entry.CompressedSize64, uint64(archive))
	from := &source{there: entry.Method == zip.Store, Memory: place}
	from.N = int64(packed)
	if !from.there {
		from.N = int64(min(entry.UncompressedSize64, (packed+1)*mostInflated))
	}
	r, err := entry.Open()
	if err != nil {
		return e, fmt.Errorf("%w: %w", Err, err)
	}
	defer r.Close()
	from.R = r
	if e, err = read[T](from); err != nil {
		return e, err
	}
	// Behind the last byte the checksum is looked at.
	n, err := io.ReadFull(r, make([]byte, 1))
	if err == io.EOF {
		return e, nil
	}
	place.Free(memory.Bytes(e.Data))
	if n > 0 {
		var zero T
		return Elements[T]{}, fmt.Errorf("%w: there is more than the %T array of shape %s", Err, zero, strided.Text(e.Shape))
	}
	return Elements[T]{}, fmt.Errorf("%w: %w", Err, err)
}
