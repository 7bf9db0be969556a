package h5

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"extrapasha/internal/h5/format"
	"extrapasha/internal/pending"
)

// Writer is an HDF5 file being written. It appears under its path when Close
// is called; until then, and after Discard, there is nothing of that name.
type Writer struct {
	path    string
	disk    *os.File      // what it is until it is complete
	pending *pending.File // nil where that is another's to name and to remove
	file    C.hid_t       // 0 when it is closed
	failed  error         // that not all could be written, under the lock of lock.go
	mover   mover
}

// Form is what a file is made of. The zero value is the oldest structures that do,
// as the facility's files have them.
type Form struct {
	// Newest asks for the newest structures that libhdf5 knows.
	Newest bool
	// UserBlock is room for other things before the file proper: 0, or 512 or
	// more bytes, a power of two.
	UserBlock int
	// Ordered keeps the order in which what is in the root was made, as NetCDF has it.
	Ordered bool
}

// Create starts a new file, which will replace one of that name.
func Create(path string) (*Writer, error) { return CreateAs(path, Form{}) }

// CreateAs is [Create] for a file of another form.
func CreateAs(path string, form Form) (*Writer, error) {
	// libhdf5 does not say why a file cannot be created.
	file, err := pending.Create(path, 0o666)
	if err != nil {
		return nil, err
	}
	w := &Writer{path: path, disk: file.File, pending: file}
	if err := w.create(form); err != nil {
		file.Discard()
		return nil, err
	}
	return w, nil
}

// CreateIn is [CreateAs] in an empty file that is open for writing, and that others close
// and name or remove; path is what errors call it.
func CreateIn(disk *os.File, path string, form Form) (*Writer, error) {
	w := &Writer{path: path, disk: disk}
	if err := w.create(form); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *Writer) create(form Form) error {
	flag := func(set bool) C.int {
		if set {
			return 1
		}
		return 0
	}
	return w.locked(func() error {
		withString(w.disk.Name(), func(c *C.char) {
			w.file = C.shim_create_file(c, flag(form.Newest), flag(form.Ordered), C.hsize_t(form.UserBlock))
		})
		if w.file < 0 {
			return w.fail("create", "", lastError())
		}
		return nil
	})
}

func (w *Writer) fail(doing, object string, err error) error {
	return &Error{Path: w.path, Object: object, Doing: doing, Err: err}
}

// Close completes the file and gives it its name.
func (w *Writer) Close() error {
	if w.file == 0 {
		return nil
	}
	if w.pending != nil {
		defer w.pending.Discard()
	}
	if err := w.close(); err != nil {
		_ = w.disk.Truncate(0)
		return err
	}
	if w.pending == nil {
		return nil
	}
	return w.pending.Complete(false)
}

// Discard throws away a file that is not closed: where its place is another's, what it
// holds. After Close it does nothing.
func (w *Writer) Discard() {
	if w.file == 0 {
		return
	}
	w.mover.moot.Store(true)
	_ = w.close() // what it holds is thrown away
	_ = w.disk.Truncate(0)
	if w.pending != nil {
		w.pending.Discard()
	}
}

func (w *Writer) close() error {
	file := w.file
	w.file = 0
	err := w.closing(func() error {
		if C.H5Fclose(file) < 0 {
			return w.fail("write", "", lastError())
		}
		return nil
	})
	w.mover.end()
	return cmp.Or(w.failed, err)
}

// Layout says how a dataset is stored.
type Layout struct {
	// Chunk is the shape of the chunks, nil for one contiguous piece.
	Chunk []int
	// Most is how long each dimension may become, 0 without limit. nil lets the
	// first dimension of a dataset in chunks grow, and no other.
	Most []int
	// Filters are what is done to each chunk, in order.
	Filters []Filter
	// Fill is what elements are that are never written, nil for 0.
	Fill []byte
	// Early makes room for all chunks at once.
	Early bool
	// Raw leaves room as it is, holes of the file that read as 0: for what is written
	// past libhdf5, see [NewData.Offset].
	Raw bool
	// PlainEdges leaves out the filters for chunks that reach beyond the dataset.
	PlainEdges bool
}

// Filter is something that is done to a chunk before it is stored.
type Filter struct {
	number int
	level  uint
}

// Filters. LZF can be read; chunks of it are written by WriteChunk.
var (
	Shuffle    = Filter{number: format.ShuffleFilter}
	Fletcher32 = Filter{number: format.FletcherFilter}
	LZF        = Filter{number: format.LZFFilter}
)

// Deflate compresses, at a level of 1 to 9.
func Deflate(level int) Filter { return Filter{format.DeflateFilter, uint(level)} }

// Put writes a whole dataset, making the groups above it.
func Put[T any](w *Writer, path string, shape []int, data []T, layout Layout) error {
	if size, err := Whole(shape).size(shape); err != nil || size != len(data) {
		return w.fail("write", path, fmt.Errorf("%w: %d elements for a shape of %v", ErrBounds, len(data), shape))
	}
	d, err := NewDataset[T](w, path, shape, layout)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.put(data, len(data), unsafe.Pointer(unsafe.SliceData(data)))
}

// PutStrings writes a whole dataset of strings of variable length.
func PutStrings(w *Writer, path string, shape []int, data []string, layout Layout) error {
	if size, err := Whole(shape).size(shape); err != nil || size != len(data) {
		return w.fail("write", path, fmt.Errorf("%w: %d elements for a shape of %v", ErrBounds, len(data), shape))
	}
	d, err := NewDataset[string](w, path, shape, layout)
	if err != nil {
		return err
	}
	defer d.Close()
	return withTexts(data, func(texts unsafe.Pointer) error { return d.put(data, len(data), texts) })
}

// withTexts calls do with texts as C has them.
func withTexts(values []string, do func(texts unsafe.Pointer) error) error {
	n := C.size_t(len(values))
	texts := (**C.char)(C.calloc(n+1, C.size_t(unsafe.Sizeof(uintptr(0)))))
	defer C.shim_free_strings(n, texts)
	for i, slot := 0, unsafe.Slice(texts, len(values)); i < len(values); i++ {
		slot[i] = C.CString(values[i])
	}
	return do(unsafe.Pointer(texts))
}

// NewData is a dataset that is being written.
type NewData struct {
	writer *Writer
	id     C.hid_t
	path   string
	dtype  DType
	rank   int
}

// NewDataset makes a dataset to be written chunk by chunk, and the groups above
// it. It must be closed before the file is.
func NewDataset[T any](w *Writer, path string, shape []int, layout Layout) (*NewData, error) {
	d := &NewData{writer: w, path: path, dtype: DTypeOf[T](), rank: len(shape)}
	if d.dtype.Go() == nil {
		var zero T
		return nil, w.fail("create", path, fmt.Errorf("%w: %T", ErrType, zero))
	}
	form, err := layout.form(shape)
	if err != nil {
		return nil, w.fail("create", path, err)
	}
	err = w.locked(func() error {
		withString(path, func(c *C.char) { d.id = C.shim_create(w.file, c, C.int(d.dtype), &form) })
		if d.id < 0 {
			return w.fail("create", path, lastError())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// form is the layout as C has it.
func (l Layout) form(shape []int) (form C.shim_layout, err error) {
	if len(shape) > C.SHIM_MAX_RANK || len(l.Filters) > C.SHIM_MAX_FILTERS || len(l.Fill) > len(form.fill) ||
		l.Chunk != nil && len(l.Chunk) != len(shape) || l.Most != nil && len(l.Most) != len(shape) {
		return form, fmt.Errorf("%w: layout %+v for a shape of %v", ErrBounds, l, shape)
	}
	form.rank, form.dims, form.most = C.int(len(shape)), *dims(shape), *dims(shape)
	if l.Chunk != nil {
		form.chunked, form.chunk = 1, *dims(l.Chunk)
		if len(shape) > 0 {
			form.most[0] = 0
		}
	}
	if l.Most != nil {
		form.most = *dims(l.Most)
	}
	for _, f := range l.Filters {
		form.filter[form.filters], form.level[form.filters] = C.int(f.number), C.uint(f.level)
		form.filters++
	}
	if l.Fill != nil {
		form.filled = 1
		for i, b := range l.Fill {
			form.fill[i] = C.uchar(b)
		}
	}
	if l.Early {
		form.early = 1
	}
	if l.Raw {
		form.raw = 1
	}
	if l.PlainEdges {
		form.plain_edges = 1
	}
	return form, nil
}

func (d *NewData) put(data any, size int, memory unsafe.Pointer) error {
	if size == 0 {
		return nil
	}
	return d.writer.locked(func() error {
		status := C.shim_write(d.id, C.int(d.dtype), memory)
		runtime.KeepAlive(data)
		if status < 0 {
			return d.writer.fail("write", d.path, lastError())
		}
		return nil
	})
}

// WriteRegion writes a part of a dataset of numbers.
func WriteRegion[T any](d *NewData, region Region, data []T) error {
	if d.dtype != DTypeOf[T]() || d.dtype.size() == 0 {
		var zero T
		return d.writer.fail("write", d.path, fmt.Errorf("%w: it holds %v, not %T", ErrType, d.dtype, zero))
	}
	if len(region.Start) != d.rank || len(region.Count) != d.rank || len(region.Step) != d.rank {
		return d.writer.fail("write", d.path, fmt.Errorf("%w: a region of %d dimensions", ErrBounds, len(region.Start)))
	}
	size := 1
	for _, count := range region.Count {
		size *= count
	}
	if size != len(data) {
		return d.writer.fail("write", d.path, fmt.Errorf("%w: %d elements for a region of %v", ErrBounds, len(data), region.Count))
	}
	if size == 0 {
		return nil
	}
	return d.writer.locked(func() error {
		status := C.shim_write_region(d.id, C.int(d.dtype), C.int(d.rank), &dims(region.Start)[0], &dims(region.Step)[0], &dims(region.Count)[0], unsafe.Pointer(&data[0]))
		runtime.KeepAlive(data)
		if status < 0 {
			return d.writer.fail("write", d.path, lastError())
		}
		return nil
	})
}

// WriteChunk writes one chunk as it is to lie in the file, with the filters of the
// dataset done already, but for those that are skipped: bit i for filter i. offset
// is the position of its first element. libhdf5 finds a place for the chunk; its bytes go
// there past it, so that several goroutines write at once.
func (d *NewData) WriteChunk(offset []int, skipped uint32, raw []byte) error {
	u := unplaced{offsets: dims(offset)[:len(offset)], skipped: []C.uint32_t{C.uint32_t(skipped)}, sizes: []C.size_t{C.size_t(len(raw))}}
	to, err := d.writer.place(d.id, d.path, &u, raw)
	if err != nil {
		return err
	}
	err = d.writer.writeBlock(block{raw, int64(to[0]), d.path})
	d.writer.moved(err)
	return err
}

// Close ends the writing of the dataset.
func (d *NewData) Close() {
	_ = d.writer.closing(func() error { C.H5Dclose(d.id); return nil }) // the file's Close tells
}

// SoftLink makes a soft link at path that leads to target.
func (w *Writer) SoftLink(path, target string) error {
	return w.link(path, target, func(p, t *C.char) C.int { return C.shim_link(w.file, p, nil, t) })
}

func (w *Writer) link(path, target string, make func(path, target *C.char) C.int) error {
	return w.locked(func() error {
		status := C.int(-1)
		withString(path, func(p *C.char) {
			withString(target, func(t *C.char) { status = make(p, t) })
		})
		if status < 0 {
			return w.fail("link", path, lastError())
		}
		return nil
	})
}

// Group makes a group and those above it, where no dataset below it does.
func (w *Writer) Group(path string) error {
	return w.locked(func() error {
		group := C.hid_t(-1)
		withString(path, func(c *C.char) { group = C.shim_group(w.file, c) })
		if group < 0 {
			return w.fail("create", path, lastError())
		}
		C.H5Gclose(group)
		return nil
	})
}

// SetAttribute gives a group or dataset a text attribute, in place of one of that name.
func (w *Writer) SetAttribute(object, name, value string) error {
	return w.locked(func() error {
		status := C.int(-1)
		withString(object, func(o *C.char) {
			withString(name, func(n *C.char) {
				withString(value, func(v *C.char) { status = C.shim_attribute(w.file, o, n, v) })
			})
		})
		if status < 0 {
			return w.fail("set attribute "+name+" of", object, lastError())
		}
		return nil
	})
}
