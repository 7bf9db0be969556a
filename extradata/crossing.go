package extradata

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"sync"

	psh "extrapasha/pasha"
	"extrapasha/run"
)

func init() {
	psh.RegisterError(ErrAlias)
	for _, value := range []any{&DataCollection{}, &SourceNameError{}, &KeyNameError{}, &ConflictError{}, &AliasError{}} {
		gob.Register(value)
	}
}

// crossingCollection is a collection as it crosses to another process.
type crossingCollection struct {
	Files           []run.Reference
	TrainIDs        []uint64
	Sources         []crossingSource
	Suspect, OneRun bool
	Aliases         map[string]Alias
}

type crossingSource struct {
	Name, InFile, Canonical string
	Section                 run.Section
	Files                   []int // positions in Files of the collection
	AllKeys                 bool
	Keys                    []string
}

// GobEncode is where the data is: the paths of the files and the selection, not the
// data. It is for worker processes, which open the files for themselves.
func (c *DataCollection) GobEncode() ([]byte, error) {
	out := crossingCollection{TrainIDs: c.trainIDs, Suspect: c.suspect, OneRun: c.oneRun, Aliases: c.aliases}
	position := map[string]int{} // by path: a union may have opened a file twice
	for i, file := range c.files {
		reference, err := file.Reference()
		if err != nil {
			return nil, fmt.Errorf("extradata: %w", err)
		}
		out.Files = append(out.Files, reference)
		position[file.Path()] = i
	}
	for name, s := range c.sources {
		source := crossingSource{Name: name, InFile: s.inFile, Canonical: s.canonical, Section: s.section, AllKeys: s.keys == nil, Keys: s.keys}
		for _, file := range s.files {
			if i, ok := position[file.Path()]; ok {
				source.Files = append(source.Files, i)
			}
		}
		out.Sources = append(out.Sources, source)
	}
	var text bytes.Buffer
	err := gob.NewEncoder(&text).Encode(out)
	return text.Bytes(), err
}

// GobDecode opens the files.
func (c *DataCollection) GobDecode(text []byte) error {
	var in crossingCollection
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&in); err != nil {
		return err
	}
	files, err := run.Reopen(in.Files)
	if err != nil {
		return fmt.Errorf("extradata: %w", err)
	}
	*c = DataCollection{
		trainIDs: in.TrainIDs, sources: map[string]selected{}, files: files, suspect: in.Suspect, oneRun: in.OneRun, aliases: in.Aliases,
		keys: &sync.Map{}, located: &sync.Map{}, noticed: &sync.Map{},
	}
	for _, s := range in.Sources {
		source := &source{name: s.Name, inFile: s.InFile, canonical: s.Canonical, section: s.Section}
		for _, i := range s.Files {
			source.files = append(source.files, files[i])
		}
		if source.legacy() { // the program itself has been told
			c.noticed.Store(s.Name, true)
		}
		keys := s.Keys
		if !s.AllKeys && keys == nil { // gob does not know an empty list
			keys = []string{}
		}
		c.sources[s.Name] = selected{source, keys}
	}
	return nil
}
