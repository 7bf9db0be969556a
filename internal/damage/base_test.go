package damage

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// base is a run of testdata, of which one file is damaged.
type base struct {
	name  string
	files map[string][]byte
	manifest
	structures []structure
	// pointers are the places with the address of a structure or of data.
	pointers []int
	// start is where the addresses of the file count from.
	start int
}

// manifest is what make.py tells of a run.
type manifest struct {
	Damage  string            `json:"damage"`
	Answers map[string]answer `json:"answers"`
	Raw     []extent          `json:"raw"`
}

// answer is what h5py reads of a dataset.
type answer struct {
	Type string `json:"type"`
	// Trains are number of entries and digest, by train ID.
	Trains map[string]entries `json:"trains"`
}

// extent is a part of the file with raw data, and all paths of the dataset.
type extent struct {
	at, end int
	paths   []string
}

func (e *extent) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&e.at, &e.end, &e.paths})
}

type entries struct {
	n      int
	digest string
}

func (e *entries) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&e.n, &e.digest})
}

// content is the file before it is damaged.
func (b *base) content() []byte { return b.files[b.Damage] }

// mendable are the structures with a checksum.
func (b *base) mendable() (found []structure) {
	for _, s := range b.structures {
		if s.sum > 0 {
			found = append(found, s)
		}
	}
	return found
}

// baseNames are the runs of testdata.
var baseNames = sync.OnceValues(func() (names []string, err error) {
	paths, err := filepath.Glob("testdata/*.zip")
	for _, path := range paths {
		names = append(names, strings.TrimSuffix(filepath.Base(path), ".zip"))
	}
	return names, err
})

var loaded = map[string]*base{}

// load reads a run of testdata, once.
func load(name string) (*base, error) {
	if b := loaded[name]; b != nil {
		return b, nil
	}
	archive, err := zip.OpenReader("testdata/" + name + ".zip")
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	b := &base{name: name, files: map[string][]byte{}}
	for _, file := range archive.File {
		in, err := file.Open()
		if err != nil {
			return nil, err
		}
		if b.files[file.Name], err = io.ReadAll(in); err != nil {
			return nil, err
		}
	}
	if err := json.Unmarshal(b.files["manifest.json"], &b.manifest); err != nil {
		return nil, err
	}
	delete(b.files, "manifest.json")
	b.start = max(bytes.Index(b.content(), []byte(superblock)), 0)
	b.structures = structures(b.content(), b.start)
	b.pointers = b.findPointers()
	loaded[name] = b
	return b, nil
}

// addresses are those of all structures and pieces of raw data.
func (b *base) addresses() (all []uint64) {
	for _, s := range b.structures {
		all = append(all, uint64(s.at-b.start))
	}
	for _, e := range b.Raw {
		all = append(all, uint64(e.at-b.start))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (b *base) findPointers() (places []int) {
	known := map[uint64]bool{}
	for _, address := range b.addresses() {
		known[address] = address > 64 // a smaller one is more likely to be another number
	}
	content := b.content()
	for at := range max(len(content)-7, 0) {
		if known[little.Uint64(content[at:])] {
			places = append(places, at)
		}
	}
	return places
}

// write writes the run with a damaged file to a new directory.
func (b *base) write(dir string, damaged []byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, content := range b.files {
		if name == b.Damage {
			content = damaged
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
