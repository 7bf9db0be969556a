package extradata_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
)

func writeFile(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadAliases(t *testing.T) {
	want := map[string]extradata.Alias{
		"xgm": {Source: "A/XGM/1"}, "flux": {Source: "A/XGM/1", Key: "flux"}, "sample-x": {Source: "A/MOTOR/X", Key: "actualPosition"},
	}
	for ending, text := range map[string]string{
		"yml":  "xgm: A/XGM/1\nFlux: [A/XGM/1, flux]\nA/MOTOR/X:\n  sample_X: actualPosition\n",
		"json": `{"xgm": "A/XGM/1", "flux": ["A/XGM/1", "flux"], "A/MOTOR/X": {"sample-x": "actualPosition"}}`,
		"toml": "xgm = 'A/XGM/1'\nflux = ['A/XGM/1', 'flux']\n['A/MOTOR/X']\nsample-x = 'actualPosition'\n",
	} {
		got, err := extradata.LoadAliases(writeFile(t, filepath.Join(t.TempDir(), "a."+ending), text))
		if err != nil {
			t.Errorf("%s: %v", ending, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", ending, diff)
		}
	}
	for name, text := range map[string]string{
		"no.txt":     "xgm: A/XGM/1",
		"broken.yml": "xgm: [A/XGM/1",
		"list.json":  `["A/XGM/1"]`,
		"three.yml":  "xgm: [A/XGM/1, flux, 3]",
		"number.yml": "xgm: 3",
		"nested.yml": "A/XGM/1:\n  flux: {key: x}",
		"twice.yml":  "a-b: A/XGM/1\nA_B: A/XGM/2",
	} {
		path := writeFile(t, filepath.Join(t.TempDir(), name), text)
		if got, err := extradata.LoadAliases(path); !errors.Is(err, extradata.ErrAlias) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, %v; want ErrAlias with the path", name, got, err)
		}
	}
	if _, err := extradata.LoadAliases("/no/such/file.yml"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func FuzzLoadAliases(f *testing.F) {
	for _, text := range []string{
		"xgm: A/XGM/1", "a: [b, c]", "a: {b: c}", `{"a": {"b": "c"}}`, "a = 'b'\n[c]\nd = 'e'", "a: &x [*x]", "? a\n: b", "{}", "[[", "a: !!binary x", "\"a\": \"\\ud800\"",
	} {
		f.Add(0, text)
		f.Add(1, text)
		f.Add(2, text)
	}
	f.Fuzz(func(t *testing.T, kind int, text string) {
		ending := []string{".yml", ".json", ".toml"}[uint(kind)%3]
		found, err := extradata.LoadAliases(writeFile(t, filepath.Join(t.TempDir(), "aliases"+ending), text))
		if err != nil && !errors.Is(err, extradata.ErrAlias) {
			t.Errorf("%q: %v, want ErrAlias", text, err)
		}
		for name := range found {
			if strings.ToLower(name) != name || strings.Contains(name, "_") {
				t.Errorf("%q is not a plain alias", name)
			}
		}
	})
}

// TestProposalAliases opens runs of proposals with an alias file of their own,
// with a template of their instrument, and without.
func TestProposalAliases(t *testing.T) {
	root, software := t.TempDir(), t.TempDir()
	config := mockrun.Small()
	if err := config.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EXTRA_DATA_DATA_ROOT", root)
	t.Setenv("EXTRA_DATA_SW_ROOT", software)
	openIt := func(opts ...extradata.Option) *extradata.DataCollection {
		t.Helper()
		run, err := extradata.OpenRun(config.Proposal, config.Run, opts...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { run.Close() })
		return run
	}
	if got := openIt().Aliases(); len(got) != 0 {
		t.Errorf("no files: %v", got)
	}
	writeFile(t, filepath.Join(software, "SPB", "extra-data-aliases-default.yml"), "xgm: "+mockrun.XGM)
	if _, err := openIt().AliasedSource("XGM"); err != nil { // there is no usr to copy it to
		t.Errorf("template: %v", err)
	}
	own := filepath.Join(config.ProposalDir(root), "usr", "extra-data-aliases.yml")
	if err := os.Mkdir(filepath.Dir(own), 0o777); err != nil {
		t.Fatal(err)
	}
	openIt()
	if text, err := os.ReadFile(own); err != nil || !strings.Contains(string(text), mockrun.XGM) {
		t.Errorf("the template is not copied: %q, %v", text, err)
	}
	if info, err := os.Stat(own); err != nil || info.Mode().Perm() != 0o666 {
		t.Errorf("the copy: %v, %v, want that all may write", info.Mode(), err)
	}
	writeFile(t, own, "m: "+mockrun.Motor(1))
	if source, err := openIt().AliasedSource("m"); err != nil || source.Name() != mockrun.Motor(1) {
		t.Errorf("the proposal's own: %v, %v", source, err)
	}
	if got := openIt(extradata.AliasFiles()).Aliases(); len(got) != 0 {
		t.Errorf("none wanted: %v", got)
	}
	writeFile(t, own, "m: [")
	if _, err := extradata.OpenRun(config.Proposal, config.Run); !errors.Is(err, extradata.ErrAlias) {
		t.Errorf("damaged: %v, want ErrAlias", err)
	}
}

func TestAliasUse(t *testing.T) {
	run, err := open(t).WithAliases(map[string]extradata.Alias{
		"Sample_X": {Source: mockrun.Motor(1), Key: "actualPosition"}, "xgm": {Source: mockrun.XGM}, "gone": {Source: "A/B/C"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var aliasErr *extradata.AliasError
	if _, err := run.AliasedKey("sample"); !errors.As(err, &aliasErr) || len(aliasErr.Closest) == 0 {
		t.Errorf("no such alias: %v, want an offer of sample-x", err)
	}
	if _, err := run.AliasedSource("sample-x"); !errors.Is(err, extradata.ErrAlias) {
		t.Errorf("a key for a source: %v", err)
	}
	if _, err := run.AliasedKey("xgm"); !errors.Is(err, extradata.ErrAlias) {
		t.Errorf("a source for a key: %v", err)
	}
	for what, selection := range map[string]extradata.Selection{
		"a source that is not there": extradata.Aliased("gone"),
		"a key of one":               extradata.AliasGlob("gone", "*"),
		"a key that is not there":    extradata.AliasGlob("xgm", "nothing*"),
		"a key for a source":         extradata.AliasGlob("sample-x", "*"),
	} {
		if _, err := run.Select(selection); !errors.Is(err, extradata.ErrSelection) {
			t.Errorf("%s: %v, want ErrSelection", what, err)
		}
		if _, err := run.Deselect(selection); !errors.Is(err, extradata.ErrSelection) {
			t.Errorf("without %s: %v, want ErrSelection", what, err)
		}
	}
	exact, err := run.Select(extradata.AliasExact(map[string][]string{"XGM": {"pulseEnergy.photonFlux"}}))
	if keys := map[string][]string{mockrun.XGM: {"pulseEnergy.photonFlux.value"}}; err != nil || !cmp.Equal(exact.SelectedKeys(), keys) {
		t.Errorf("by names: %v, %v", exact, err)
	}
	var keyErr *extradata.KeyNameError
	if _, err := run.Select(extradata.AliasExact(map[string][]string{"xgm": {"nothing"}})); !errors.As(err, &keyErr) {
		t.Errorf("by a name that is not there: %v, want a KeyNameError", err)
	}
	sel, err := run.Select(extradata.Aliased("SAMPLE-X", "xgm"))
	if err != nil || len(sel.AllSources()) != 2 {
		t.Errorf("selected %v, %v", sel, err)
	}
	text := run.AliasText()
	for _, line := range []string{"✗ gone: A/B/C", "  xgm: " + mockrun.XGM, "    sample-x: actualPosition"} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %q in\n%s", line, text)
		}
	}
	if got := run.DropAliases().AliasText(); !strings.Contains(got, "No aliases") {
		t.Errorf("dropped: %q", got)
	}
}
