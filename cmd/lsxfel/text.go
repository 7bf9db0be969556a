package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/internal/printable"
)

// text is a summary as people read it.
type text struct {
	bytes.Buffer
	screen cli.Screen
	group  func(names []string) []string // makes one line of similar names
}

func (t *text) heading(format string, args ...any) {
	fmt.Fprintf(t, "\n%s\n", t.screen.String(printable.Sprintf(format, args...)).Bold())
}

func (t *text) faint(indent, format string, args ...any) {
	fmt.Fprintf(t, "%s%s\n", indent, t.screen.String(printable.Sprintf(format, args...)).Faint())
}

func (t *text) printf(format string, args ...any) { printable.Fprintf(t, format, args...) }

func (t *text) summary(name string, s whole) {
	fmt.Fprintf(t, "%s\n\n", t.screen.String(printable.Line(name)).Bold())
	fmt.Fprintf(t, "  %-9s %d", "trains", s.Trains)
	if s.Trains > 0 {
		fmt.Fprintf(t, ", %d to %d", s.First, s.Last)
	}
	if s.Duration > 0 {
		fmt.Fprintf(t, ", in %v", s.Duration)
	}
	fmt.Fprintf(t, "\n  %-9s %d\n", "files", s.Files)
	if told := len(listed(s)); told < s.Sources {
		fmt.Fprintf(t, "  %-9s %d of %d\n", "sources", told, s.Sources)
	}
	if len(s.Detectors) > 0 {
		t.heading("detectors")
		for _, d := range s.Detectors {
			t.detector(d)
		}
	}
	t.sources("instrument source", s.Instruments)
	t.sources("control source", s.Controls)
	if len(s.Legacy) > 0 {
		t.heading("%s", cli.Plural(len(s.Legacy), "legacy name"))
		for _, name := range slices.Sorted(maps.Keys(s.Legacy)) {
			t.printf("  %s → %s\n", name, s.Legacy[name])
		}
	}
	t.sources("reduction source", s.Reduction)
	t.sources("errata source", s.Errata)
}

// listed are the names of all sources in a summary.
func listed(s whole) []string {
	names := slices.Collect(maps.Keys(s.Legacy))
	for _, d := range s.Detectors {
		names = append(names, d.Modules...)
	}
	for _, source := range slices.Concat(s.Instruments, s.Controls, s.Reduction, s.Errata) {
		names = append(names, source.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (t *text) detector(d known) {
	t.printf("  %s: %s\n", d.Name, d.modules())
	if d.Type != "" {
		t.printf("    %s %s, up to %s a train, up to %d in all\n", d.Type, shape(d.Frame), cli.Plural(d.Most, "frame"), d.Frames)
	}
	t.columns(t.group(d.Modules), "    ")
}

// shape writes the shape of an entry: 512 × 128.
func shape(lengths []int) string {
	parts := make([]string, len(lengths))
	for i, length := range lengths {
		parts[i] = fmt.Sprint(length)
	}
	return strings.Join(parts, " × ")
}

// sources lists sources: similar names as one, those of which more is told one by one.
func (t *text) sources(what string, sources []extradata.SourceSummary) {
	if len(sources) == 0 {
		return
	}
	t.heading("%s", cli.Plural(len(sources), what))
	byAggregator := map[string][]extradata.SourceSummary{}
	for _, s := range sources {
		byAggregator[s.Aggregator] = append(byAggregator[s.Aggregator], s)
	}
	for _, aggregator := range slices.Sorted(maps.Keys(byAggregator)) {
		if aggregator != "" {
			t.faint("  ", "in %s", aggregator)
		}
		var plain []string
		for _, s := range byAggregator[aggregator] {
			if s.Counts == nil && len(s.Aliases) == 0 {
				plain = append(plain, s.Name)
			}
		}
		t.columns(t.group(plain), "  ")
		for _, s := range byAggregator[aggregator] {
			if s.Counts != nil || len(s.Aliases) > 0 {
				t.source(s)
			}
		}
	}
}

func aliases(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " <" + strings.Join(names, ", ") + ">"
}

func (t *text) source(s extradata.SourceSummary) {
	t.printf("  %s%s", s.Name, aliases(s.Aliases))
	counts := ""
	if s.Counts != nil {
		counts = fmt.Sprintf("  data for %s, up to %d a train, %d in all", cli.Plural(s.Counts.WithData, "train"), s.Counts.Most, s.Counts.Entries)
	}
	t.faint("", "%s", counts)
	t.keys(s.Keys)
	if len(s.RunKeys) > 0 {
		t.faint("    ", "at the start of the run only:")
		t.keys(s.RunKeys)
	}
}

func (t *text) keys(keys []extradata.KeySummary) {
	width := 0
	for _, k := range keys {
		width = max(width, utf8.RuneCountInString(printable.Line(k.Name)))
	}
	for _, k := range keys {
		t.printf("    %-*s  %s", width, k.Name, k.Type)
		if len(k.Entry) > 0 {
			t.printf(" %s", shape(k.Entry))
		}
		if k.Units != "" {
			t.printf(", %s", k.Units)
		}
		if k.Error != "" {
			t.printf("cannot be read: %s", k.Error)
		}
		t.printf("%s\n", aliases(k.Aliases))
	}
}

// columns lists names from top to bottom in as many columns as there is room for.
func (t *text) columns(names []string, indent string) {
	if len(names) == 0 {
		return
	}
	widest := 0
	for i, name := range names {
		name = printable.Line(name)
		names[i] = name
		widest = max(widest, utf8.RuneCountInString(name))
	}
	number := max((t.screen.Width-len(indent)+2)/(widest+2), 1)
	rows := (len(names) + number - 1) / number
	for row := range rows {
		line := indent
		for i := row; i < len(names); i += rows {
			if i > row {
				line += "  "
			}
			line += names[i]
			if i+rows < len(names) {
				line += strings.Repeat(" ", widest-utf8.RuneCountInString(names[i]))
			}
		}
		fmt.Fprintln(t, line)
	}
}
