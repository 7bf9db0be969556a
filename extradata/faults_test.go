package extradata_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

// The rows of testdata/faults are runs that did not end well, see make.py there. In
// most of them one camera has a number for each train: a ramp in steps of a half.
const (
	faultCamera = "FLT_LAB/CAM/NEAR:out"
	faultGroup  = "INSTRUMENT/" + faultCamera + "/data/"
	faultFirst  = 2000
	faultTrains = 6
	faultFile   = "RAW-R0007-DA01-S00000.h5"
	faultSecond = "RAW-R0007-DA01-S00001.h5"
)

// ramp is the data of data.energy.
func ramp(offset float32, n int) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = offset + float32(i)/2
	}
	return values
}

// count is the train IDs of a file.
func count(first uint64, n int) []uint64 {
	ids := make([]uint64, n)
	for i := range ids {
		ids[i] = first + uint64(i)
	}
	return ids
}

// faultRow copies a row to a directory of its own: opening a run writes a files map.
func faultRow(t testing.TB, row string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "r0007")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "faults", filepath.FromSlash(row)))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// faultRun opens a run directory until the test ends.
func faultRun(t testing.TB, dir string) *extradata.DataCollection {
	t.Helper()
	run, err := extradata.RunDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// soon ends the program if f does not come to its end.
func soon(t testing.TB, f func()) {
	t.Helper()
	watch := time.AfterFunc(30*time.Second, func() { panic(t.Name() + " hangs") })
	defer watch.Stop()
	f()
}

// frugal fails the test if f takes memory that is not there for a reason.
func frugal(t testing.TB, f func()) {
	t.Helper()
	const most = 64 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	soon(t, f)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > most {
		t.Errorf("it took %d bytes", took)
	}
}

// notices is what goes to log/slog until the test ends.
func notices(t testing.TB) func() string {
	var mutex sync.Mutex
	var text bytes.Buffer
	write := writerFunc(func(b []byte) (int, error) {
		mutex.Lock()
		defer mutex.Unlock()
		return text.Write(b)
	})
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(write, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return func() string {
		mutex.Lock()
		defer mutex.Unlock()
		return text.String()
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// lacks tells which of some parts a text does not have.
func lacks(text string, parts ...string) (missing []string) {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			missing = append(missing, part)
		}
	}
	return missing
}

// tells makes sure of an error that names all parts.
func tells(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Error("no error")
		return
	}
	if missing := lacks(err.Error(), parts...); missing != nil {
		t.Errorf("%v\ndoes not tell %q", err, missing)
	}
}

// ways are all ways to read the elements of a key.
func ways[T any](run *extradata.DataCollection, key string) map[string]func() ([]T, error) {
	type typed = *extradata.TypedKey[T]
	with := func(read func(k typed) ([]T, error)) func() ([]T, error) {
		return func() ([]T, error) {
			k, err := extradata.Key[T](run, faultCamera, key)
			if err != nil {
				return nil, err
			}
			return read(k)
		}
	}
	return map[string]func() ([]T, error){
		"Read": with(func(k typed) ([]T, error) {
			all, err := k.Read()
			return all.Data, err
		}),
		"ReadAny": with(func(k typed) ([]T, error) {
			all, err := k.ReadAny()
			if err != nil {
				return nil, err
			}
			return all.(psh.Array[T]).Data, nil
		}),
		"Reader": with(func(k typed) (all []T, err error) {
			r := k.Reader()
			for i := range k.Len() {
				train, err := r.Train(i)
				if err != nil {
					return nil, err
				}
				all = append(all, train.Data...)
			}
			return all, nil
		}),
		"TrainByID": with(func(k typed) (all []T, err error) {
			for _, id := range k.TrainIDs() {
				train, err := k.TrainByID(id)
				if err != nil {
					return nil, err
				}
				all = append(all, train.Array().Data...)
			}
			return all, nil
		}),
		"Walk": with(func(k typed) (all []T, err error) {
			err = k.Walk(psh.Share{Stop: k.Len()}, func(_ int, train extradata.Entries[T]) error {
				all = append(all, train.Array().Data...)
				return nil
			})
			return all, err
		}),
		"Get": func() (all []T, err error) {
			err = run.Walk(psh.Share{Stop: run.Len()}, func(_ int, train extradata.Train) error {
				entries, err := extradata.Get[T](train, faultCamera, key)
				all = append(all, entries.Data...)
				return err
			})
			return all, err
		},
	}
}

// reads makes sure that all ways to read a key give the same.
func reads[T any](t *testing.T, run *extradata.DataCollection, key string, want []T) {
	t.Helper()
	for name, way := range ways[T](run, key) {
		if got, err := way(); err != nil {
			t.Errorf("%s by %s: %v", key, name, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s by %s (-want +got):\n%s", key, name, diff)
		}
	}
}

// refuses makes sure that no way to read a key gives anything, and that all errors
// are of a kind and name all parts.
func refuses[T any](t *testing.T, run *extradata.DataCollection, key string, kind error, parts ...string) {
	t.Helper()
	for name, way := range ways[T](run, key) {
		got, err := way()
		if err == nil {
			t.Errorf("%s by %s: %v, no error", key, name, got[:min(len(got), 10)])
			continue
		}
		if kind != nil && !errors.Is(err, kind) {
			t.Errorf("%s by %s: %v\nis not %v", key, name, err, kind)
		}
		if missing := lacks(err.Error(), append(parts, faultCamera, key)...); missing != nil {
			t.Errorf("%s by %s: %v\ndoes not tell %q", key, name, err, missing)
		}
	}
}

// apart runs the rest of a test in a process of its own, which it may end, and tells
// whether this is that process.
func apart(t *testing.T) bool {
	const variable = "EXTRADATA_TEST_APART"
	if os.Getenv(variable) != "" {
		return true
	}
	pattern := "^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$"
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+pattern, "-test.timeout=60s")
	command.Env = append(os.Environ(), variable+"=1")
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out[:min(len(out), 2000)])
	}
	return false
}

func TestFaultExternalLink(t *testing.T) {
	for _, structures := range []string{"earliest", "latest"} {
		t.Run(structures, func(t *testing.T) {
			run := faultRun(t, faultRow(t, "external_link/"+structures))
			reads(t, run, "data.energy", ramp(0, faultTrains))
			far, err := extradata.Key[float32](run, "FLT_LAB/CAM/FAR:out", "data.energy")
			if err != nil {
				t.Fatal(err)
			}
			if got, err := far.Read(); err != nil || !slices.Equal(got.Data, ramp(400, faultTrains)) {
				t.Errorf("behind the link: %v, %v", got.Data, err)
			}
		})
	}
}

func TestFaultHardLink(t *testing.T) {
	for _, structures := range []string{"earliest", "latest"} {
		t.Run(structures, func(t *testing.T) {
			run := faultRun(t, faultRow(t, "hard_link/"+structures))
			if keys, err := run.Keys(faultCamera); err != nil || !slices.Equal(keys, []string{"data.alias"}) {
				t.Errorf("keys: %v, %v", keys, err)
			}
			for _, key := range []string{"data.alias", "data.energy", "data.zeta"} {
				reads(t, run, key, ramp(0, faultTrains))
			}
		})
	}
}
