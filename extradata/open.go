package extradata

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"

	"extrapasha/run"
)

// Option says what of a run is opened, and how.
type Option func(*options)

type options struct {
	data      []string
	choice    run.Choice
	suspect   bool
	aliases   []string
	noAliases bool
}

// Data names the directories of the proposal that the data comes from: "raw",
// "proc" or another one. Where several have the same source, the later one's
// counts. Two names stand for both raw and proc:
//
//   - "default", the default: raw data, and of proc what raw does not have, such
//     as corrected data under names of its own. There need be no proc.
//   - "all": proc replaces what raw has under the same name.
//
// It is for [OpenRun].
func Data(directories ...string) Option { return func(o *options) { o.data = directories } }

// Include opens only the files whose names match a glob pattern such as
// "*DA01*".
func Include(pattern string) Option { return func(o *options) { o.choice.Include = pattern } }

// OnlyFiles opens only the files that keep tells to, by their paths. Given more than
// once, all must.
func OnlyFiles(keep func(path string) bool) Option {
	return func(o *options) {
		others := o.choice.Keep
		o.choice.Keep = func(path string) bool { return (others == nil || others(path)) && keep(path) }
	}
}

// OnlyLocality opens only the files whose data is where keep says, such as on
// disk and not on tape, see [OnlyFiles].
func OnlyLocality(keep func(run.Locality) bool) Option {
	return OnlyFiles(func(path string) bool {
		locality, err := run.LocalityOf(path)
		return err == nil && keep(locality)
	})
}

// WithoutOverview opens the data files themselves, also where there is a valid overview
// file of them: for what is written of them, as their chunks can be copied as they are.
func WithoutOverview() Option { return func(o *options) { o.choice.NoOverview = true } }

// WithoutSuspect leaves out trains whose ID did not come from the time server. A
// file tells which those are; for those of the first version of the format, which
// do not, IDs out of sequence are suspect.
func WithoutSuspect() Option { return func(o *options) { o.suspect = false } }

// AliasFiles loads aliases from files instead of the proposal's own, see
// [LoadAliases]; from none where no path is given.
func AliasFiles(paths ...string) Option {
	return func(o *options) { o.aliases, o.noAliases = paths, true }
}

func apply(opts []Option) options {
	o := options{data: []string{"default"}, suspect: true}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// number is a proposal or run: a number, or a name or path in a string.
type number interface{ ~int | ~string }

// OpenRun opens a run of a proposal. The proposal is a number (4200), a name
// ("p004200") or the path of its directory; a number or name is looked for below
// the data root, which the environment variable EXTRA_DATA_DATA_ROOT sets and
// which is /gpfs/exfel/exp without it. The run is a number or a name ("r0001").
// Aliases of the proposal, in usr/extra-data-aliases.yml, are loaded.
//
// The error is a [*ProposalError], [*RunError], [*FilesError],
// [*UnreadableError] or [*ConflictError]; those of what is not there are
// [fs.ErrNotExist] and offer what looks like it.
func OpenRun[P, R number](proposal P, run R, opts ...Option) (*DataCollection, error) {
	c, err := openRun(fmt.Sprint(proposal), fmt.Sprint(run), apply(opts))
	if err != nil {
		return nil, fmt.Errorf("extradata: open run %v of proposal %v: %w", run, proposal, err)
	}
	return c, nil
}

func openRun(proposal, number string, o options) (*DataCollection, error) {
	dir, err := run.FindProposal(proposal)
	if err != nil {
		return nil, err
	}
	files, skip, err := openData(dir, number, o)
	if err != nil {
		return nil, err
	}
	if !o.noAliases {
		if path := proposalAliases(dir); path != "" {
			o.aliases = []string{path}
		}
	}
	return collect(files, o, skip)
}

// openData opens the files of all directories of a proposal that a run's data
// comes from. skip tells which of their sources another directory replaces.
func openData(dir, number string, o options) (files []*run.File, skip func(*run.File, string) bool, err error) {
	directories, optional := o.data, ""
	if len(o.data) == 1 {
		switch o.data[0] {
		case "default":
			directories, optional = []string{"proc", "raw"}, "proc"
		case "all":
			directories = []string{"raw", "proc"}
		}
	}
	if len(directories) == 0 {
		return nil, nil, errors.New("no data directory given, expected raw, proc, default or all")
	}
	owner := map[string]string{} // the last directory that has a source
	place := map[*run.File]string{}
	for _, directory := range directories {
		found, err := openDataIn(dir, number, directory, o.choice)
		if errors.Is(err, fs.ErrNotExist) && (directory == optional || len(files) > 0) {
			if directory != optional {
				slog.Warn("no data for this run", "directory", directory, "error", err)
			}
			continue
		}
		if err != nil {
			closeAll(files)
			return nil, nil, err
		}
		for _, file := range found {
			place[file] = directory
			for source := range file.Sources() {
				owner[source] = directory
			}
		}
		files = append(files, found...)
	}
	// A directory of which nothing is left does not count, with its trains.
	counts := map[string]bool{}
	for _, directory := range owner {
		counts[directory] = true
	}
	if len(counts) > 0 {
		files = slices.DeleteFunc(files, func(file *run.File) bool { return !counts[place[file]] })
	}
	return files, func(file *run.File, source string) bool { return owner[source] != place[file] }, nil
}

func openDataIn(dir, number, directory string, choice run.Choice) ([]*run.File, error) {
	path, err := run.FindRun(dir, number, directory)
	if err != nil {
		return nil, err
	}
	return run.OpenDirectory(path, choice)
}

// RunDirectory opens the files of a run directory. Where there is an overview file of
// them that fits, and all of them are chosen, that is opened in their place, which is
// quicker: see [run.OverviewPaths] for where it may be. The error is as that of [OpenRun].
func RunDirectory(path string, opts ...Option) (*DataCollection, error) {
	o := apply(opts)
	files, err := run.OpenDirectory(path, o.choice)
	if err != nil {
		return nil, fmt.Errorf("extradata: open run: %w", err)
	}
	c, err := collect(files, o, nil)
	if err != nil {
		return nil, fmt.Errorf("extradata: open run %s: %w", path, err)
	}
	return c, nil
}

// H5File opens a single data file. The error wraps [fs.ErrNotExist], or is a
// [*FileStructureError] where it is no data file.
func H5File(path string, opts ...Option) (*DataCollection, error) {
	o := apply(opts)
	file, err := run.Open(path)
	if err != nil {
		return nil, fmt.Errorf("extradata: open file: %w", err)
	}
	c, err := collect([]*run.File{file}, o, nil)
	if err != nil {
		return nil, fmt.Errorf("extradata: open file %s: %w", path, err)
	}
	return c, nil
}

// collect makes a collection of files, with the aliases asked for, or closes them.
func collect(files []*run.File, o options, skip func(*run.File, string) bool) (*DataCollection, error) {
	c, err := newCollection(files, o.suspect, skip)
	if err == nil {
		c, err = c.WithAliasFiles(o.aliases...)
	}
	if err != nil {
		closeAll(files)
		return nil, err
	}
	return c, nil
}

func closeAll(files []*run.File) {
	for _, file := range files {
		file.Close()
	}
}
