// Package examples_test runs the example programs as a user does.
package examples_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// programs is where the examples were built.
var programs string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "examples")
	if err != nil {
		panic(err)
	}
	programs = dir
	build := exec.Command("go", "build", "-o", dir, "./quickstart", "./trainmean", "./correlate", "./azint", "./hits", "./powder", "./dark", "./facility", "./scan", "./start", "./campaign", "../cmd/extra-data")
	if out, err := build.CombinedOutput(); err != nil {
		panic(string(out))
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// TestSources looks at all files that the programs are built from, which go test takes
// as inputs: it does not know of the programs, and would keep results of old ones.
func TestSources(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.Contains([]string{".go", ".c", ".h"}, filepath.Ext(path)) {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// execute runs a program and returns what it printed and its exit code.
func execute(t *testing.T, env []string, name string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	command := exec.Command(filepath.Join(programs, name), args...)
	command.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Fatal(err)
		}
	}
	return out.String(), errs.String(), command.ProcessState.ExitCode()
}

var digestLine = regexp.MustCompile(`(?m)^digest +([0-9a-f]{16})$`)

func digestOf(t *testing.T, stdout string) string {
	t.Helper()
	match := digestLine.FindStringSubmatch(stdout)
	if match == nil {
		t.Fatalf("no digest in\n%s", stdout)
	}
	return match[1]
}

// places are runs to try the examples on: the repository's own, and those of the
// conformance corpus.
type place struct{ name, root, proposal, run, dir, detector, xgm string }

func places(t *testing.T) []place {
	testdata, _ := filepath.Abs("../testdata")
	list := []place{{"testdata", testdata, "700000", "1", filepath.Join(testdata, "SPB/202601/p700000/raw/r0001"), mockrun.Module(0), mockrun.XGMOutput}}
	corpus, _ := filepath.Abs("../../shared/conformance/runs")
	if _, err := os.Stat(corpus); err != nil {
		t.Logf("no conformance corpus at %s: only the test data is tried", corpus)
		return list
	}
	exp := filepath.Join(corpus, "exp")
	for _, run := range []string{"1", "2"} {
		list = append(list, place{"exp run " + run, exp, "4200", run, filepath.Join(exp, "MID/202401/p004200/raw/r000"+run),
			"MID_DET_AGIPD1M-1/DET/0CH0:xtdf", "SA2_XTD1_XGM/XGM/DOOCS:output"})
	}
	spb := filepath.Join(corpus, "spb/r0020")
	return append(list, place{"spb", "", "", "", spb, "SPB_DET_AGIPD1M-1/DET/0CH0:xtdf", "SPB_XTD9_XGM/XGM/DOOCS:output"})
}

// arguments are those that open the place.
func (p place) arguments() (env, args []string) {
	if p.proposal == "" {
		return nil, []string{p.dir}
	}
	return []string{"EXTRA_DATA_DATA_ROOT=" + p.root}, []string{p.proposal, p.run}
}

// plain reads a key of the raw files of a place with nothing but h5: its entries
// by train, in plain loops.
func plain[T any](t *testing.T, p place, source, key string) (byTrain map[uint64][][]T, trainIDs []uint64) {
	t.Helper()
	byTrain = map[uint64][][]T{}
	paths, _ := filepath.Glob(filepath.Join(p.dir, "*.h5"))
	for _, path := range paths {
		f, err := h5.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		ids := all[uint64](t, f, "INDEX/trainId")
		for _, id := range ids {
			if id != 0 {
				trainIDs = append(trainIDs, id)
			}
		}
		group, _, _ := strings.Cut(key, ".")
		object := "INSTRUMENT/" + source + "/" + strings.ReplaceAll(key, ".", "/")
		if kind, err := f.Kind(object); err == nil && kind == h5.Data {
			first, count := all[uint64](t, f, "INDEX/"+source+"/"+group+"/first"), all[uint64](t, f, "INDEX/"+source+"/"+group+"/count")
			values := all[T](t, f, object)
			d, _ := f.Dataset(object)
			size := len(values) / max(d.Shape()[0], 1)
			for i := range count {
				for row := first[i]; row < first[i]+count[i]; row++ {
					byTrain[ids[i]] = append(byTrain[ids[i]], values[int(row)*size:int(row+1)*size])
				}
			}
		}
		f.Close()
	}
	slices.Sort(trainIDs)
	return byTrain, slices.Compact(trainIDs)
}

func all[T any](t *testing.T, f *h5.File, object string) []T {
	t.Helper()
	d, err := f.Dataset(object)
	if err != nil {
		t.Fatal(err)
	}
	values, err := h5.ReadAll[T](d)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func TestQuickstart(t *testing.T) {
	for _, p := range places(t) {
		t.Run(p.name, func(t *testing.T) {
			env, args := p.arguments()
			stdout, stderr, code := execute(t, env, "quickstart", args...)
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d, %s", code, stderr)
			}
			images, trainIDs := plain[uint16](t, p, p.detector, "image.data")
			var want []float64
			for i := range 100 {
				want = append(want, 3*float64(i))
			}
			size := 0
			for _, entries := range images {
				size = len(entries[0]) / 2 // behind the image is its gain
			}
			for _, id := range trainIDs {
				mean := make([]float64, size)
				for _, entry := range images[id] {
					for i := range mean {
						mean[i] += float64(entry[i])
					}
				}
				for i := range mean {
					mean[i] /= max(float64(len(images[id])), 1)
				}
				want = append(want, mean...)
			}
			if got := digestOf(t, stdout); got != digest(want) {
				t.Errorf("digest %s, a plain loop has %s", got, digest(want))
			}
		})
	}
}

// digest is what the examples print, worked out anew.
func digest(values []float64) string {
	hash := sha256.New()
	for _, value := range values {
		_ = binary.Write(hash, binary.LittleEndian, value)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))[:16]
}

func TestTrainmean(t *testing.T) {
	for _, p := range places(t) {
		t.Run(p.name, func(t *testing.T) {
			out := t.TempDir()
			env, args := p.arguments()
			stdout, stderr, code := execute(t, env, "trainmean", append([]string{"-out", out}, args...)...)
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d, %s", code, stderr)
			}
			npz := filepath.Join(out, "trainmean.npz")
			if !strings.Contains(stdout, npz) || !strings.Contains(stdout, "GB/s") {
				t.Errorf("neither path nor speed in\n%s", stdout)
			}
			images, trainIDs := plain[uint16](t, p, p.detector, "image.data")
			mean, err := psh.LoadNPZ[float64](npz, "mean")
			if err != nil {
				t.Fatal(err)
			}
			intensity, _ := psh.LoadNPZ[float64](npz, "intensity")
			ids, _ := psh.LoadNPZ[uint64](npz, "trainId")
			if !slices.Equal(ids.Data, trainIDs) {
				t.Errorf("trains %v, want %v", ids.Data, trainIDs)
			}
			sums, pulses := make([]float64, mean.Size()), 0.0
			for i, id := range trainIDs {
				total := 0.0
				for _, entry := range images[id] {
					pulses++
					for j := range sums {
						sums[j] += float64(entry[j])
						total += float64(entry[j])
					}
				}
				want := total / float64(len(images[id])*mean.Size())
				if intensity.Data[i] != want && !(math.IsNaN(want) && math.IsNaN(intensity.Data[i])) {
					t.Errorf("train %d: intensity %v, want %v", id, intensity.Data[i], want)
				}
			}
			for j, sum := range sums {
				if mean.Data[j] != sum/pulses {
					t.Fatalf("pixel %d: mean %v, want %v", j, mean.Data[j], sum/pulses)
				}
			}
			if picture, err := os.ReadFile(filepath.Join(out, "trainmean.png")); err != nil || !bytes.HasPrefix(picture, []byte("\x89PNG")) {
				t.Errorf("no picture: %v", err)
			}
		})
	}
}

// TestStart runs the program to start from in several contexts, with a plain loop as judge.
func TestStart(t *testing.T) {
	for _, p := range places(t) {
		images, trainIDs := plain[uint16](t, p, p.detector, "image.data")
		for _, spec := range []string{"serial", "threads:3", "processes:2"} {
			t.Run(p.name+" "+spec, func(t *testing.T) {
				out := t.TempDir()
				env, args := p.arguments()
				_, stderr, code := execute(t, append(env, "PASHA_CONTEXT="+spec), "start", append([]string{"-out", out, "-source", p.detector}, args...)...)
				if code != 0 || stderr != "" {
					t.Fatalf("exit code %d, %s", code, stderr)
				}
				got, err := psh.LoadNPY[float64](filepath.Join(out, "intensity.npy"))
				if err != nil || got.Size() != len(trainIDs) {
					t.Fatalf("%v of %d trains, %v", got, len(trainIDs), err)
				}
				for i, id := range trainIDs {
					sum, n := 0.0, 0
					for _, entry := range images[id] {
						for _, pixel := range entry[:len(entry)/2] {
							sum, n = sum+float64(pixel), n+1
						}
					}
					if want := sum / float64(n); got.Data[i] != want && !(math.IsNaN(want) && math.IsNaN(got.Data[i])) {
						t.Errorf("train %d: %v, want %v", id, got.Data[i], want)
					}
				}
				if png, err := os.ReadFile(filepath.Join(out, "intensity.png")); err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
					t.Errorf("no picture: %v", err)
				}
			})
		}
	}
}

func TestCorrelate(t *testing.T) {
	for _, p := range places(t) {
		t.Run(p.name, func(t *testing.T) {
			out := t.TempDir()
			env, args := p.arguments()
			_, stderr, code := execute(t, env, "correlate", append([]string{"-out", out}, args...)...)
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d, %s", code, stderr)
			}
			file, err := os.Open(filepath.Join(out, "correlate.csv"))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			rows, err := csv.NewReader(file).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			energies, trainIDs := plain[float32](t, p, p.xgm, "data.intensityTD")
			var modules []map[uint64][][]uint16
			for n := range 16 {
				module, _ := plain[uint16](t, p, strings.Replace(p.detector, "/0CH", fmt.Sprintf("/%dCH", n), 1), "image.data")
				if len(module) > 0 {
					modules = append(modules, module)
				}
			}
			for i, id := range trainIDs {
				total, pixels, pulses, complete := 0.0, 0.0, 0, true
				for _, module := range modules {
					complete = complete && len(module[id]) > 0
					pulses = max(pulses, len(module[id]))
					for _, entry := range module[id] {
						for _, pixel := range entry[:len(entry)/2] {
							total += float64(pixel)
							pixels++
						}
					}
				}
				energy, n := 0.0, 0
				if len(energies[id]) > 0 {
					n = min(pulses, len(energies[id][0]))
					for _, value := range energies[id][0][:n] {
						energy += float64(value)
					}
				}
				want := []string{fmt.Sprint(id), number(energy/float64(n), n > 0), number(total/pixels, complete)}
				if !slices.Equal(rows[i+1], want) {
					t.Errorf("row %v, want %v", rows[i+1], want)
				}
			}
			if _, err := os.Stat(filepath.Join(out, "correlate.png")); err != nil {
				t.Error(err)
			}
		})
	}
}

func number(value float64, there bool) string {
	if !there {
		return ""
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}

// TestDigests runs every example in several contexts: the numbers are the same to
// the bit.
func TestDigests(t *testing.T) {
	for _, c := range [][]string{
		{"quickstart"}, {"trainmean"}, {"correlate"},
		{"trainmean", "-source", mockrun.CorrectedModule(0)}, // floats, with bad pixels
	} {
		want := ""
		for _, spec := range []string{"serial", "threads:1", "threads:2", "threads:3", "threads:16", "threads", "processes:1", "processes:4"} {
			args := c[1:]
			if c[0] != "quickstart" {
				args = append([]string{"-out", t.TempDir()}, args...)
			}
			stdout, stderr, code := execute(t, []string{"EXTRA_DATA_DATA_ROOT=../testdata", "PASHA_CONTEXT=" + spec}, c[0], append(args, "700000", "1")...)
			if code != 0 {
				t.Fatalf("%v, %s: exit code %d, %s", c, spec, code, stderr)
			}
			got := digestOf(t, stdout)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%v: digest %s with %s, %s before", c, got, spec, want)
			}
		}
	}
}
