package h5

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"

	"extrapasha/internal/h5/format"
)

// Virtual datasets are made of parts of others. Those of whole rows, one after the
// other, are read here, from the files that have them. For others libhdf5 is asked,
// after everything that it will look at was looked at here.

// Part is rows of a virtual dataset that come from another file.
type Part struct {
	Path       string // of the file
	First, End int    // positions of the rows
}

// Parts tells which rows of a virtual dataset come from which file, in the order of the
// file; none of other datasets. Where each block comes from a file with its number, %b
// stands for that.
func (d *Dataset) Parts() ([]Part, error) {
	mappings, err := d.file.structure.Mappings(d.object)
	if err != nil {
		return nil, d.fail("read", err)
	}
	parts := make([]Part, 0, len(mappings))
	for _, m := range mappings {
		part := Part{Path: d.file.named(fileOf(m.Source), virtualPrefix), First: m.Here.First, End: m.Here.End}
		if len(d.shape) > 0 {
			part.End = min(part.End, d.shape[0])
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// virtualPrefix is the variable that names the directory where libhdf5 looks for the
// sources of virtual datasets.
const virtualPrefix = "HDF5_VDS_PREFIX"

// stackedPart is rows of a virtual dataset that are rows of another.
type stackedPart struct {
	format.Source
	all        bool // of the rows of the source, and no others
	first, end int  // positions of the rows here
	from       int  // position of the first of them in the source
}

// stack finds out, the first time, of which rows of others a virtual dataset is made,
// in their order. The error wraps ErrForm where it is made of anything else.
func (d *Dataset) stack() ([]stackedPart, error) {
	d.stackOnce.Do(func() { d.stacked, d.stackErr = d.findStack() })
	return d.stacked, d.stackErr
}

func (d *Dataset) findStack() ([]stackedPart, error) {
	mappings, err := d.file.structure.Mappings(d.object)
	if err != nil {
		return nil, err
	}
	if d.dtype == Other || len(d.shape) == 0 || !zeros(d.object.Fill) {
		return nil, fmt.Errorf("%w: a virtual dataset of %v", ErrForm, d.object.Type)
	}
	stack := make([]stackedPart, len(mappings))
	for i, m := range mappings {
		rows, whole := wholeRows(m.Here, d.shape)
		other, fits := wholeRows(m.There, append([]int{rows}, d.shape[1:]...))
		if !whole || !fits || rows != other || m.Here.First > d.shape[0]-rows || isPattern(m.Source) {
			return nil, fmt.Errorf("%w: a virtual dataset of other parts than whole rows", ErrForm)
		}
		stack[i] = stackedPart{Source: numberedSource(m.Source, 0), all: m.There.All, first: m.Here.First, end: m.Here.First + rows, from: m.There.First}
	}
	slices.SortStableFunc(stack, func(a, b stackedPart) int { return a.first - b.first })
	for i := 1; i < len(stack); i++ {
		if stack[i].first < stack[i-1].end {
			return nil, fmt.Errorf("%w: a virtual dataset of parts that overlap", ErrForm)
		}
	}
	return stack, nil
}

// wholeRows is how many rows of a shape a selection is, ok where it has all of each and
// leaves out none between them.
func wholeRows(s format.Selection, shape []int) (rows int, ok bool) {
	if s.All {
		return shape[0], true
	}
	if len(s.Start) != len(shape) || !slices.Equal(s.Count[1:], shape[1:]) {
		return 0, false
	}
	for _, start := range s.Start[1:] {
		if start != 0 {
			return 0, false
		}
	}
	return s.Count[0], true
}

// source is the dataset that a part is of, nil where there is none: what is not there
// was never written.
func (d *Dataset) source(part stackedPart) (*Dataset, error) {
	file, err := d.file.openSource(d.path, part.File)
	if err != nil || file == nil {
		return nil, err
	}
	s, err := file.Dataset(part.Path)
	if errors.Is(err, ErrNoObject) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows := part.end - part.first
	if !alike(d, s) || s.object.Layout.Class == format.Virtual || len(s.shape) != len(d.shape) ||
		!slices.Equal(s.shape[1:], d.shape[1:]) || part.all && rows != s.shape[0] {
		return nil, fmt.Errorf("%w: rows of %v, shape %v, of %s", ErrForm, s.object.Type, s.shape, file.path)
	}
	return s, nil
}

// alike tells whether what is read of one dataset can stand for the other's: texts are
// read as they lie in the file, and so are records.
func alike(a, b *Dataset) bool {
	switch ta, tb := a.object.Type, b.object.Type; {
	case a.dtype != b.dtype:
		return false
	case a.dtype == String:
		return ta.Class == tb.Class && ta.Size == tb.Size
	case a.dtype == Record:
		return ta.Like(tb)
	}
	return true
}

// openSource opens the file of a virtual dataset that a name stands for, nil where there
// is none.
func (f *File) openSource(object, name string) (*File, error) {
	path, err := f.place(name, virtualPrefix)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil || path == f.path {
		return f, err
	}
	f.notice("a virtual dataset takes data from a file", object, path)
	return f.openAt(path)
}

// eachPart visits what a region that is not empty is made of, in order: a region of
// another dataset, or nil for what was never written, and which rows of the region that
// is. The error is that of stack, or wraps ErrForm where a source is not alike.
func (d *Dataset) eachPart(region Region, visit func(source *Dataset, there Region, from, to int) error) error {
	stack, err := d.stack()
	if err != nil {
		return err
	}
	start, step, count := region.Start[0], region.Step[0], region.Count[0]
	position := func(row int) int { return min(max((row-start+step-1)/step, 0), count) }
	done := 0
	for _, part := range stack[partBehind(stack, start):] {
		from, to := position(part.first), position(part.end)
		if from == count {
			break
		}
		if from == to {
			continue
		}
		if done < from {
			if err := visit(nil, Region{}, done, from); err != nil {
				return err
			}
		}
		source, err := d.source(part)
		if err != nil {
			return err
		}
		there := Region{slices.Clone(region.Start), slices.Clone(region.Count), region.Step}
		there.Start[0], there.Count[0] = start+from*step-part.first+part.from, to-from
		if source != nil && there.Start[0]+(to-from-1)*step >= source.shape[0] {
			return fmt.Errorf("%w: it is made of %d rows from %d on of %s in %s, which has %d", ErrCorrupt, to-from, there.Start[0], part.Path, source.file.path, source.shape[0])
		}
		if err := visit(source, there, from, to); err != nil {
			return err
		}
		done = to
	}
	if done < count {
		return visit(nil, Region{}, done, count)
	}
	return nil
}

// partBehind is the first part that ends behind a row.
func partBehind(stack []stackedPart, row int) int {
	return sort.Search(len(stack), func(i int) bool { return stack[i].end > row })
}

// readStack is readDirect for a virtual dataset.
func (d *Dataset) readStack(region Region, out []byte, blank bool) error {
	row := len(out) / region.Count[0]
	return d.eachPart(region, func(source *Dataset, there Region, from, to int) error {
		piece := out[from*row : to*row]
		if source != nil {
			return source.readNumbers(there, piece, blank)
		}
		if !blank {
			clear(piece)
		}
		return nil
	})
}

// textsStack is textsDirect for a virtual dataset.
func (d *Dataset) textsStack(region Region, out []string) error {
	row := len(out) / region.Count[0]
	return d.eachPart(region, func(source *Dataset, there Region, from, to int) error {
		piece := out[from*row : to*row]
		if source != nil {
			return source.readTexts(there, piece)
		}
		clear(piece)
		return nil
	})
}

// rowsFrom is where the rows of a virtual dataset from first on are, as far as they are
// in one dataset: in which, from which on, and how many. It is nil where that is not
// known.
func (d *Dataset) rowsFrom(first int) (source *Dataset, from, rows int) {
	if d.object.Layout.Class != format.Virtual {
		return nil, 0, 0
	}
	stack, err := d.stack()
	i := partBehind(stack, first)
	if err != nil || i == len(stack) || stack[i].first > first {
		return nil, 0, 0
	}
	part := stack[i]
	source, err = d.source(part)
	if err != nil || source != nil && part.from > source.shape[0]-(part.end-part.first) {
		return nil, 0, 0
	}
	return source, first - part.first + part.from, part.end - first
}

// vetVirtual makes sure that a virtual dataset is not made of itself, and of regular
// files that are not damaged. Sources that are not there are fill values.
func (f *File) vetVirtual(path string, o *format.Object, above []string) error {
	here := f.path + ":" + path
	if slices.Contains(above, here) || len(above) > linkLimit {
		return fmt.Errorf("%w: the virtual dataset %s is made of itself", ErrCorrupt, path)
	}
	mappings, err := f.structure.Mappings(o)
	if err != nil {
		return err
	}
	vetted := map[format.Source]*format.Object{} // nil where there is none
	for _, m := range mappings {
		// Of blocks without end each is in a source of its own, as many as there are.
		numbered := m.Here.Endless && !m.There.Endless
		if numbered != isPattern(m.Source) {
			return fmt.Errorf("%w: the virtual dataset %s is made of %s in %s, where what is taken and the name do not fit each other",
				ErrCorrupt, path, m.Path, m.File)
		}
		for block := 0; block == 0 || numbered; block++ {
			source := numberedSource(m.Source, block)
			from, known := vetted[source]
			if !known {
				if from, err = f.vetSource(path, source, append(above, here)); err != nil {
					return err
				}
				vetted[source] = from
			}
			if from == nil {
				break
			}
			if !within(m.There, from) {
				return fmt.Errorf("%w: the virtual dataset %s is made of more than %s in %s has, which is of shape %v",
					ErrCorrupt, path, source.Path, source.File, from.Space.Shape)
			}
		}
	}
	return nil
}

// within tells whether a source has what is selected of it. libhdf5 reads what lies behind
// its end in the file.
func within(there format.Selection, source *format.Object) bool {
	shape := source.Space.Shape
	switch {
	case there.All || there.Endless || source.Layout.Class == format.Virtual:
		return true
	case there.Start == nil:
		return len(shape) > 0 && there.End <= shape[0]
	case len(there.Start) != len(shape):
		return false
	}
	for axis, start := range there.Start {
		if start+there.Count[axis] > shape[axis] {
			return false
		}
	}
	return true
}

// isPattern tells whether a source's name has a place for the number of a block.
func isPattern(source format.Source) bool {
	return numberedSource(source, 0) != numberedSource(source, 1)
}

// fileOf is the name of the file that a source is in, with %b where it has a number.
func fileOf(source format.Source) string {
	if isPattern(source) {
		return source.File
	}
	return numberedSource(source, 0).File
}

// numberedSource is the source of a block: in names %b stands for its number, %% for %.
func numberedSource(source format.Source, block int) format.Source {
	names := strings.NewReplacer("%%", "%", "%b", strconv.Itoa(block))
	return format.Source{File: names.Replace(source.File), Path: names.Replace(source.Path)}
}

// vetSource makes sure of a source that it can be read. It is nil if it is not there.
func (f *File) vetSource(path string, source format.Source, above []string) (*format.Object, error) {
	other, err := f.openSource(path, source.File)
	if err != nil || other == nil {
		return nil, err
	}
	o, err := other.find(source.Path)
	if errors.Is(err, ErrNoObject) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := o.file.structure.Object(o.header)
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", other.path, source.Path, err)
	}
	switch {
	case found.Kind != format.Dataset:
		err = fmt.Errorf("%s, %s: %w: it is no dataset", other.path, source.Path, ErrNoObject)
	case found.Layout.Class == format.Virtual:
		err = o.file.vetVirtual(source.Path, found, above)
	case hasVariable(found.Type): // libhdf5 takes memory for whatever length is claimed
		err = o.vetVariable(source.Path)
	}
	return found, err
}

// vetVariable makes sure of a dataset that its elements of variable length are texts, all of
// which are there.
func (o object) vetVariable(path string) error {
	d, err := o.dataset(path)
	if err != nil {
		return err
	}
	if d.dtype != String {
		return fmt.Errorf("%w: %s, %s: %s in a virtual dataset that only libhdf5 reads", ErrType, o.file.path, path, d.TypeName())
	}
	_, err = ReadAny(d, Whole(d.shape))
	return err
}

// growVirtual makes the shape of a virtual dataset without limits the one that it has
// with the sources that there are: the file has that of when it was written.
func (d *Dataset) growVirtual() error {
	if d.object.Layout.Class != format.Virtual || !slices.Contains(d.object.Space.Most, format.NoLimit) {
		return nil
	}
	if err := d.vet(); err != nil {
		return err
	}
	return d.shapeOfLibrary()
}
