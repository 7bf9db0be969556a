package extradata_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	"extrapasha/internal/regular"
)

// repeated is a text over and over, with its number for %d, of half a megabyte in all.
func repeated(format string) string {
	var text strings.Builder
	for i := 0; text.Len() < 1<<19; i++ {
		text.WriteString(strings.ReplaceAll(format, "%d", fmt.Sprint(i)))
	}
	return text.String()
}

// laughs are lists or maps of which each has the one before several times.
func laughs(first, next string) string {
	text := first
	for i := 1; i < 60; i++ {
		text += fmt.Sprintf("a%d: &a%d "+strings.ReplaceAll(next, "*", fmt.Sprintf("*a%d", i-1))+"\n", i, i)
	}
	return text
}

func steps(line string) (text string) {
	for i := range 1000 {
		text += strings.Repeat(" ", i) + line + "\n"
	}
	return text
}

// TestAliasLimits loads files that would take a parser long, or much memory.
func TestAliasLimits(t *testing.T) {
	deep := "nested more than 32 deep"
	for name, c := range map[string]struct{ text, says string }{
		"flow.yml":      {"a: " + repeated("["), "exceeded max depth"},
		"deep.yml":      {"a: " + strings.Repeat("[", 33) + strings.Repeat("]", 33), deep},
		"maps.yml":      {"a: " + strings.Repeat("{a: ", 40) + strings.Repeat("}", 40), deep},
		"blocks.yml":    {steps("a:"), deep},
		"dashes.yml":    {"a:\n  " + strings.Repeat("- ", 50) + "x", deep},
		"compact.yml":   {repeated("- "), "exceeded max depth"},
		"questions.yml": {repeated("? "), "exceeded max depth"},
		"lists.yml":     {laughs("a0: &a0 [x, x]\n", "[*, *, *, *, *, *, *, *, *]"), ""},
		"merged.yml":    {laughs("a0: &a0 {x: y}\n", "{<<: [*, *, *, *, *, *, *, *, *]}"), ""},
		"wide.yml":      {"a: &a {" + repeated("k%d: v, ") + "}\n" + repeated("b%d: {<<: *a}\n"), ""},
		"itself.yml":    {"a: &a [*a, *a]", deep},
		"list.yml":      {"- a", "expected names"},
		"key.yml":       {"[a]: b", "a name is expected"},
		"merge.yml":     {"a: {<<: b}", "only maps can be merged"},
		"long.yml":      {"a: [" + repeated("b, ") + "]", "not a list of"},
		"large.yml":     {strings.Repeat("#\n", 1<<19+1), "too large"},
		"deep.json":     {repeated(`{"a":`), deep},
		"list.json":     {`{"a":` + repeated("["), deep},
		"large.json":    {strings.Repeat(" ", 1<<20) + "{}", "too large"},
		"deep.toml":     {"a = " + repeated("["), deep},
		"inline.toml":   {"a = " + repeated("{a="), deep},
		"names.toml":    {repeated("a.") + "a = 1", deep},
		"table.toml":    {"[" + repeated("a.") + "a]", deep},
		"quotes.toml":   {"a = ['''x'''', " + repeated("["), deep},
		"large.toml":    {strings.Repeat("#\n", 1<<19+1), "too large"},
	} {
		path := writeFile(t, filepath.Join(t.TempDir(), name), c.text)
		got, err := extradata.LoadAliases(path)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 1000 {
			t.Errorf("%s: %d aliases, %v; want an error with its path that says %q", name, len(got), err, c.says)
		}
		if !errors.Is(err, extradata.ErrAlias) && !errors.Is(err, regular.ErrTooLarge) {
			t.Errorf("%s: %v, want ErrAlias", name, err)
		}
	}
}

// TestManyAliases loads large files that are as they should be.
func TestManyAliases(t *testing.T) {
	for name, text := range map[string]string{
		"keys.yml": repeated("a%d: b\n"), "source.yml": "A/B:\n" + repeated("  a%d: b\n"), "anchors.yml": repeated("a%d: &x%d b\n"),
		"keys.toml": repeated("a%d = 'b'\n"), "source.toml": "['A/B']\n" + repeated("a%d = 'b'\n"),
	} {
		got, err := extradata.LoadAliases(writeFile(t, filepath.Join(t.TempDir(), name), text))
		if err != nil || len(got) < 20000 {
			t.Errorf("%s: %d aliases, %v", name, len(got), err)
		}
	}
}

// TestAliasText has marks of nesting where they mean nothing, and YAML's anchors.
func TestAliasText(t *testing.T) {
	many := strings.Repeat("[{", 40)
	for name, c := range map[string]struct {
		text string
		want map[string]extradata.Alias
	}{
		"empty.yml":   {"# nothing\n", map[string]extradata.Alias{}},
		"null.yml":    {"---\n", map[string]extradata.Alias{}},
		"text.yml":    {"# " + many + "\na: '" + many + "' # :-[\n", map[string]extradata.Alias{"a": {Source: many}}},
		"anchor.yml":  {"a: &x A/B\nb: [*x, k]\n*x : {c: d}\n", map[string]extradata.Alias{"a": {Source: "A/B"}, "b": {Source: "A/B", Key: "k"}, "c": {Source: "A/B", Key: "d"}}},
		"merge.yml":   {"A: &x {a: k, b: k}\nB: {<<: *x, a: k}\n", nil}, // a stands for two keys
		"merged.yml":  {"A: {<<: [{a: k}, {a: l, b: l}], c: m}\n", map[string]extradata.Alias{"a": {Source: "A", Key: "k"}, "b": {Source: "A", Key: "l"}, "c": {Source: "A", Key: "m"}}},
		"number.yml":  {"1: A/B\n", map[string]extradata.Alias{"1": {Source: "A/B"}}},
		"text.json":   {`{"a": "\"` + many + `"}`, map[string]extradata.Alias{"a": {Source: `"` + many}}},
		"text.toml":   {"# " + many + "\na = '" + many + "' # '\nb = \"\\\"" + many + "\"\nc = '''\n" + many + "'' '''''\n", map[string]extradata.Alias{"a": {Source: many}, "b": {Source: `"` + many}, "c": {Source: many + "'' ''"}}},
		"dotted.toml": {"A.a = '1.2'\nA.b = 'k'\n", map[string]extradata.Alias{"a": {Source: "A", Key: "1.2"}, "b": {Source: "A", Key: "k"}}},
	} {
		got, err := extradata.LoadAliases(writeFile(t, filepath.Join(t.TempDir(), name), c.text))
		if (err != nil) != (c.want == nil) {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestAliasKinds loads what is no file.
func TestAliasKinds(t *testing.T) {
	dir, err := os.MkdirTemp("", "aliases") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := syscall.Mkfifo(at("pipe.yml"), 0o644); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", at("socket.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if err := os.Symlink("/dev/zero", at("device.toml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(at("directory.yml"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]string{"pipe.yml": "a named pipe", "socket.json": "a socket", "device.toml": "a device", "directory.yml": "a directory"} {
		if _, err := extradata.LoadAliases(at(name)); !errors.Is(err, regular.ErrNotRegular) || !strings.Contains(err.Error(), at(name)+": not a regular file but "+kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
