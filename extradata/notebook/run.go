package notebook

import (
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"

	"extrapasha/extradata"
	"extrapasha/internal/printable"
)

// mostKeys is of how many sources the keys of all are shown; of more, they are shown of a
// source that is asked for.
const mostKeys = 200

// section is sources that are shown below one line.
type section struct {
	Name    string
	About   string
	Sources []extradata.SourceSummary
}

// runShown tells what is in a run: detectors with their modules, other sources, each with
// its keys.
func runShown(run *extradata.DataCollection) (shown, error) {
	text, err := run.Info()
	if err != nil {
		return shown{}, err
	}
	asked := extradata.Asked{}
	if len(run.AllSources()) <= mostKeys {
		asked.Keys = []string{"*"}
	}
	s, err := run.Summary(asked)
	if err != nil {
		return shown{}, err
	}
	html, err := rendered("run", struct {
		extradata.Summary
		About    string
		Sections []section
	}{s, run.String(), sectionsOf(s)})
	return shown{text: strings.TrimRight(text, "\n"), html: html}, err
}

// sectionsOf has each detector with its modules, and the other sources of each kind.
func sectionsOf(s extradata.Summary) (sections []section) {
	others := slices.Clone(s.Instruments)
	for _, d := range s.Detectors {
		of := section{Name: "detector " + d.Name, About: fmt.Sprintf("%d modules", len(d.Modules))}
		if d.Type != "" {
			of.About += fmt.Sprintf(", %s %v, up to %d frames a train", d.Type, d.Frame, d.Most)
		}
		for _, module := range d.Modules {
			i := slices.IndexFunc(others, func(s extradata.SourceSummary) bool { return s.Name == module })
			if i < 0 {
				of.Sources = append(of.Sources, extradata.SourceSummary{Name: module})
				continue
			}
			of.Sources, others = append(of.Sources, others[i]), slices.Delete(others, i, i+1)
		}
		sections = append(sections, of)
	}
	for _, of := range []section{
		{"instrument sources", "", others}, {"control sources", "", s.Controls}, {"legacy names", "", legacy(s)},
		{"reduction sources", "", s.Reduction}, {"errata sources", "", s.Errata},
	} {
		if len(of.Sources) > 0 {
			of.About = fmt.Sprint(len(of.Sources))
			sections = append(sections, of)
		}
	}
	return sections
}

// legacy are old names, with what they are for.
func legacy(s extradata.Summary) (names []extradata.SourceSummary) {
	for _, name := range slices.Sorted(maps.Keys(s.Legacy)) {
		names = append(names, extradata.SourceSummary{Name: name + " → " + s.Legacy[name]})
	}
	return names
}

// sourceShown tells what is in a source.
func sourceShown(source *extradata.SourceData) (shown, error) {
	s, err := source.Summary()
	if err != nil {
		return shown{}, err
	}
	text := source.String()
	for _, key := range slices.Concat(s.Keys, s.RunKeys) {
		text += "\n  " + printable.Line(strings.TrimSpace(key.Name+"  "+what(key)))
	}
	html, err := rendered("source", s)
	html = strings.Replace(html, "<details ", "<details open ", 1)
	return shown{text: text, html: html}, err
}

// what tells type, shape of entries and unit of a key, or why it cannot be read.
func what(key extradata.KeySummary) string {
	if key.Error != "" {
		return "cannot be read: " + key.Error
	}
	parts := []string{key.Type}
	if len(key.Entry) > 0 {
		parts = append(parts, fmt.Sprint(key.Entry))
	}
	if key.Units != "" {
		parts = append(parts, "in "+key.Units)
	}
	return strings.Join(parts, " ")
}

// pages have no more style than a notebook has itself, so that they look right in the dark.
var pages = template.Must(template.New("").Funcs(template.FuncMap{"what": what, "line": printable.Line, "parts": parts, "join": strings.Join}).Parse(`
{{- define "keys"}}{{range .}}<tr><td style="text-align:left"><code>{{line .Name}}</code>{{with .Aliases}} &lt;{{line (join . ", ")}}&gt;{{end}}</td><td style="text-align:left">{{line (what .)}}</td></tr>{{end}}{{end}}
{{- define "source"}}{{if or .Keys .RunKeys}}<details style="margin-left:1.5em"><summary><code>{{line .Name}}</code>{{with .Aliases}} &lt;{{line (join . ", ")}}&gt;{{end}}{{with .Counts}}: data for {{.WithData}} trains, {{.Entries}} entries{{end}}</summary><table>
{{- template "keys" .Keys}}{{with .RunKeys}}<tr><td style="text-align:left" colspan="2">at the start of the run only</td></tr>{{template "keys" .}}{{end}}</table></details>
{{- else}}<div style="margin-left:1.5em"><code>{{line .Name}}</code>{{with .Aliases}} &lt;{{line (join . ", ")}}&gt;{{end}}</div>{{end}}{{end}}
{{- define "run"}}<div><b>{{line .About}}</b>{{if .Duration}}, in {{.Duration}}{{end}}{{range .Sections}}<details><summary>{{line .Name}}: {{line .About}}</summary>
{{- range .Sources}}{{template "source" .}}{{end}}</details>{{end}}</div>{{end}}
{{- define "table"}}<div style="overflow-x:auto"><table><thead><tr>{{range .Names}}<th style="vertical-align:bottom">{{range parts .}}{{.}}<wbr>{{end}}</th>{{end}}</tr></thead><tbody>
{{- range .Rows}}<tr>{{range .}}<td>{{line .}}</td>{{end}}</tr>{{end}}</tbody></table><div>{{.About}}</div></div>{{end}}
{{- define "error"}}<div style="color:#c0392b"><b>cannot be shown:</b> {{.}}</div>{{end}}`))

var breaks = regexp.MustCompile(`[^/.:]*[/.:]*`)

// parts divides a long name where a line may end.
func parts(name string) []string {
	return breaks.FindAllString(printable.Line(name), -1)
}

func rendered(page string, of any) (string, error) {
	var html strings.Builder
	err := pages.ExecuteTemplate(&html, page, of)
	return html.String(), err
}

// failed tells why something cannot be shown.
func failed(err error) shown {
	text := printable.Line(err.Error())
	html, _ := rendered("error", text) // of a text
	return shown{text: "cannot be shown: " + text, html: html}
}
