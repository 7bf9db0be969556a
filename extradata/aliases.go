package extradata

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"extrapasha/internal/closest"
	"extrapasha/internal/printable"
)

// Alias is what an alias stands for: a source, or a key of one.
type Alias struct {
	// Source is the name of the source, Key that of the key, empty where the
	// alias is for the source.
	Source, Key string
}

// AliasError is an alias that is not known.
type AliasError struct {
	// Alias is what was asked for.
	Alias string
	// Closest are aliases that are known and look like it.
	Closest []string
}

func (e *AliasError) Error() string {
	return fmt.Sprintf("no alias %q is loaded%s", e.Alias, closest.Hint(e.Closest))
}

// ErrAlias is wrapped by errors of aliases that contradict each other, that stand
// for something else than is needed, or that do not fit the data.
var ErrAlias = fmt.Errorf("%w of aliases", ErrSelection)

// aliases are by their plain name, see plainAlias.
type aliases map[string]Alias

// plainAlias is an alias as it is compared: case, and - or _, do not matter.
func plainAlias(alias string) string {
	return strings.ReplaceAll(strings.ToLower(alias), "_", "-")
}

// merge are the aliases of both; one that stands for two things is an error.
func (a aliases) merge(b aliases) (aliases, error) {
	merged := maps.Clone(a)
	if merged == nil {
		merged = aliases{}
	}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		plain := plainAlias(name)
		if before, ok := merged[plain]; ok && before != b[name] {
			return nil, fmt.Errorf("extradata: %w: %q stands for both %v and %v", ErrAlias, name, before, b[name])
		}
		merged[plain] = b[name]
	}
	return merged, nil
}

// String is the source, or source and key.
func (a Alias) String() string {
	if a.Key == "" {
		return a.Source
	}
	return a.Source + ", " + a.Key
}

// WithAliases is the collection with more aliases. Case, and - or _, do not matter
// in them. The error wraps [ErrAlias] where one stands for something else already.
func (c *DataCollection) WithAliases(more map[string]Alias) (*DataCollection, error) {
	merged, err := c.aliases.merge(more)
	if err != nil {
		return nil, err
	}
	out := c.with(c.trainIDs, c.sources)
	out.aliases = merged
	return out, nil
}

// WithAliasFiles is the collection with the aliases of files, see [LoadAliases].
func (c *DataCollection) WithAliasFiles(paths ...string) (*DataCollection, error) {
	for _, path := range paths {
		more, err := LoadAliases(path)
		if err != nil {
			return nil, err
		}
		if c, err = c.WithAliases(more); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return c, nil
}

// DropAliases is the collection without aliases.
func (c *DataCollection) DropAliases() *DataCollection {
	out := c.with(c.trainIDs, c.sources)
	out.aliases = nil
	return out
}

// Aliases are all aliases there are, in lower case and with -, whether what they
// stand for is in the data or not.
func (c *DataCollection) Aliases() map[string]Alias { return maps.Clone(map[string]Alias(c.aliases)) }

func (c *DataCollection) resolve(alias string) (Alias, error) {
	target, ok := c.aliases[plainAlias(alias)]
	if !ok {
		return Alias{}, &AliasError{Alias: alias, Closest: closest.To(alias, slices.Sorted(maps.Keys(c.aliases)))}
	}
	return target, nil
}

// resolveSource is the name of the source that an alias stands for.
func (c *DataCollection) resolveSource(alias string) (string, error) {
	target, err := c.resolve(alias)
	if err != nil {
		return "", err
	}
	if target.Key != "" {
		return "", fmt.Errorf("extradata: %w: %q stands for the key %v, not for a source", ErrAlias, alias, target)
	}
	return target.Source, nil
}

// AliasedSource is the source that an alias stands for. The error is an
// [*AliasError], a [*SourceNameError] where the source is not in the data, or
// wraps [ErrAlias] where the alias stands for a key.
func (c *DataCollection) AliasedSource(alias string) (*SourceData, error) {
	source, err := c.resolveSource(alias)
	if err != nil {
		return nil, err
	}
	return c.Source(source)
}

// AliasedKey is the key that an alias stands for. The error is an [*AliasError],
// a [*SourceNameError] or a [*KeyNameError] where it is not in the data, or wraps
// [ErrAlias] where the alias stands for a source.
func (c *DataCollection) AliasedKey(alias string) (*KeyData, error) {
	target, err := c.resolve(alias)
	if err != nil {
		return nil, err
	}
	if target.Key == "" {
		return nil, fmt.Errorf("extradata: %w: %q stands for the source %v, not for a key", ErrAlias, alias, target)
	}
	return c.Key(target.Source, target.Key)
}

// AliasGlob selects the keys that fit a pattern, of the source that an alias stands
// for. The error is an [*AliasError], or wraps [ErrSelection] where nothing in the data
// fits or [ErrAlias] where the alias stands for a key.
func AliasGlob(alias, keys string) Selection {
	return func(c *DataCollection) (map[string]selected, error) {
		source, err := c.resolveSource(alias)
		if err != nil {
			return nil, err
		}
		return keysLike(source, keys)(c)
	}
}

// AliasExact selects keys by their names, of the sources that aliases stand for; no keys
// stands for all of a source. The error is an [*AliasError], a [*SourceNameError] or a
// [*KeyNameError], or wraps [ErrAlias] where an alias stands for a key.
func AliasExact(keys map[string][]string) Selection {
	return func(c *DataCollection) (map[string]selected, error) {
		var selections []Selection
		for _, alias := range slices.Sorted(maps.Keys(keys)) {
			source, err := c.resolveSource(alias)
			if err != nil {
				return nil, err
			}
			selections = append(selections, Exact(map[string][]string{source: keys[alias]}))
		}
		return c.expand(selections)
	}
}

// Aliased selects what aliases stand for, sources or keys. The error is an
// [*AliasError], or wraps [ErrSelection] where that is not in the data.
func Aliased(names ...string) Selection {
	return func(c *DataCollection) (map[string]selected, error) {
		var selections []Selection
		for _, name := range names {
			target, err := c.resolve(name)
			if err != nil {
				return nil, err
			}
			if target.Key == "" {
				target.Key = "*"
			}
			selections = append(selections, keysLike(target.Source, target.Key))
		}
		return c.expand(selections)
	}
}

// OnlyAliases is the collection with only what some aliases, from files or loaded
// before, stand for. What is not in the data is left out, or with strict an error
// that wraps [ErrAlias].
func (c *DataCollection) OnlyAliases(strict bool) (*DataCollection, error) {
	var selections []Selection
	for _, name := range slices.Sorted(maps.Keys(c.aliases)) {
		target := c.aliases[name]
		has, err := c.Has(target.Source, target.Key)
		if err != nil {
			return nil, err
		}
		if !has {
			if strict {
				return nil, fmt.Errorf("extradata: %w: %q stands for %v, which is not in the data", ErrAlias, name, target)
			}
			continue
		}
		keys := map[string][]string{target.Source: nil}
		if target.Key != "" {
			keys[target.Source] = []string{target.Key}
		}
		selections = append(selections, Exact(keys))
	}
	return c.Select(selections...)
}

// AliasText lists the aliases by source, those of keys below their source. Those
// that are not in the data are marked with a cross.
func (c *DataCollection) AliasText() string {
	if len(c.aliases) == 0 {
		return "No aliases are loaded.\n"
	}
	lines := map[string][]string{}
	headings := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(c.aliases)) {
		target := c.aliases[name]
		mark := " "
		if has, err := c.Has(target.Source, target.Key); err != nil || !has {
			mark = "✗"
		}
		if target.Key == "" {
			headings[target.Source] = printable.Sprintf("%s %s: %s\n", mark, name, target.Source)
			continue
		}
		lines[target.Source] = append(lines[target.Source], printable.Sprintf("  %s %s: %s\n", mark, name, target.Key))
		if headings[target.Source] == "" {
			headings[target.Source] = printable.Sprintf("  %s\n", target.Source)
		}
	}
	var text strings.Builder
	for _, source := range slices.Sorted(maps.Keys(headings)) {
		text.WriteString(headings[source] + strings.Join(lines[source], ""))
	}
	return text.String()
}
