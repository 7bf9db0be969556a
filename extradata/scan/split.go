package scan

import (
	"fmt"
	"math"
	"slices"

	"extrapasha/extradata"
	"extrapasha/keydata"
)

// Edges are bins in place of steps: the trains whose reading is between two edges, the
// upper one not included but for the last. A bin's position is its middle. The error wraps
// [ErrReadings] where edges do not ascend.
func Edges(trainIDs []uint64, readings, edges []float64, name string) (*Scan, error) {
	s, err := newScan(trainIDs, readings, Settings{Name: name})
	if err != nil {
		return nil, err
	}
	if len(edges) < 2 || !slices.IsSorted(edges) || len(slices.Compact(slices.Clone(edges))) != len(edges) || slices.ContainsFunc(edges, math.IsNaN) {
		return nil, fmt.Errorf("scan: %s: %w: edges %v, expected two or more that ascend", name, ErrReadings, edges)
	}
	s.Resolution = math.NaN()
	for i := 1; i < len(edges); i++ {
		s.Steps = append(s.Steps, Step{Position: (edges[i-1] + edges[i]) / 2})
	}
	for i, x := range readings {
		bin, at := slices.BinarySearch(edges, x)
		if !at {
			bin--
		}
		if last := len(edges) - 1; bin == last && x == edges[last] {
			bin--
		}
		if bin >= 0 && bin < len(s.Steps) && !math.IsNaN(x) {
			s.Steps[bin].TrainIDs = append(s.Steps[bin].TrainIDs, trainIDs[i])
		}
	}
	return s, nil
}

// Grouped is the scan with steps at the same position as one, in ascending order of
// positions.
func (s *Scan) Grouped() *Scan {
	grouped := *s
	grouped.Steps = nil
	for _, step := range slices.SortedStableFunc(slices.Values(s.Steps), byPosition) {
		if n := len(grouped.Steps); n > 0 && grouped.Steps[n-1].Position == step.Position {
			last := &grouped.Steps[n-1]
			last.TrainIDs = append(slices.Clip(last.TrainIDs), step.TrainIDs...)
			continue
		}
		grouped.Steps = append(grouped.Steps, step)
	}
	return &grouped
}

func byPosition(a, b Step) int { return sign(a.Position - b.Position) }

// SplitRun is the trains of a run in each step.
func (s *Scan) SplitRun(run *extradata.DataCollection) ([]*extradata.DataCollection, error) {
	return split(s, run.SelectTrains)
}

// SplitKey is a key for the trains in each step.
func (s *Scan) SplitKey(key *extradata.KeyData) ([]*extradata.KeyData, error) {
	return split(s, key.SelectTrains)
}

func split[T any](s *Scan, selectTrains func(extradata.TrainSelection) (T, error)) (parts []T, err error) {
	for _, step := range s.Steps {
		part, err := selectTrains(keydata.ByIDs(step.TrainIDs...))
		if err != nil {
			return nil, fmt.Errorf("step at %v of %s: %w", step.Position, s.Name, err)
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// Groups tells for each of some trains in which step it is, -1 for none: what psh.By
// takes. A train in several steps is in the first.
func (s *Scan) Groups(trainIDs []uint64) []int {
	of := map[uint64]int{}
	for i, step := range s.Steps {
		for _, id := range step.TrainIDs {
			if _, there := of[id]; !there {
				of[id] = i
			}
		}
	}
	groups := make([]int, len(trainIDs))
	for i, id := range trainIDs {
		group, ok := of[id]
		if !ok {
			group = -1
		}
		groups[i] = group
	}
	return groups
}
