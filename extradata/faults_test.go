package extradata_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math"
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
	"extrapasha/keydata"
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

func TestFaultFilters(t *testing.T) {
	run := faultRun(t, faultRow(t, "filters"))
	reads(t, run, "data.energy", ramp(0, faultTrains))
	for _, key := range []string{"data.element", "data.missing", "data.level"} {
		refuses[int32](t, run, key, extradata.ErrCorrupt, "filter parameters", faultFile)
	}
}

func TestFaultIndexTypes(t *testing.T) {
	for _, kind := range []string{"u4", "i8", "u1", "i4"} {
		t.Run(kind, func(t *testing.T) {
			run := faultRun(t, faultRow(t, "index_types/"+kind))
			if diff := cmp.Diff(count(101, faultTrains), run.TrainIDs()); diff != "" {
				t.Error(diff)
			}
			reads(t, run, "data.energy", ramp(0, faultTrains))
			times, err := run.TrainTimestamps()
			if err != nil {
				t.Fatal(err)
			}
			for i, when := range times {
				if when.UnixNano() != int64(104+i) {
					t.Errorf("train %d was at %d", i, when.UnixNano())
				}
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

func TestFaultPlugin(t *testing.T) {
	run := faultRun(t, faultRow(t, "plugin"))
	reads(t, run, "data.energy", ramp(0, faultTrains))
	refuses[int32](t, run, "data.packed", keydata.ErrFilter, "filter 32004 (LZ4)", faultFile)
}

func TestFaultAttributes(t *testing.T) {
	want := map[string]any{
		"unitSymbol": "J", "metricPrefixSymbol": "u", "unitName": "joule", "committed": int32(7), "numbers": []int32{0, 1, 2, 3}, "yes": true,
	}
	for _, c := range []struct {
		name  string
		dense bool
	}{{"earliest", false}, {"dense", true}} {
		t.Run(c.name, func(t *testing.T) {
			k, err := faultRun(t, faultRow(t, "attributes/"+c.name)).Key(faultCamera, "data.energy")
			if err != nil {
				t.Fatal(err)
			}
			if units, err := k.Units(); err != nil || units != "μJ" {
				t.Errorf("units: %q, %v", units, err)
			}
			got, err := k.Attributes()
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range want {
				if diff := cmp.Diff(value, got[name]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			if !c.dense {
				return
			}
			large, _ := got["large"].([]float64)
			if len(large) != 9000 || large[8999] != 8999 {
				t.Errorf("the large attribute has %d numbers", len(large))
			}
			for i := range 60 {
				if name := fmt.Sprintf("filler%02d", i); got[name] != int64(i) {
					t.Errorf("%s is %v", name, got[name])
				}
			}
		})
	}
}

func TestFaultZeroInString(t *testing.T) {
	want := make([]string, faultTrains)
	for i := range want {
		want[i] = fmt.Sprintf("p\x00q%d", i)
	}
	reads(t, faultRun(t, faultRow(t, "nul_string")), "data.text", want)
}

// widened are the numbers of both files of the row widening.
func widened[T any](number func(n int) T) (all []T) {
	for i := range 2 * faultTrains {
		all = append(all, number(i%faultTrains+10*(i/faultTrains)))
	}
	return all
}

func TestFaultWidening(t *testing.T) {
	run := faultRun(t, faultRow(t, "widening"))
	for _, key := range []string{"data.f4f8", "data.f8f4", "data.u8i8", "data.i8u8", "data.f4i4"} {
		reads(t, run, key, widened(func(n int) float64 { return float64(n) }))
	}
	reads(t, run, "data.i2i4", widened(func(n int) int32 { return int32(n) }))
	for _, key := range []string{"data.u1i2", "data.i2u1"} {
		reads(t, run, key, widened(func(n int) int16 { return int16(n) }))
	}
	reads(t, run, "data.c8c16", widened(func(n int) complex128 { return complex(float64(n), 0) }))
	bools := func(n, other int) int {
		if n < 10 {
			return n % 2
		}
		return other
	}
	reads(t, run, "data.b1u2", widened(func(n int) uint16 { return uint16(bools(n, n)) }))
}

// TestFaultWideningOfImages reads by file what is a region of interest, and what is
// compressed.
func TestFaultWideningOfImages(t *testing.T) {
	run := faultRun(t, faultRow(t, "widening"))
	var whole []int16
	var packed []float64
	var corner []int16
	for i := range 2 * faultTrains * 12 {
		n := i%(faultTrains*12) + 100*(i/(faultTrains*12))
		whole, packed = append(whole, int16(n)), append(packed, float64(n))
		if row, column := i/4%3, i%4; row == 1 && column >= 1 && column < 3 {
			corner = append(corner, int16(n))
		}
	}
	reads(t, run, "data.image", whole)
	reads(t, run, "data.packed", packed)
	image, err := extradata.Key[int16](run, faultCamera, "data.image")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := image.Read(psh.At(1), psh.Span(1, 3)); err != nil || !slices.Equal(got.Data, corner) {
		t.Errorf("a region: %v, %v", got.Data, err)
	}
	narrow, err := image.SelectTrains(extradata.ByIndex(psh.Span(0, 2)))
	if err != nil || narrow.DType() != keydata.Int16 {
		t.Errorf("trains of one file: %v, %v", narrow, err)
	}
}

// faultHit is an element of the structured key.
type faultHit struct {
	X, Y float32
	T    float64
	M    int32
}

// TestFaultStructured reads a structured key, which is deflated, in all ways; as numbers
// it is an error that tells what it holds.
func TestFaultStructured(t *testing.T) {
	run := faultRun(t, faultRow(t, "structured"))
	reads(t, run, "data.energy", ramp(0, faultTrains))
	hits, err := extradata.Key[faultHit](run, faultCamera, "data.hits")
	if err != nil {
		t.Fatal(err)
	}
	all, err := hits.Read()
	if err != nil || all.Size() != 5*faultTrains {
		t.Fatal(all, err)
	}
	data, err := hits.ReadAny()
	if err != nil {
		t.Fatal(err)
	}
	for i, field := range data.(extradata.Records).Fields() {
		key, err := hits.Field(field.Name)
		if err != nil {
			t.Fatal(err)
		}
		alone, err := key.ReadFloats()
		if err != nil {
			t.Fatal(err)
		}
		for j, hit := range all.Data {
			if want := []float64{float64(hit.X), float64(hit.Y), hit.T, float64(hit.M)}[i]; alone.Data[j] != want {
				t.Fatalf("field %s of hit %d is %v, want %v", field.Name, j, alone.Data[j], want)
			}
		}
	}
	if _, ok := data.(extradata.Records).Field("m").(psh.Array[int32]); !ok {
		t.Errorf("%v has no field m of int32", data)
	}
	_, err = extradata.Key[float32](run, faultCamera, "data.hits")
	tells(t, err, faultCamera, "data.hits", "compound of x float32, y float32, t float64, m int32")
	var typeError *extradata.TypeError
	if !errors.As(err, &typeError) {
		t.Errorf("%v is not a TypeError", err)
	}
}

// TestFaultStructuredTrain reads whole trains of a source that has such a key.
func TestFaultStructuredTrain(t *testing.T) {
	run := faultRun(t, faultRow(t, "structured"))
	for train, err := range run.Trains(false) {
		if err != nil {
			t.Fatal(err)
		}
		data, err := train.Data(false)
		if err != nil {
			t.Fatal(err)
		}
		energy, ok := data[faultCamera]["data.energy"].(psh.Array[float32])
		if !ok || energy.Data[0] != float32(train.Index)/2 {
			t.Errorf("train %d: the rest is %v, %v", train.ID, data, err)
		}
		hits, err := extradata.Get[faultHit](train, faultCamera, "data.hits")
		if err != nil {
			t.Fatal(err)
		}
		records, ok := data[faultCamera]["data.hits"].(extradata.Records)
		if !ok || !slices.Equal(records.Shape(), []int{5}) || records.Field("x").(psh.Array[float32]).Data[4] != hits.Data[4].X {
			t.Errorf("train %d: %v, want %v", train.ID, records.Field("x"), hits.Data)
		}
	}
}

// TestFaultWideNumbers has numbers that only float64 holds, for both of uint64 and
// int64.
func TestFaultWideNumbers(t *testing.T) {
	k, err := faultRun(t, faultRow(t, "widening")).Key(faultCamera, "data.u8i8")
	if err != nil {
		t.Fatal(err)
	}
	all, err := k.ReadFloats()
	if err != nil || k.DType() != keydata.Float64 || slices.ContainsFunc(all.Data, math.Signbit) {
		t.Errorf("%v as floats: %v, %v", k, all.Data, err)
	}
}
