package damage

import (
	"fmt"
	"slices"
	"strings"
)

// judge finds answers that cannot be right. What a checksum protects can be missing, but
// not another; data without a checksum can be other data, of the same shape. Damage to
// anything else may mean anything; compare.py asks h5py of it.
//
// Lost are lists that have become shorter, with no error that says so.
func judge(b *base, damaged []byte, before, after *account) (wrong, lost []string) {
	wrong = after.wrong
	var must func(fact) bool
	if touched, ok := b.dataOnly(damaged); ok {
		must = func(f fact) bool { return keptData(f, touched) }
	} else if b.protected(damaged) {
		must = func(f fact) bool { return f.Path != "" || after.files == before.files }
	} else {
		return wrong, nil
	}
	if after.files != before.files { // a file was left out, with a warning
		must = keptTrains(must)
	}
	for f, is := range after.facts {
		was, known := before.facts[f]
		if !must(f) || known && was == is {
			continue
		}
		text := fmt.Sprintf("%s of %s %s: %.200s, before %.200s", f.What, f.Path, f.Of, is, was)
		if slices.Contains(lists, f.What) {
			lost = append(lost, text)
		} else if known || f.What == "whole" || f.What == "train" {
			wrong = append(wrong, text)
		}
	}
	return wrong, lost
}

// lists are the questions that are answered with a list.
var lists = []string{"sources", "legacy", "reduction", "errata", "groups", "keys", "run values", "metadata", "missing",
	"file keys", "file groups", "file metadata", "file auxiliary"}

// keptTrains leaves of what must be the same the trains that are there.
func keptTrains(must func(fact) bool) func(fact) bool {
	return func(f fact) bool { return f.What == "train" && must(f) }
}

// keptData tells what stays the same if data of some datasets is damaged: everything of
// the others, and the form of these.
func keptData(f fact, touched []string) bool {
	if f.Path == "" || strings.HasPrefix(f.What, "file ") {
		return false
	}
	if slices.ContainsFunc(touched, func(path string) bool { return path == f.Path }) {
		return f.What == "form" || f.What == "counts" || f.What == "attributes"
	}
	return f.What != "source"
}

// changed are the first and the last position behind each run of bytes that are not as
// they were.
func (b *base) changed(damaged []byte) (runs [][2]int) {
	content := b.content()
	for at := 0; at < len(damaged); at++ {
		from := at
		for at < len(damaged) && damaged[at] != content[at] {
			at++
		}
		if at > from {
			runs = append(runs, [2]int{from, at})
		}
	}
	return runs
}

// protected tells whether all damage is such that a reader can know of it: the end of
// the file is missing, or checksums do not fit.
func (b *base) protected(damaged []byte) bool {
	if len(damaged) < len(b.content()) {
		return len(b.changed(damaged)) == 0
	}
	sums := b.mendable()
	for _, run := range b.changed(damaged) {
		inside := func(s structure) bool {
			return run[0] >= s.at && run[1] <= s.end && little.Uint32(damaged[s.sum:]) != s.checksum(damaged)
		}
		if !slices.ContainsFunc(sums, inside) {
			return false
		}
	}
	return true
}

// dataOnly tells whether all damage is in data of keys, and of which.
func (b *base) dataOnly(damaged []byte) (touched []string, ok bool) {
	if len(damaged) != len(b.content()) {
		return nil, false
	}
	for _, run := range b.changed(damaged) {
		found := slices.IndexFunc(b.Raw, func(e extent) bool { return run[0] >= e.at && run[1] <= e.end })
		if found < 0 {
			return nil, false
		}
		for _, path := range b.Raw[found].paths {
			if strings.HasPrefix(path, "INDEX/") || strings.HasPrefix(path, "METADATA/") {
				return nil, false
			}
			touched = append(touched, path)
		}
	}
	return touched, true
}

// compareAnswers finds what is not read as h5py does before any damage.
func compareAnswers(b *base, a *account) (wrong []string) {
	for path, answer := range b.Answers {
		for id, want := range answer.Trains {
			is, known := a.facts[fact{"train", path, id}]
			if !known || want.n > 0 && valuesOf(is) != want.digest {
				wrong = append(wrong, fmt.Sprintf("train %s of %s: %q, h5py reads %s", id, path, is, want.digest))
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}
