package extradata

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"extrapasha/internal/printable"
)

// Info describes the data for people: trains, detectors, sources with their
// aliases, auxiliary sources. Sources that fit one of the glob patterns are described
// with their keys, those that only have a value at the start of the run included.
func (c *DataCollection) Info(detailsFor ...string) (string, error) {
	s, err := c.Summary(Asked{Keys: detailsFor})
	if err != nil {
		return "", err
	}
	var text strings.Builder
	printable.Fprintf(&text, "trains:         %d\n", s.Trains)
	if s.Duration > 0 {
		printable.Fprintf(&text, "duration:       %v\n", s.Duration)
	}
	if s.Trains > 0 {
		printable.Fprintf(&text, "first train ID: %d\nlast train ID:  %d\n", s.First, s.Last)
	}
	for _, d := range s.Detectors {
		printable.Fprintf(&text, "\ndetector %s: %d modules\n", d.Name, len(d.Modules))
		if d.Type != "" {
			printable.Fprintf(&text, "  %s, frames of %v, up to %d a train, up to %d in all\n", d.Type, d.Frame, d.Most, d.Frames)
		}
	}
	sourceList(&text, "instrument sources other than detector modules", s.Instruments)
	sourceList(&text, "control sources", s.Controls)
	if len(s.Legacy) > 0 {
		printable.Fprintf(&text, "\n%d legacy names:\n", len(s.Legacy))
		for _, name := range slices.Sorted(maps.Keys(s.Legacy)) {
			printable.Fprintf(&text, "  - %s -> %s\n", name, s.Legacy[name])
		}
	}
	if len(s.Reduction) > 0 {
		sourceList(&text, "reduction sources", s.Reduction)
	}
	if len(s.Errata) > 0 {
		sourceList(&text, "errata sources", s.Errata)
	}
	return text.String(), nil
}

func sourceList(text *strings.Builder, what string, sources []SourceSummary) {
	printable.Fprintf(text, "\n%d %s:\n", len(sources), what)
	for _, s := range sources {
		printable.Fprintf(text, "  - %s%s\n", s.Name, aliasText(s.Aliases))
		if s.Counts != nil {
			printable.Fprintf(text, "    data for %d trains, up to %d entries a train\n", s.Counts.WithData, s.Counts.Most)
		}
		keyList(text, s.Keys)
		if len(s.RunKeys) > 0 {
			printable.Fprintf(text, "    at the start of the run only:\n")
			keyList(text, s.RunKeys)
		}
	}
}

func keyList(text *strings.Builder, keys []KeySummary) {
	for _, k := range keys {
		what := k.Type
		if len(k.Entry) > 0 {
			what += fmt.Sprintf(", entries of %v", k.Entry)
		}
		if k.Error != "" {
			what = "cannot be read: " + k.Error
		}
		printable.Fprintf(text, "    - %s%s (%s)\n", k.Name, aliasText(k.Aliases), what)
	}
}

// aliasText is how aliases are shown: " <xgm, intensity>".
func aliasText(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " <" + strings.Join(names, ", ") + ">"
}
