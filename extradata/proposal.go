package extradata

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	psh "extrapasha/pasha"
	"extrapasha/run"
)

// kinds are the directories of a proposal that have runs: raw, corrected and reduced data.
var kinds = []string{"raw", "proc", "red"}

// Proposal is the runs of a proposal. None of them is open.
type Proposal struct {
	dir  string
	runs []ProposalRun
}

// OpenProposal lists the runs of a proposal: a number (4200), a name ("p004200") or the
// path of its directory, which is found as [OpenRun] finds it. The error is a
// [*ProposalError], or wraps [fs.ErrNotExist] where the proposal has no runs.
func OpenProposal[P number](proposal P) (*Proposal, error) {
	p, err := openProposal(fmt.Sprint(proposal))
	if err != nil {
		return nil, fmt.Errorf("extradata: open proposal %v: %w", proposal, err)
	}
	return p, nil
}

func openProposal(proposal string) (*Proposal, error) {
	dir, err := run.FindProposal(proposal)
	if err != nil {
		return nil, err
	}
	of := map[int][]string{}
	for _, kind := range kinds {
		numbers, err := run.Numbers(dir, kind)
		if err != nil {
			return nil, err
		}
		for _, number := range numbers {
			of[number] = append(of[number], kind)
		}
	}
	if len(of) == 0 {
		return nil, fmt.Errorf("%w: no runs in %s, looked for in %s", fs.ErrNotExist, dir, strings.Join(kinds, ", "))
	}
	p := &Proposal{dir: dir}
	for number, kinds := range of {
		p.runs = append(p.runs, ProposalRun{Number: number, Kinds: kinds, Proposal: dir})
	}
	slices.SortFunc(p.runs, func(a, b ProposalRun) int { return a.Number - b.Number })
	return p, nil
}

// Dir is the directory of the proposal.
func (p *Proposal) Dir() string { return p.dir }

// Runs are the runs, by number.
func (p *Proposal) Runs() []ProposalRun { return slices.Clone(p.runs) }

// String tells how many runs there are.
func (p *Proposal) String() string { return fmt.Sprintf("%s: %d runs", p.dir, len(p.runs)) }

// Describe tells of each run what there is in it, see [ProposalRun.Describe]: an element
// for each of [Proposal.Runs], also of those that cannot be opened. The runs are opened by
// all workers of threads at once and closed again one by one, so that any number of them
// needs no more files and memory than a few. The options are those of the map over the
// runs; the error tells that it ended before all were done.
func (p *Proposal) Describe(values []SourceKey, options ...psh.MapOption) ([]RunInfo, error) {
	infos := make([]RunInfo, len(p.runs))
	err := psh.Map(func(_, i int, r ProposalRun) error {
		infos[i] = r.Describe(values...)
		return nil
	}, psh.Slice(p.runs), append(options, psh.On(psh.Threads(0)))...)
	if err != nil {
		return nil, fmt.Errorf("extradata: describe the runs of %s: %w", p.dir, err)
	}
	return infos, nil
}

// ProposalRun is a run of a proposal that is not open.
type ProposalRun struct {
	// Number is that of the run.
	Number int
	// Kinds are the directories of the proposal that have it, of raw, proc and red.
	Kinds []string
	// Proposal is the directory of the proposal.
	Proposal string
}

// Open opens the run: raw data, reduced data of what raw does not have, and corrected data
// of what neither has. That is [OpenRun] with the default data, also for runs that have
// no raw data, or not any more. [Data] among the options chooses otherwise.
func (r ProposalRun) Open(opts ...Option) (*DataCollection, error) {
	var there []string
	for _, kind := range []string{"proc", "red", "raw"} { // the last counts
		if !slices.Contains(r.Kinds, kind) {
			continue
		}
		if _, err := r.files(kind); !errors.Is(err, fs.ErrNotExist) { // not yet, where it is empty
			there = append(there, kind)
		}
	}
	if there == nil {
		there = r.Kinds // for the error
	}
	return OpenRun(r.Proposal, r.Number, append([]Option{Data(there...)}, opts...)...)
}

// files are the paths of the data files of one kind.
func (r ProposalRun) files(kind string) ([]string, error) {
	return run.DataFiles(filepath.Join(r.Proposal, kind, fmt.Sprintf("r%04d", r.Number)))
}

// String names the run.
func (r ProposalRun) String() string {
	return fmt.Sprintf("run %d of %s (%s)", r.Number, r.Proposal, strings.Join(r.Kinds, ", "))
}
