package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// programs are the commands in bin that have pages.
var programs = []string{"extra-data", "lsxfel"}

// commands makes a page for each command, of what --help prints.
func commands(root string) (items []item, err error) {
	index := "---\neditLink: false\n---\n\n# Commands\n\n`make build` puts them into `bin`. These pages are what `--help` prints.\n\n| Command | |\n| --- | --- |\n"
	for _, program := range programs {
		err := eachCommand(root, []string{program}, func(words []string, h help) error {
			name := strings.Join(words, " ")
			address := "/commands/" + strings.Join(words, "-")
			items = append(items, item{name, address})
			index += fmt.Sprintf("| [%s](%s) | %s |\n", name, address, escape(h.short()))
			return write(filepath.Join(root, docs, address+".md"), h.markdown(words))
		})
		if err != nil {
			return nil, err
		}
	}
	return items, write(filepath.Join(root, docs, "commands/index.md"), index)
}

// eachCommand visits a command and those below it.
func eachCommand(root string, words []string, visit func(words []string, h help) error) error {
	command := exec.Command(filepath.Join(root, "bin", words[0]), append(slices.Clone(words[1:]), "--help")...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(words, " "), err)
	}
	h := parseHelp(string(out))
	if err := visit(words, h); err != nil {
		return err
	}
	for _, below := range h.commands() {
		if below.left != "help" {
			if err := eachCommand(root, append(slices.Clone(words), below.left), visit); err != nil {
				return err
			}
		}
	}
	return nil
}

// help is what cobra prints of a command: a text, and sections by their title.
type help struct {
	text     string
	sections map[string]string
}

var (
	sectionTitle = regexp.MustCompile(`^(Usage|Aliases|Examples|Available Commands|Flags|Global Flags):$`)
	lastLine     = regexp.MustCompile(`(?m)^Use ".*" for more information about a command\.$`)
)

func parseHelp(out string) help {
	h := help{sections: map[string]string{}}
	title := ""
	for line := range strings.Lines(lastLine.ReplaceAllString(out, "")) {
		if match := sectionTitle.FindStringSubmatch(strings.TrimSpace(line)); match != nil && !strings.HasPrefix(line, " ") {
			title = match[1]
			continue
		}
		h.sections[title] += line
	}
	h.text = strings.TrimSpace(h.sections[""])
	return h
}

// short is the first sentence.
func (h help) short() string {
	first, _, _ := strings.Cut(strings.ReplaceAll(h.text, "\n", " "), ". ")
	first, _, _ = strings.Cut(first, ":  ")
	return strings.TrimSuffix(first, ".")
}

// commands are those below, with what they do.
func (h help) commands() []row {
	rows, _ := rows(dedent(h.sections["Available Commands"]))
	return rows
}

func (h help) markdown(words []string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "---\neditLink: false\n---\n\n# %s\n\n%s", strings.Join(words, " "), prose(h.text))
	out.WriteString("## Usage\n\n" + fence("sh", dedent(h.sections["Usage"])))
	if examples := h.sections["Examples"]; examples != "" {
		out.WriteString("## Examples\n\n" + fence("sh", dedent(examples)))
	}
	if below := h.commands(); len(below) > 0 {
		out.WriteString("## Commands\n\n" + table(below, "Command", "", func(name string) string {
			if name == "help" {
				return name
			}
			return fmt.Sprintf("[%s](/commands/%s-%s)", name, strings.Join(words, "-"), name)
		}, escape))
	}
	if flags, ok := rows(dedentFlags(h.sections["Flags"])); ok {
		out.WriteString("## Flags\n\n" + table(flags, "Flag", "", code, escape))
	}
	return out.String()
}

// prose is the text of a help as Markdown: an indented paragraph is a list in two columns.
func prose(text string) string {
	var out strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		rows, ok := rows(dedent(paragraph))
		switch {
		case strings.HasPrefix(paragraph, "  ") && ok:
			out.WriteString(table(rows, "", "", code, escape))
		case strings.HasPrefix(paragraph, "\t"), strings.HasPrefix(paragraph, "  "):
			out.WriteString(fence("sh", dedent(paragraph)))
		default:
			out.WriteString(escape(strings.TrimSuffix(paragraph, ":")) + strings.Repeat(":", len(paragraph)-len(strings.TrimSuffix(paragraph, ":"))) + "\n\n")
		}
	}
	return out.String()
}

// dedent removes two blanks, or a tab, at the start of each line.
func dedent(text string) string {
	return regexp.MustCompile(`(?m)^(?:  |\t)`).ReplaceAllString(strings.Trim(text, "\n"), "")
}

// dedentFlags also removes what stands in for a flag's short name.
func dedentFlags(text string) string {
	return regexp.MustCompile(`(?m)^ {2,6}(-)`).ReplaceAllString(strings.Trim(text, "\n"), "$1")
}
