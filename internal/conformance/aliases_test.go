package conformance

import (
	"path/filepath"
	"strings"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// withFiles loads alias files of the corpus.
func (q question) withFiles(names []string) (*extradata.DataCollection, error) {
	var paths []string
	for _, name := range names {
		paths = append(paths, filepath.Join(q.of.corpus.runs, name))
	}
	return q.run.WithAliasFiles(paths...)
}

// allAliasFiles are loaded for those questions that name none.
var allAliasFiles = []string{"more-aliases.json", "more-aliases.toml"}

// aliasesOf writes aliases as the corpus does.
func aliasesOf(run *extradata.DataCollection) map[string]any {
	out := map[string]any{}
	for name, target := range run.Aliases() {
		out[name] = target.Source
		if target.Key != "" {
			out[name] = []string{target.Source, target.Key}
		}
	}
	return out
}

// aliasesFrom reads aliases that a check gives.
func aliasesFrom(value any) map[string]extradata.Alias {
	out := map[string]extradata.Alias{}
	for name, target := range as[map[string]any]("aliases", value) {
		source, key := pair(target)
		out[name] = extradata.Alias{Source: source, Key: key}
	}
	return out
}

func answerAliases(q question) (any, error) {
	run, err := q.withFiles(texts(q.list("files")))
	if err != nil {
		return nil, err
	}
	return aliasesOf(run), nil
}

func answerAliasDict(q question) (any, error) {
	run, err := q.run.WithAliases(aliasesFrom(q.arguments["aliases"]))
	if err != nil {
		return nil, err
	}
	return aliasesOf(run), nil
}

func answerOnlyAliases(q question) (any, error) {
	run, err := q.withFiles(texts(q.list("files")))
	if err == nil {
		run, err = run.OnlyAliases(q.flag("strict"))
	}
	if err == nil && q.flag("require_all") {
		run, err = run.RequireAll()
	}
	return collectionOr(run, err)
}

func answerAlias(q question) (any, error) {
	run, err := q.withFiles(allAliasFiles)
	if err != nil {
		return nil, err
	}
	return target(run, q.text("name"))
}

// target is what an alias stands for: a source, or a source and key that are there.
func target(run *extradata.DataCollection, name string) (any, error) {
	known := strings.ReplaceAll(strings.ToLower(name), "_", "-")
	if run.Aliases()[known].Key != "" {
		key, err := run.AliasedKey(name)
		if err != nil {
			return nil, err
		}
		return fields{"source": key.Source(), "key": key.Key()}, nil
	}
	source, err := run.AliasedSource(name)
	if err != nil {
		return nil, err
	}
	return fields{"source": source.Name()}, nil
}

func answerAliasIn(q question) (any, error) {
	run, err := q.withFiles(texts(q.list("files")))
	if err != nil {
		return nil, err
	}
	_, err = target(run, q.text("name"))
	if isA[*extradata.AliasError](err) {
		return false, nil
	}
	return found(err)
}

func answerAliasKey(q question) (any, error) {
	run, err := q.withFiles(allAliasFiles)
	if err != nil {
		return nil, err
	}
	name, keyName := pair(q.list("pair"))
	source, err := run.AliasedSource(name)
	if err != nil {
		return nil, err
	}
	key, err := source.Key(keyName)
	if err != nil {
		return nil, err
	}
	return fields{"source": key.Source(), "key": key.Key()}, nil
}

func answerAliasSelect(q question) (any, error) {
	run, err := q.withFiles(allAliasFiles)
	if err != nil {
		return nil, err
	}
	return collectionOr(run.Select(globs(q.list("globs"), extradata.AliasGlob)...))
}

// aliasItems are selections by alias: a list of aliases and of pairs of alias and keys,
// or a map from aliases of sources to keys.
func aliasItems(items any) (selections []extradata.Selection) {
	if keys, ok := items.(map[string]any); ok {
		return []extradata.Selection{extradata.AliasExact(exact(keys))}
	}
	for _, item := range as[[]any]("items", items) {
		if alias, ok := item.(string); ok {
			selections = append(selections, extradata.Aliased(alias))
			continue
		}
		selections = append(selections, extradata.AliasGlob(pair(item)))
	}
	return selections
}

func answerAliasPick(q question) (any, error) {
	run, err := q.withFiles(texts(q.list("files")))
	if err != nil {
		return nil, err
	}
	return q.required(run.Select(aliasItems(q.arguments["items"])...))
}

func answerAliasDrop(q question) (any, error) {
	run, err := q.withFiles(texts(q.list("files")))
	if err != nil {
		return nil, err
	}
	return collectionOr(run.Deselect(aliasItems(q.arguments["items"])...))
}

// answerAliasKept is the aliases after each way of making another collection.
func answerAliasKept(q question) (any, error) {
	run, err := q.withFiles(texts(q.list("files")))
	if err != nil {
		return nil, err
	}
	one := extradata.Glob(run.AllSources()[0], "*")
	more, err := q.run.WithAliases(aliasesFrom(q.arguments["more"]))
	if err != nil {
		return nil, err
	}
	var kept []map[string]any
	for _, make := range []func() (*extradata.DataCollection, error){
		func() (*extradata.DataCollection, error) { return run.Select(one) },
		func() (*extradata.DataCollection, error) { return run.SelectTrains(extradata.ByIndex(psh.Span(0, 3))) },
		func() (*extradata.DataCollection, error) { return run.Deselect(one) },
		func() (*extradata.DataCollection, error) { return firstOf(run.SplitTrains(2, 0)) },
		func() (*extradata.DataCollection, error) { return run.Union(more) },
		func() (*extradata.DataCollection, error) { return run.DropAliases(), nil },
	} {
		made, err := make()
		if err != nil {
			return nil, err
		}
		kept = append(kept, aliasesOf(made))
	}
	return kept, nil
}

func firstOf[T any](list []T, err error) (first T, _ error) {
	if err != nil {
		return first, err
	}
	return list[0], nil
}

func answerAliasUnion(q question) (any, error) {
	run, err := q.withFiles(texts(q.list("files")))
	if err != nil {
		return nil, err
	}
	other, err := q.withFiles(texts(q.list("other_files")))
	if err != nil {
		return nil, err
	}
	both, err := run.Union(other)
	if err != nil {
		return nil, err
	}
	return aliasesOf(both), nil
}
