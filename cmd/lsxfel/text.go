package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"extrapasha/extradata"
	"extrapasha/internal/cli"
	"extrapasha/internal/printable"
)

// text is a summary as people read it.
type text struct {
	bytes.Buffer
	screen cli.Screen
}

func (t *text) heading(format string, args ...any) {
	fmt.Fprintf(t, "\n%s\n", t.screen.String(printable.Sprintf(format, args...)).Bold())
}

func (t *text) faint(indent, format string, args ...any) {
	fmt.Fprintf(t, "%s%s\n", indent, t.screen.String(printable.Sprintf(format, args...)).Faint())
}

func (t *text) printf(format string, args ...any) { printable.Fprintf(t, format, args...) }

func (t *text) summary(name string, s extradata.Summary) {
	fmt.Fprintf(t, "%s\n\n", t.screen.String(printable.Line(name)).Bold())
	fmt.Fprintf(t, "  %-9s %d", "trains", s.Trains)
	if s.Trains > 0 {
		fmt.Fprintf(t, ", %d to %d", s.First, s.Last)
	}
	if s.Duration > 0 {
		fmt.Fprintf(t, ", in %v", s.Duration)
	}
	fmt.Fprintf(t, "\n  %-9s %d\n", "files", s.Files)
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
	t.list("reduction source", s.Reduction)
	t.list("errata source", s.Errata)
}

func (t *text) detector(d extradata.DetectorSummary) {
	t.printf("  %s: %s", d.Name, cli.Plural(len(d.Modules), "module"))
	if d.Type != "" {
		t.printf(" of %s %s, up to %d frames a train, %d in all", d.Type, shape(d.Frame), d.Most, d.Frames)
	}
	fmt.Fprintln(t)
	t.columns(group(d.Modules), "    ")
}

// shape writes the shape of an entry: 512 × 128.
func shape(lengths []int) string {
	parts := make([]string, len(lengths))
	for i, length := range lengths {
		parts[i] = fmt.Sprint(length)
	}
	return strings.Join(parts, " × ")
}

// sources lists sources: similar names as one, those with details one by one.
func (t *text) sources(what string, sources []extradata.SourceSummary) {
	if len(sources) == 0 {
		return
	}
	t.heading("%s", cli.Plural(len(sources), what))
	var aggregators []string
	byAggregator := map[string][]extradata.SourceSummary{}
	for _, s := range sources {
		if byAggregator[s.Aggregator] == nil {
			aggregators = append(aggregators, s.Aggregator)
		}
		byAggregator[s.Aggregator] = append(byAggregator[s.Aggregator], s)
	}
	slices.Sort(aggregators)
	for _, aggregator := range aggregators {
		if aggregator != "" {
			t.faint("  ", "in %s", aggregator)
		}
		var plain []string
		for _, s := range byAggregator[aggregator] {
			if s.Details == nil && len(s.Aliases) == 0 {
				plain = append(plain, s.Name)
			}
		}
		t.columns(group(plain), "  ")
		for _, s := range byAggregator[aggregator] {
			if s.Details != nil || len(s.Aliases) > 0 {
				t.printf("  %s%s\n", s.Name, aliases(s.Aliases))
				t.details(s.Details)
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

func (t *text) details(d *extradata.SourceDetails) {
	if d == nil {
		return
	}
	t.faint("    ", "data for %s, up to %d a train", cli.Plural(d.WithData, "train"), d.Most)
	width := 0
	for _, k := range d.Keys {
		width = max(width, utf8.RuneCountInString(printable.Line(k.Name)))
	}
	for _, k := range d.Keys {
		t.printf("    %-*s  %s", width, k.Name, k.Type)
		if len(k.Entry) > 0 {
			t.printf(" %s", shape(k.Entry))
		}
		if k.Units != "" {
			t.printf(", %s", k.Units)
		}
		t.printf("%s\n", aliases(k.Aliases))
	}
}

func (t *text) list(what string, names []string) {
	if len(names) > 0 {
		t.heading("%s", cli.Plural(len(names), what))
		t.columns(group(names), "  ")
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
