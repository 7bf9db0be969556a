package extradata

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"extrapasha/run"
)

// Option says what of a run is opened.
type Option func(*options)

type options struct {
	data    []string
	include string
}

// Data names the directories of the proposal that the data comes from: "raw",
// "proc" or another one. Where several have the same source, the later one's
// counts. Two names stand for both raw and proc:
//
//   - "default", the default: raw data, and of proc what raw does not have, such
//     as corrected data under names of its own. There need be no proc.
//   - "all": proc replaces what raw has under the same name.
func Data(directories ...string) Option { return func(o *options) { o.data = directories } }

// Include opens only the files whose names match a glob pattern such as
// "*DA01*".
func Include(pattern string) Option { return func(o *options) { o.include = pattern } }

func apply(opts []Option) options {
	o := options{data: []string{"default"}, include: "*"}
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
	directories, optional := o.data, ""
	if len(o.data) == 1 {
		switch o.data[0] {
		case "default":
			directories, optional = []string{"proc", "raw"}, "proc"
		case "all":
			directories, optional = []string{"raw", "proc"}, "proc"
		}
	}
	if len(directories) == 0 {
		return nil, errors.New("no data directory given, expected raw, proc, default or all")
	}
	var files []*run.File
	owner := map[string]string{} // the last directory that has a source
	place := map[*run.File]string{}
	for _, directory := range directories {
		path, err := run.FindRun(dir, number, directory)
		var found []*run.File
		if err == nil {
			found, err = run.OpenDirectory(path, o.include)
		}
		if errors.Is(err, fs.ErrNotExist) && directory == optional {
			continue
		}
		if err != nil {
			closeAll(files)
			return nil, err
		}
		for _, file := range found {
			place[file] = directory
			for source := range file.Sources() {
				owner[source] = directory
			}
		}
		files = append(files, found...)
	}
	return collect(files, func(file *run.File, source string) bool { return owner[source] != place[file] })
}

// RunDirectory opens the files of a run directory. The error is as that of
// [OpenRun].
func RunDirectory(path string, opts ...Option) (*DataCollection, error) {
	files, err := run.OpenDirectory(path, apply(opts).include)
	if err != nil {
		return nil, fmt.Errorf("extradata: open run: %w", err)
	}
	c, err := collect(files, nil)
	if err != nil {
		return nil, fmt.Errorf("extradata: open run %s: %w", path, err)
	}
	return c, nil
}

// H5File opens a single data file. The error wraps [fs.ErrNotExist], or is a
// [*FileStructureError] where it is no data file.
func H5File(path string) (*DataCollection, error) {
	file, err := run.Open(path)
	if err != nil {
		return nil, fmt.Errorf("extradata: open file: %w", err)
	}
	return collect([]*run.File{file}, nil)
}

func collect(files []*run.File, skip func(*run.File, string) bool) (*DataCollection, error) {
	slices.SortStableFunc(files, func(a, b *run.File) int { return strings.Compare(a.String(), b.String()) })
	c, err := newCollection(files, skip)
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
