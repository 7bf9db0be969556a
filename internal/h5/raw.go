package h5

import (
	"errors"
	"io"
	"math"
	"os"

	"extrapasha/internal/h5/format"
	"extrapasha/internal/regular"
)

// outside is data in files that are not HDF5, one after the other.
type outside struct {
	parts []outsidePart
	size  int64
}

type outsidePart struct {
	file         *os.File
	from, offset int64 // in the data, in the file
	size         int64
}

// openOutside opens the files that the data of a dataset is in.
func (f *File) openOutside(object string, parts []format.External) (*outside, error) {
	o := &outside{}
	for _, part := range parts {
		path, err := f.place(part.Name, "HDF5_EXTFILE_PREFIX")
		if err != nil {
			return nil, err
		}
		f.notice("a dataset has its data in a file", object, path)
		file, _, err := regular.Open(path)
		if err != nil {
			o.close()
			return nil, err
		}
		p := outsidePart{file: file, from: o.size, offset: int64(min(part.Offset, math.MaxInt64)), size: int64(min(part.Size, uint64(math.MaxInt64-o.size)))}
		o.parts, o.size = append(o.parts, p), o.size+p.size
	}
	return o, nil
}

func (o *outside) close() {
	for _, part := range o.parts {
		part.file.Close()
	}
}

// ReadAt reads what is there. What is behind the end of a file was never written.
func (o *outside) ReadAt(into []byte, at int64) (n int, err error) {
	for _, part := range o.parts {
		if at < part.from || at-part.from >= part.size || n == len(into) {
			continue
		}
		piece := into[n:min(int64(len(into)), int64(n)+part.size-(at-part.from))]
		read, err := part.file.ReadAt(piece, part.offset+at-part.from)
		if err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		clear(piece[read:])
		n, at = n+len(piece), at+int64(len(piece))
	}
	if n < len(into) {
		return n, io.EOF
	}
	return n, nil
}
