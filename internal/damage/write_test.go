package damage

import (
	"fmt"
	"os"

	"extrapasha/extradata"
	"extrapasha/extradata/write"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// lossy is a key of which damaged parameters make other values where it is written anew.
const lossy = "INSTRUMENT/LAB/CAM/A:out/data/scaled"

// writers write a run in one file.
var writers = map[string]func(path string, c *extradata.DataCollection, options ...psh.MapOption) error{
	"Write": write.Write, "WriteVirtual": write.WriteVirtual,
}

// written has a run written: in one file, of which all must be what was read before, and
// its files once more. There an object has data or not by the first of its names, and
// damage may give it any.
func (a *account) written(dir string) {
	if a.big > 0 {
		return
	}
	file := dir + ".h5"
	defer os.Remove(file)
	for by, write := range writers {
		a.step(by)
		if a.add(fact{What: by}, true, writeAll(dir, file, write)) {
			a.same(by, file)
		}
	}
	clone := dir + ".clone"
	defer os.RemoveAll(clone)
	a.step("CopyStructure")
	err := write.CopyStructure(dir, clone, write.Data{Run: true, Control: true})
	if !a.add(fact{What: "cloned"}, true, err) {
		return
	}
	c, err := extradata.RunDirectory(clone)
	if err != nil {
		a.contradict("CopyStructure made what cannot be opened: %v", err)
		return
	}
	_ = c.Close()
}

func writeAll(dir, file string, write func(path string, c *extradata.DataCollection, options ...psh.MapOption) error) error {
	c, err := extradata.RunDirectory(dir)
	if err != nil {
		return err
	}
	defer c.Close()
	return write(file, c)
}

// same finds values in what was written that are not those of the run.
func (a *account) same(by, path string) {
	c, err := extradata.H5File(path)
	if err != nil {
		a.contradict("%s wrote what cannot be opened: %v", by, err)
		return
	}
	defer c.Close()
	for _, name := range c.AllSources() {
		source, err := c.Source(name)
		if err != nil || !source.IsControl() {
			continue
		}
		values, err := source.RunValues()
		if err != nil && by == "Write" { // the other links to them
			a.contradict("%s wrote run values of %s that cannot be read: %v", by, name, err)
		}
		for key, value := range values {
			path := run.Dataset("RUN", name, key)
			if was, known := a.facts[fact{"run value", path, ""}]; known && was != fmt.Sprint(value) {
				a.contradict("%s wrote %v as %s, which is %s", by, value, path, was)
			}
		}
	}
	a.sameTrains(c, "as "+by+" wrote it", lossy, func(id string, err error) bool {
		if _, known := a.facts[fact{"train of all", "", id}]; known && err != nil {
			a.contradict("train %s cannot be read as %s wrote it: %v", id, by, err)
		}
		return err == nil
	})
}
