package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// Selected is what of a run a command takes.
type Selected struct {
	trains, ids, roi string
}

// SelectFlags adds the flags for it.
func SelectFlags(c *cobra.Command) *Selected {
	s := TrainFlags(c)
	c.Flags().StringVar(&s.roi, "roi", "", "region of interest of an entry, a part for each dimension, as in NumPy: 0,100:200,: or ...,[3,7] or ::-1")
	return s
}

// TrainFlags adds the flags for what trains a command takes.
func TrainFlags(c *cobra.Command) *Selected {
	var s Selected
	c.Flags().StringVar(&s.trains, "trains", "", "trains by position, as in NumPy: 3, 10:20, ::10, -5:, [3,7]")
	c.Flags().StringVar(&s.ids, "ids", "", "trains by their ID: 10007, or 10000:10050, the end not included")
	return &s
}

// ROI is the region of interest, none where all of an entry is wanted.
func (s *Selected) ROI(c *cobra.Command) ([]psh.Sel, error) {
	if s.roi == "" {
		return nil, nil
	}
	var roi []psh.Sel
	for _, part := range splitOutside(s.roi) {
		sel, err := parseSel(part)
		if err != nil {
			return nil, Usagef(c, "--roi %q: %v", s.roi, err)
		}
		roi = append(roi, sel)
	}
	return roi, nil
}

// Trains is the key for the selected trains.
func (s *Selected) Trains(c *cobra.Command, key *extradata.KeyData) (*extradata.KeyData, error) {
	return TrainsOf(c, s, key)
}

// TrainsOf is anything of trains, such as a detector, for those that are selected.
func TrainsOf[T interface {
	SelectTrains(extradata.TrainSelection) (T, error)
}](c *cobra.Command, s *Selected, of T) (T, error) {
	if s.trains != "" {
		sel, err := parseSel(s.trains)
		if err != nil {
			return of, Usagef(c, "--trains %q: %v", s.trains, err)
		}
		if of, err = of.SelectTrains(extradata.ByIndex(sel)); err != nil {
			return of, err
		}
	}
	if s.ids != "" {
		selection, err := parseIDs(s.ids)
		if err != nil {
			return of, Usagef(c, "--ids %q: %v", s.ids, err)
		}
		return of.SelectTrains(selection)
	}
	return of, nil
}

// splitOutside splits at commas that are not in brackets.
func splitOutside(text string) (parts []string) {
	from, inside := 0, false
	for i, r := range text {
		switch r {
		case '[', ']':
			inside = r == '['
		case ',':
			if !inside {
				parts, from = append(parts, text[from:i]), i+1
			}
		}
	}
	return append(parts, text[from:])
}

// parseSel understands a position, start:stop:step, [a,b,c] and ..., as in NumPy.
func parseSel(text string) (psh.Sel, error) {
	text = strings.ReplaceAll(text, " ", "")
	if text == "..." {
		return psh.Ellipsis(), nil
	}
	wrong := fmt.Errorf("%q: expected a position, start:stop:step, ... or [a,b,c]", text)
	if list, ok := strings.CutPrefix(text, "["); ok {
		var positions []int
		for part := range strings.SplitSeq(strings.TrimSuffix(list, "]"), ",") {
			n, err := strconv.Atoi(part)
			if err != nil {
				return psh.Sel{}, wrong
			}
			positions = append(positions, n)
		}
		return psh.Positions(positions...), nil
	}
	parts := strings.Split(text, ":")
	numbers := []int{psh.Begin, psh.End, 1}
	for i, part := range parts {
		if part == "" && len(parts) > 1 {
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil || i > 2 {
			return psh.Sel{}, wrong
		}
		if len(parts) == 1 {
			return psh.At(n), nil
		}
		numbers[i] = n
	}
	if len(parts) > 3 || numbers[2] == 0 {
		return psh.Sel{}, wrong
	}
	return psh.Span(numbers[0], numbers[1]).By(numbers[2]), nil
}

func parseIDs(text string) (extradata.TrainSelection, error) {
	first, last, ranged := strings.Cut(text, ":")
	ids := []uint64{0, extradata.LastID}
	for i, part := range []string{first, last} {
		if part == "" {
			continue
		}
		id, err := strconv.ParseUint(part, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q: expected a train ID, or start:stop", part)
		}
		ids[i] = id
	}
	if !ranged {
		return extradata.ByIDs(ids[0]), nil
	}
	return extradata.ByID(ids[0], ids[1], 1), nil
}
