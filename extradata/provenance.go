package extradata

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"extrapasha/internal/version"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// Origin tells what a result was made of, by what and when. It goes into files of results
// as text, under the name [OriginName].
type Origin struct {
	// Program is the name of the program, Arguments what it was started with, Version
	// that of its module, or of its source.
	Program   string   `json:"program"`
	Arguments []string `json:"arguments,omitempty"`
	Version   string   `json:"version"`
	// Context is what maps run on by default, "threads:8".
	Context string `json:"context"`
	// Date is when it was made.
	Date time.Time `json:"date"`
	// Proposal and Run are numbers, 0 where the data is not of one run, or does not
	// tell.
	Proposal uint64 `json:"proposal,omitempty"`
	Run      uint64 `json:"run,omitempty"`
	// Sources are those selected, with the keys if not all of them are.
	Sources map[string][]string `json:"sources,omitempty"`
	// Trains are those selected, in their order, as ranges of IDs: the first and the
	// last of each.
	Trains [][2]uint64 `json:"trains,omitempty"`
	// Files are those with data of that.
	Files []OriginFile `json:"files,omitempty"`
}

// OriginFile is a data file that a result is of.
type OriginFile struct {
	// Path is absolute.
	Path string `json:"path"`
	// Size is that of the file, in bytes.
	Size int64 `json:"size"`
	// Index is [run.File.Digest].
	Index string `json:"index"`
}

// OriginName is what an [Origin] is called in files: the attribute of HDF5 and NetCDF,
// the key of Parquet, Arrow, and of the text in pictures.
const OriginName = "origin"

// ErrOrigin is wrapped by errors about data that is not what a result was made of, and by
// those of texts that are no [Origin].
var ErrOrigin = errors.New("not the origin")

// Origin tells what a result of the collection is made of. It reads INDEX of all files.
func (c *DataCollection) Origin() (Origin, error) {
	o, err := NewOrigin()
	if err == nil {
		o.Proposal, o.Run = c.numbers()
		o.Sources, o.Trains = c.chosen(), rangesOf(c.trainIDs)
		o.Files, err = c.originFiles()
	}
	if err != nil {
		return Origin{}, fmt.Errorf("extradata: origin: %w", err)
	}
	return o, nil
}

// NewOrigin is that of a result of no data: the program, and when it is. The error is
// that of a default context that cannot be had, see [psh.Default].
func NewOrigin() (Origin, error) {
	ctx, err := psh.Default()
	if err != nil {
		return Origin{}, err
	}
	return Origin{
		Program: filepath.Base(os.Args[0]), Arguments: append([]string(nil), os.Args[1:]...), Version: version.Program(),
		Context: fmt.Sprint(ctx), Date: time.Now().UTC().Truncate(time.Second),
	}, nil
}

// numbers are those of proposal and run, 0 where the data is not of one run, or does not
// tell.
func (c *DataCollection) numbers() (proposal, run uint64) {
	metadata, err := c.RunMetadata()
	if err != nil {
		return 0, 0
	}
	number := func(name string) (n uint64) {
		_, _ = fmt.Sscan(fmt.Sprint(metadata[name]), &n) // 0 is for what is none
		return n
	}
	return number("proposalNumber"), number("runNumber")
}

// chosen are the sources, with the keys where not all are selected.
func (c *DataCollection) chosen() map[string][]string {
	sources := map[string][]string{}
	for name, s := range c.sources {
		sources[name] = s.keys
	}
	return sources
}

// rangesOf are IDs that follow each other, as the first and the last.
func rangesOf(ids []uint64) (ranges [][2]uint64) {
	for _, id := range ids {
		if n := len(ranges); n > 0 && ranges[n-1][1]+1 == id {
			ranges[n-1][1] = id
			continue
		}
		ranges = append(ranges, [2]uint64{id, id})
	}
	return ranges
}

func (c *DataCollection) originFiles() ([]OriginFile, error) {
	infos, err := c.Files()
	if err != nil {
		return nil, err
	}
	byPath := map[string]*run.File{}
	for _, file := range c.sourceFiles() {
		byPath[file.Path()] = file
	}
	files := make([]OriginFile, len(infos))
	digest := func(_, i int, info FileInfo) (err error) {
		files[i] = OriginFile{Path: info.Path, Size: info.Size}
		files[i].Index, err = byPath[info.Path].Digest()
		return err
	}
	err = psh.Map(digest, psh.Slice(infos), psh.On(psh.Threads(0)))
	return files, err
}

// Text is the origin as files have it: JSON.
func (o Origin) Text() string {
	text, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return fmt.Sprintf("{%q: %q}", "error", err) // of a date after the year 9999
	}
	return string(text)
}

// ParseOrigin understands [Origin.Text]. The error wraps [ErrOrigin].
func ParseOrigin(text string) (o Origin, err error) {
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return Origin{}, fmt.Errorf("extradata: %w: %w", ErrOrigin, err)
	}
	return o, nil
}

// Check tells whether the files are still there and what they were: their size, and INDEX.
// It opens them all. The error has one for each that is not, which wraps [ErrOrigin], or
// [os.ErrNotExist] as well.
func (o Origin) Check() error {
	errs := make([]error, len(o.Files))
	check := func(_, i int, file OriginFile) error {
		errs[i] = file.check()
		return nil
	}
	err := psh.Map(check, psh.Slice(slices.Clone(o.Files)), psh.On(psh.Threads(0)))
	return errors.Join(append(errs, err)...)
}

func (f OriginFile) check() error {
	info, err := os.Stat(f.Path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOrigin, err)
	}
	if info.Size() != f.Size {
		return fmt.Errorf("%w: %s has %d bytes, it had %d", ErrOrigin, f.Path, info.Size(), f.Size)
	}
	file, err := run.Open(f.Path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOrigin, err)
	}
	defer file.Close()
	switch index, err := file.Digest(); {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrOrigin, err)
	case index != f.Index:
		return fmt.Errorf("%w: %s has another INDEX than it had", ErrOrigin, f.Path)
	}
	return nil
}
