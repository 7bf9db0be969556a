package conformance

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/write"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestWritten writes the run of every case, copied and virtual, and has the file answer
// as the run does. h5py reads all of it, where it is at hand.
func TestWritten(t *testing.T) {
	quiet(t)
	h5py := exec.Command("/usr/bin/python3", "-c", "import h5py").Run() == nil
	if !h5py {
		t.Log("without h5py")
	}
	manners := map[string]func(string, *extradata.DataCollection, ...psh.MapOption) error{"copied": write.Write, "virtual": write.WriteVirtual}
	for _, dir := range corpora(t, "expected") {
		c := open(t, dir)
		for _, name := range c.cases {
			run, _ := c.named(name).opened()
			if run == nil {
				continue
			}
			for manner, how := range manners {
				t.Run(filepath.Base(dir)+"/"+name+"/"+manner, func(t *testing.T) {
					path := filepath.Join(t.TempDir(), "written.h5")
					if err := how(path, run); err != nil {
						t.Fatal(err)
					}
					written, err := extradata.H5File(path)
					if err != nil {
						t.Fatal(err)
					}
					defer written.Close()
					sameAnswers(t, run, written)
					if h5py && manner == "copied" {
						readByH5py(t, path)
					}
				})
			}
			run.Close()
		}
	}
}

// sameAnswers compares what two collections have of each key.
func sameAnswers(t *testing.T, run, written *extradata.DataCollection) {
	t.Helper()
	if a, b := fmt.Sprint(run.TrainIDs(), run.AllSources(), run.LegacySources()), fmt.Sprint(written.TrainIDs(), written.AllSources(), written.LegacySources()); a != b {
		t.Errorf("it has\n%s, want\n%s", b, a)
	}
	for _, source := range run.AllSources() {
		names, err := run.Keys(source)
		if err != nil {
			t.Error(err)
		}
		for _, name := range names {
			answer := overviewOfKey
			if key, err := run.Key(source, name); err == nil && !slices.IsSorted(key.TrainIDCoordinates()) {
				answer = eachTrainOfKey
			}
			want, err := answerOfKey(run, source, name, answer)
			got, err2 := answerOfKey(written, source, name, answer)
			if err == nil && (err2 != nil || want != got) {
				t.Errorf("%s %s: %s, %v; want %s", source, name, got, err2, want)
			}
		}
		values(t, run, written, source)
	}
	sameAuxiliary(t, run, written)
}

// sameAuxiliary compares what two collections have in REDUCTION and ERRATA.
func sameAuxiliary(t *testing.T, run, written *extradata.DataCollection) {
	t.Helper()
	var texts [2]string
	for i, c := range []*extradata.DataCollection{run, written} {
		reduction, err1 := c.ReductionSources()
		errata, err2 := c.ErrataSources()
		if err := errors.Join(err1, err2); err != nil {
			t.Error(err)
		}
		texts[i] = fmt.Sprintln(reduction, errata)
		for _, name := range slices.Concat(reduction, errata) {
			text, err := auxiliaryText(c, name)
			if err != nil {
				t.Error(err)
			}
			texts[i] += text
		}
	}
	if texts[0] != texts[1] {
		t.Errorf("it has\n%s, want\n%s", texts[1], texts[0])
	}
}

// auxiliaryText is what there is of a source in REDUCTION or ERRATA.
func auxiliaryText(c *extradata.DataCollection, name string) (text string, err error) {
	source, err := c.AuxiliarySource(name)
	if err != nil {
		return "", err
	}
	keys, err := source.Keys()
	for _, name := range keys {
		key, err := source.Key(name)
		if err != nil {
			return "", err
		}
		answer, err := eachTrainOfKey(key)
		if err != nil {
			return "", err
		}
		text += fmt.Sprintln(key.Source(), source.Section(), name, key.DataCounts(), answer)
	}
	return text, err
}

// answerOfKey is what there is of a key.
func answerOfKey(run *extradata.DataCollection, source, name string, of func(*extradata.KeyData) (string, error)) (string, error) {
	key, err := run.Key(source, name)
	if err != nil {
		return "", err
	}
	answer, err := of(key)
	return fmt.Sprint(answer, key.DataCounts()), err
}

func overviewOfKey(key *extradata.KeyData) (string, error) {
	if key.DType() == keydata.Record {
		return fieldsOfKey(key)
	}
	data, err := key.ReadAny()
	if err != nil {
		return "", err
	}
	units, err := key.Units()
	return digestOf(data).line() + " " + units, err
}

// eachTrainOfKey is what there is of each train of a key: a file that is written has them in
// ascending order, whatever the order in which they are read.
func eachTrainOfKey(key *extradata.KeyData) (text string, err error) {
	for _, id := range key.TrainIDs() {
		train, err := key.SelectTrains(extradata.ByIDs(id))
		if err != nil {
			return "", err
		}
		data, err := train.ReadAny()
		if err != nil {
			return "", err
		}
		text += digestOf(data).line() + "\n"
	}
	return text, nil
}

func fieldsOfKey(key *extradata.KeyData) (text string, err error) {
	for _, field := range key.Fields() {
		part, err := key.Field(field.Name)
		if err != nil {
			return "", err
		}
		answer, err := overviewOfKey(part)
		if err != nil {
			return "", err
		}
		text += field.Name + " " + answer + "\n"
	}
	return text, nil
}

// values compares what RUN has of a control source.
func values(t *testing.T, run, written *extradata.DataCollection, source string) {
	t.Helper()
	var texts [2]string
	for i, c := range []*extradata.DataCollection{run, written} {
		s, err := c.Source(source)
		if err != nil {
			t.Error(err)
			return
		}
		if !s.IsControl() {
			return
		}
		values, err := s.RunValues()
		if err != nil {
			t.Error(err)
		}
		texts[i] = fmt.Sprint(values)
	}
	if texts[0] != texts[1] {
		t.Errorf("%s: RUN has %s, want %s", source, texts[1], texts[0])
	}
}

const readAll = `
import h5py, sys
with h5py.File(sys.argv[1], "r") as f:
    f.visititems(lambda name, item: item[()] if isinstance(item, h5py.Dataset) else None)
`

func readByH5py(t *testing.T, path string) {
	t.Helper()
	command := exec.Command("/usr/bin/python3", "-c", readAll, path)
	command.Env = append(os.Environ(), "HDF5_USE_FILE_LOCKING=FALSE")
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("h5py: %v: %s", err, out)
	}
}
