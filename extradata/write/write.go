package write

import (
	"errors"
	"fmt"

	"extrapasha/extradata"
	"extrapasha/extradata/internal/steps"
	"extrapasha/extradata/internal/target"
	"extrapasha/internal/h5"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Write writes the selected trains, sources and keys to a file of the facility's
// format, with INDEX, METADATA, for control sources RUN, and what REDUCTION and ERRATA tell
// of those trains in the files that they are in. Chunks are copied as they
// are stored where the selection takes whole ones in the same order, so that what was
// deflated stays so and is not inflated. The file replaces one of that name, unless
// that is one that the data comes from: then the error wraps [ErrSource]. It tells of what
// data it is made, see [extradata.DataCollection.Origin]. Of the options
// [psh.Until] and [psh.Progress] are of use: all is written in order, by one worker.
func Write(path string, c *extradata.DataCollection, options ...psh.MapOption) error {
	return with(path, c, copied, options)
}

// WriteVirtual writes a small file that presents the selection as [Write] does, by
// virtual datasets: the data stays in the files of the run, which have to stay where
// they are. Only image.pulseId and image.cellId are copied, as they are read often.
func WriteVirtual(path string, c *extradata.DataCollection, options ...psh.MapOption) error {
	return with(path, c, linked, options)
}

// VirtualDataset writes a file as [WriteVirtual] does that has one key only, and tells
// the path of its dataset in it. The error is one of [extradata.DataCollection.Key], too.
func VirtualDataset(path string, c *extradata.DataCollection, source, key string) (dataset string, err error) {
	k, err := c.Key(source, key)
	if err != nil {
		return "", err
	}
	one, err := c.Select(extradata.Exact(map[string][]string{source: {k.Key()}}))
	if err != nil {
		return "", err
	}
	if err := target.Check(path, c); err != nil { // all of it, not only the one key
		return "", err
	}
	return "/" + k.Dataset(), with(path, one, bare(linked), nil)
}

// file is a file being written.
type file struct {
	*h5.Writer
	collection *extradata.DataCollection
	trainIDs   []uint64
	manner     manner
	options    []psh.MapOption
	steps      []func() error // what is left to do
	open       *h5.Copy       // that is being filled
	listed     []string       // sources, and groups of keys
	auxiliary  map[run.Section][]string
	indexed    map[string]bool // groups of INDEX
	dressed    map[string]bool // groups that have their attributes
}

// manner is how data gets into a file.
type manner struct {
	// rows are those of a key that are written, of all that are selected; nil for all.
	rows func(k *extradata.KeyData, all []keydata.Rows) []keydata.Rows
	// key says what has to be done for the data of a key.
	key func(f *file, k key)
	// source finishes a source.
	source func(f *file, s *extradata.SourceData) error
	// auxiliary is nil where REDUCTION and ERRATA are left out.
	auxiliary func(c *extradata.DataCollection) ([]*extradata.SourceData, error)
	// end finishes the file, nil where there is nothing to do.
	end func(f *file) error
}

func with(path string, c *extradata.DataCollection, how manner, options []psh.MapOption) error {
	if err := target.Check(path, c); err != nil {
		return err
	}
	w, err := h5.Create(path)
	if err != nil {
		return err
	}
	defer w.Discard()
	f := &file{Writer: w, collection: c, manner: how, options: options, auxiliary: map[run.Section][]string{}, indexed: map[string]bool{}, dressed: map[string]bool{}}
	if err := f.write(); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return w.Close()
}

func (f *file) write() error {
	if err := f.origin(); err != nil {
		return err
	}
	if err := f.trains(); err != nil {
		return err
	}
	sources, err := f.sourcesToWrite()
	if err != nil {
		return err
	}
	for _, source := range sources {
		if err := f.source(source); err != nil {
			return err
		}
	}
	if err := f.walk(); err != nil {
		return err
	}
	if err := f.metadata(); err != nil || f.manner.end == nil {
		return err
	}
	return f.manner.end(f)
}

// origin tells who wrote the file, and of what.
func (f *file) origin() error {
	origin, err := f.collection.Origin()
	if err != nil {
		return err
	}
	return errors.Join(
		f.SetAttribute("/", "writer", writer),
		f.SetAttribute("/", extradata.OriginName, origin.Text()),
	)
}

// sourcesToWrite are the selected sources, and what tells of their files. Those with much
// data come first: it is moved while all that is small is made.
func (f *file) sourcesToWrite() (sources []*extradata.SourceData, err error) {
	for _, name := range append(f.collection.InstrumentSources(), f.collection.ControlSources()...) {
		source, err := f.collection.Source(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, source)
	}
	if f.manner.auxiliary == nil {
		return sources, nil
	}
	telling, err := f.manner.auxiliary(f.collection)
	return append(sources, telling...), err
}

// walk does what is left to do.
func (f *file) walk() error {
	defer func() {
		if f.open != nil {
			f.open.Close()
		}
	}()
	return steps.Do(f.steps, f.options...)
}

// later adds something to do.
func (f *file) later(step func() error) { f.steps = append(f.steps, step) }

// source writes a source: its keys, or where it goes by an old name that leads to
// another that is selected too, a link.
func (f *file) source(s *extradata.SourceData) error {
	if done, err := f.legacy(s); done || err != nil {
		return err
	}
	keys, err := s.Keys()
	if err != nil {
		return err
	}
	for _, name := range keys {
		if err := f.key(s, name); err != nil {
			return err
		}
	}
	if s.IsControl() {
		f.list(string(run.Control) + "/" + s.Name())
	}
	f.later(func() error { return f.manner.source(f, s) })
	return nil
}

// ErrSource is wrapped where a file is to be written that the data comes from.
var ErrSource = target.ErrSource
