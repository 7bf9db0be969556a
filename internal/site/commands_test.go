package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const helpText = `Print a key, or *all*:

  .npy      the array
  .csv      a row for each entry,
            of keys with one value

RUN is <a path>.

Usage:
  tool get RUN [flags]

Examples:
  tool get p4200 1 | head

Flags:
  -h, --help         help for get
      --roi string   a part: 0,100:200 or a|b
`

func TestHelp(t *testing.T) {
	h := parseHelp(helpText)
	has(t, h.markdown([]string{"tool", "get"}), "# tool get\n", `Print a key, or \*all\*:`,
		"| <span v-pre>`.csv`</span> | a row for each entry, of keys with one value |", "RUN is &lt;a path&gt;.",
		"```sh\ntool get RUN [flags]\n```", "```sh\ntool get p4200 1 | head\n```",
		"| <span v-pre>`-h, --help`</span> | help for get |", "| <span v-pre>`--roi string`</span> | a part: 0,100:200 or a\\|b |")
	if len(h.commands()) > 0 {
		t.Errorf("%v, expected no commands", h.commands())
	}
}

// script is a program in the place of a command.
func script(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, "bin", name)
	if err := write(path, "#!/bin/sh\n"+text); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o777); err != nil {
		t.Fatal(err)
	}
}

func TestCommands(t *testing.T) {
	root := t.TempDir()
	script(t, root, "lsxfel", "printf 'List runs.\\n\\nUsage:\\n  lsxfel\\n'")
	script(t, root, "extra-data", `case $1 in
get) printf 'Get. And more.\n\nUsage:\n  extra-data get\n' ;;
help) exit 3 ;;
*) printf 'Tools\n\nUsage:\n  extra-data [command]\n\nAvailable Commands:\n  get         Get it\n  help        Help\n\nUse "extra-data [command] --help" for more information about a command.\n' ;;
esac`)
	items, err := commands(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(items) != 3 || items[1] != (item{"extra-data get", "/commands/extra-data-get"}) {
		t.Errorf("%v, expected three pages", items)
	}
	has(t, read(t, root, docs, "commands/extra-data.md"), "[get](/commands/extra-data-get)")
	has(t, read(t, root, docs, "commands/index.md"), "| [extra-data get](/commands/extra-data-get) | Get |", "| [lsxfel](/commands/lsxfel) | List runs |")
	script(t, root, "lsxfel", "exit 1")
	if _, err := commands(root); err == nil || !strings.Contains(err.Error(), "lsxfel") {
		t.Errorf("%v, expected which command fails", err)
	}
}

func TestConsole(t *testing.T) {
	root := tree(t, map[string]string{docs + "/console.txt": "# what\ntool 1 2\n\n"})
	script(t, root, "tool", "echo $EXTRA_DATA_DATA_ROOT $@ >x; cat x")
	if _, err := console(root); err != nil {
		t.Fatal(err)
	}
	has(t, read(t, root, made, "console.tool-1-2.md"), "```console\n$ tool 1 2\n", "/testdata 1 2\n```")
	script(t, root, "tool", "echo why >&2; exit 1")
	if _, err := console(root); err == nil || !strings.Contains(err.Error(), "tool 1 2: exit status 1: why") {
		t.Errorf("%v, expected the command and why", err)
	}
}

func TestRows(t *testing.T) {
	for text, want := range map[string]int{
		"one    1\ntwo    2\n       more":  2,
		"a sentence":                       0,
		"is exactly    1\nis as wide as 2": 2, // by the place of the second column
		"f(…, x)    1\ng(y, zz)   2":       2,
		"":                                 0,
	} {
		if got, ok := rows(text); len(got) != want || ok != (want > 0) {
			t.Errorf("%q: %q, expected %d rows", text, got, want)
		}
	}
}
