package extradata

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml" // it reads many keys of a table in no more than their time

	"extrapasha/internal/pending"
	"extrapasha/internal/regular"
)

// An alias file has at most so many bytes, and maps and lists in each other at most so
// deep. What it needs is two deep.
const (
	aliasFileLimit = 1 << 20
	aliasDepth     = 32
)

// LoadAliases reads aliases from a file in YAML (.yml, .yaml), JSON (.json) or
// TOML (.toml). It is a map in which a name stands for a source, for a list of
// source and key, or is a source with a map of names for its keys:
//
//	xgm: SA2_XTD1_XGM/XGM/DOOCS
//	intensity: [SA2_XTD1_XGM/XGM/DOOCS:output, data.intensityTD]
//	MID_EXP_SAM/MOTOR/X:
//	  sample-x: actualPosition
//
// The error names the file; it wraps [ErrAlias] where the content is not of that
// form, or a name stands for two things. A file has at most 1 MiB, and nothing in it is
// nested more than 32 deep.
func LoadAliases(path string) (map[string]Alias, error) {
	text, err := regular.Read(path, aliasFileLimit)
	if err != nil {
		return nil, fmt.Errorf("extradata: aliases: %w", err)
	}
	found, err := parseAliases(strings.ToLower(filepath.Ext(path)), text)
	if err != nil {
		return nil, fmt.Errorf("extradata: %s: %w", path, err)
	}
	return found, nil
}

func parseAliases(ending string, text []byte) (map[string]Alias, error) {
	content := map[string]any{}
	var err error
	switch ending {
	case ".yml", ".yaml":
		content, err = parseYAML(text)
	case ".json":
		if err = checkDepth(text, jsonMarks); err == nil {
			err = json.Unmarshal(text, &content)
		}
	case ".toml":
		if err = checkDepth(text, tomlMarks); err == nil {
			err = toml.Unmarshal(text, &content)
		}
	default:
		return nil, fmt.Errorf("%w: the name of the file must end in .yml, .yaml, .json or .toml, not %q", ErrAlias, ending)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAlias, err)
	}
	found := aliases{}
	for name, value := range content {
		if err := found.add(name, value); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// add takes one entry of an alias file.
func (a aliases) add(name string, value any) error {
	switch value := value.(type) {
	case string:
		return a.set(name, Alias{Source: value})
	case []any:
		if len(value) == 2 {
			source, isSource := value[0].(string)
			key, isKey := value[1].(string)
			if isSource && isKey {
				return a.set(name, Alias{source, key})
			}
		}
	case map[string]any:
		for alias, key := range value {
			key, ok := key.(string)
			if !ok {
				return fmt.Errorf("%w: %q of source %s must name a key", ErrAlias, alias, name)
			}
			if err := a.set(alias, Alias{name, key}); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%w: %q must be a source, a list of source and key, or a source with names for its keys, not %s", ErrAlias, name, kindOf(value))
}

// kindOf tells what a value is, which may be long.
func kindOf(value any) string {
	switch value := value.(type) {
	case []any:
		return fmt.Sprintf("a list of %d", len(value))
	case nil, bool, int, int64, float64:
		return fmt.Sprint(value)
	}
	return fmt.Sprintf("a %T", value)
}

func (a aliases) set(name string, target Alias) error {
	plain := plainAlias(name)
	if before, ok := a[plain]; ok && before != target {
		return fmt.Errorf("%w: %q stands for both %v and %v", ErrAlias, name, before, target)
	}
	a[plain] = target
	return nil
}

// SoftwareRootVariable is the environment variable that names the directory with
// the software of each instrument, where templates of alias files are.
const SoftwareRootVariable = "EXTRA_DATA_SW_ROOT"

const (
	defaultSoftwareRoot = "/gpfs/exfel/sw"
	aliasFileName       = "extra-data-aliases.yml"
	aliasTemplateName   = "extra-data-aliases-default.yml"
)

// proposalAliases finds the alias file of a proposal, usr/extra-data-aliases.yml.
// Where there is none it is made as a copy of the instrument's template, if there
// is one and the proposal can be written to; all who take part in the proposal may
// change it. Without any the path is empty.
func proposalAliases(proposalDir string) string {
	path := filepath.Join(proposalDir, "usr", aliasFileName)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	template := aliasTemplate(proposalDir)
	text, err := regular.Read(template, aliasFileLimit)
	if err != nil {
		return ""
	}
	err = pending.Write(path, 0o666, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		slog.Debug("the alias template is used where it is", "template", template, "error", err)
		return template
	}
	if err := os.Chmod(path, 0o666); err != nil { // what the umask took
		slog.Debug("others cannot change the alias file", "path", path, "error", err)
	}
	return path
}

// aliasTemplate is where the template of the instrument is that a proposal belongs to.
func aliasTemplate(proposalDir string) string {
	root := os.Getenv(SoftwareRootVariable)
	if root == "" {
		root = defaultSoftwareRoot
	}
	if absolute, err := filepath.Abs(proposalDir); err == nil {
		proposalDir = absolute
	}
	instrument := filepath.Base(filepath.Dir(filepath.Dir(proposalDir)))
	return filepath.Join(root, instrument, aliasTemplateName)
}
