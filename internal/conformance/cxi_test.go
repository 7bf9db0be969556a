package conformance

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"

	"extrapasha/internal/h5"
	"extrapasha/keydata"
)

func init() {
	operations["write_cxi"] = operation{"det fill", answerWriteCXI}
	operations["make_cxi"] = operation{"args", answerMakeCXI}
}

func answerWriteCXI(q question) (any, error) {
	det, err := q.detector()
	if err != nil {
		return nil, err
	}
	fill := map[string]float64{}
	if q.has("fill") {
		for name, value := range as[map[string]any]("fill", q.arguments["fill"]) {
			fill[name] = arguments{"fill": value}.float("fill", 0)
		}
	}
	return q.written(func(path string) error { return det.WriteCXI(path, fill) }, cxiAnswer)
}

// answerMakeCXI asks the command, as it is built: once for each corpus, then it is found to
// be as it should.
func answerMakeCXI(q question) (any, error) {
	tool := filepath.Join(filepath.Dir(q.of.corpus.runs), "extra-data")
	if err := build(tool); err != nil {
		return nil, err
	}
	run := filepath.Join(q.of.corpus.runs, q.of.Open.Path)
	return q.written(func(path string) error {
		arguments := append([]string{"make-virtual-cxi", run, "-o", path}, texts(q.list("args"))...)
		out, err := exec.Command(tool, arguments...).CombinedOutput()
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
			return fmt.Errorf("%w: %s", keydata.ErrSelection, out)
		}
		return err
	}, cxiAnswer)
}

var building sync.Mutex

func build(tool string) error {
	building.Lock()
	defer building.Unlock()
	if out, err := exec.Command("go", "build", "-o", tool, "extrapasha/cmd/extra-data").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// cxiAnswer is what is in a CXI file.
func cxiAnswer(path string) (any, error) {
	file, err := h5.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	datasets, links, groups := map[string]any{}, map[string]string{}, map[string]any{}
	err = eachBelow(file, "", func(path string, link h5.Link) error {
		if link.Target != "" {
			links[path] = link.Target
			return nil
		}
		attributes, err := file.Attributes(path)
		if err != nil {
			return err
		}
		kind, err := file.Kind(path)
		if err == nil && kind == h5.Data {
			datasets[path], err = cxiDataset(file, path, attributes)
		} else if len(attributes) > 0 {
			groups[path] = attributes
		}
		return err
	})
	return fields{"datasets": datasets, "links": links, "groups": groups}, err
}

// eachBelow visits what is below a group.
func eachBelow(file *h5.File, group string, visit func(path string, link h5.Link) error) error {
	links, err := file.Links(group + "/")
	if err != nil {
		return err
	}
	for _, link := range links {
		path := group + "/" + link.Name
		if err := visit(path, link); err != nil {
			return err
		}
		if link.Target != "" {
			continue
		}
		if kind, err := file.Kind(path); err == nil && kind == h5.Group {
			if err := eachBelow(file, path, visit); err != nil {
				return err
			}
		}
	}
	return nil
}

func cxiDataset(file *h5.File, path string, attributes map[string]any) (map[string]any, error) {
	d, err := file.Once(strings.TrimPrefix(path, "/"))
	if err != nil {
		return nil, err
	}
	data, err := h5.ReadAny(d, h5.Whole(d.Shape()))
	if err != nil {
		return nil, err
	}
	a := digest(data, d.Shape())
	answer := map[string]any{"dtype": a.DType, "shape": a.Shape, "sha": a.SHA, "virtual": d.IsVirtual(), "attrs": attributes}
	if !d.IsVirtual() {
		return answer, nil
	}
	fill := reflect.New(d.DType().Go())
	if d.Fill() != nil { // else it is 0
		if err := binary.Read(bytes.NewReader(d.Fill()), binary.LittleEndian, fill.Interface()); err != nil {
			return nil, err
		}
	}
	answer["fill"] = fill.Elem().Interface()
	if fill.Elem().CanFloat() && math.IsNaN(fill.Elem().Float()) {
		answer["fill"] = "nan"
	}
	return answer, nil
}
