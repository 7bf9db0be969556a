package extradata_test

import (
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// quiet keeps warnings, of which the corpus makes many, out of the output.
func quiet(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(before) })
}

func processes(t testing.TB, workers int) psh.Context {
	t.Helper()
	ctx, err := psh.Processes(workers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(psh.EndWorkers)
	return ctx
}

func alloc[T any](t testing.TB, ctx psh.Context, shape ...int) psh.Array[T] {
	t.Helper()
	array, err := psh.Alloc[T](psh.Shape(shape...), psh.In(ctx))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { array.Free() })
	return array
}

// fingerprint is the recipe that notes what there is in each train, of all keys of the
// collection in its arguments.
type fingerprint struct {
	Run  *extradata.DataCollection
	Sums psh.Array[uint64]
}

var fingerprints = psh.Register("fingerprints", func(a fingerprint) psh.Kernel[extradata.Train] {
	return func(worker, index int, train extradata.Train) error {
		data, err := train.Flat(true)
		if err != nil {
			return err
		}
		sum := fnv.New64a()
		fmt.Fprintln(sum, train.ID, a.Run.AllSources(), a.Run.SelectedKeys(), a.Run.Aliases(), a.Run.LegacySources())
		for _, id := range slices.SortedFunc(maps.Keys(data), func(a, b extradata.SourceKey) int { return strings.Compare(a.Source+a.Key, b.Source+b.Key) }) {
			fmt.Fprintln(sum, id, data[id])
		}
		a.Sums.Data[index] = sum.Sum64()
		return nil
	}
})

// crossed is a number for all that a worker process finds in a collection, train by
// train, or that this process does.
func crossed(t *testing.T, run *extradata.DataCollection, ctx psh.Context) []uint64 {
	t.Helper()
	sums := alloc[uint64](t, ctx, run.Len())
	if err := fingerprints.Map(fingerprint{run, sums}, run, psh.On(ctx)); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(sums.Data)
}

func selections(t *testing.T, run *extradata.DataCollection) map[string]*extradata.DataCollection {
	t.Helper()
	must := func(c *extradata.DataCollection, err error) *extradata.DataCollection {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	some := must(run.Select(extradata.Glob(run.AllSources()[0], "*"), extradata.Glob("*", "*a*")))
	return map[string]*extradata.DataCollection{
		"all":          run,
		"some keys":    some,
		"some trains":  must(some.SelectTrains(extradata.ByIndex(psh.Span(1, psh.End).By(2)))),
		"no trains":    must(run.SelectTrains(extradata.ByIDs())),
		"union":        must(some.Union(must(run.Select(extradata.Glob(run.AllSources()[len(run.AllSources())-1], "*"))))),
		"with aliases": must(run.WithAliases(map[string]extradata.Alias{"a": {Source: run.AllSources()[0]}})),
	}
}

// TestCollectionCrosses maps over runs on worker processes, which must find in each
// train what this process does.
func TestCollectionCrosses(t *testing.T) {
	quiet(t)
	ctx := processes(t, 2)
	runs := map[string]*extradata.DataCollection{
		"default": open(t), "all": open(t, extradata.Data("all")), "without suspect": open(t, extradata.WithoutSuspect()),
	}
	const corpus = "../../shared/conformance/runs"
	paths, _ := filepath.Glob(corpus + "/*/r*")
	if len(paths) == 0 {
		t.Logf("no conformance corpus at %s: only the test data is tried", corpus)
	}
	for _, path := range paths {
		run, err := extradata.RunDirectory(path)
		if err != nil {
			continue // one that is there to be refused
		}
		t.Cleanup(func() { run.Close() })
		runs[path] = run
	}
	for name, run := range runs {
		for what, selection := range selections(t, run) {
			if got, want := crossed(t, selection, ctx), crossed(t, selection, psh.Serial()); !slices.Equal(got, want) {
				t.Errorf("%s, %s: worker processes find something else", name, what)
			}
		}
	}
}

// total adds up the elements of a key, of any type of number.
func total[T uint8 | uint16 | uint64 | float32 | float64](name string) *psh.Recipe[psh.Array[float64], extradata.Entries[T]] {
	return psh.Register("total of "+name, func(out psh.Array[float64]) psh.Kernel[extradata.Entries[T]] {
		return func(worker, index int, train extradata.Entries[T]) error {
			data := train.Array().Data
			for i := range data {
				data[i] *= 2 // in place, which the files and other workers must not see
				out.Data[index] += float64(data[i]) / 2
			}
			return nil
		}
	})
}

var (
	totalUint16  = total[uint16]("uint16")
	totalUint64  = total[uint64]("uint64")
	totalFloat64 = total[float64]("float64")
)

func keyCrosses[T uint8 | uint16 | uint64 | float32 | float64](t *testing.T, recipe *psh.Recipe[psh.Array[float64], extradata.Entries[T]], k *extradata.KeyData) {
	t.Helper()
	key, err := keydata.As[T](k)
	if err != nil {
		t.Fatal(err)
	}
	var totals [2][]float64
	for i, ctx := range []psh.Context{psh.Serial(), processes(t, 3)} {
		for range 2 { // the second with files that are open
			out := alloc[float64](t, ctx, key.Len())
			if err := recipe.Map(out, key, psh.On(ctx)); err != nil {
				t.Fatal(err)
			}
			totals[i] = slices.Clone(out.Data)
		}
	}
	if !slices.Equal(totals[0], totals[1]) {
		t.Errorf("%v: %v on processes, want %v", k, totals[1], totals[0])
	}
}

func TestKeyCrosses(t *testing.T) {
	run := open(t)
	images, err := run.Key(mockrun.Module(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	keyCrosses(t, totalUint16, images)
	some, err := images.SelectTrains(extradata.ByIndices(1, 4, -1))
	if err != nil {
		t.Fatal(err)
	}
	keyCrosses(t, totalUint16, some)
	ids, err := run.Key(mockrun.Module(0), "image.trainId")
	if err != nil {
		t.Fatal(err)
	}
	keyCrosses(t, totalUint64, ids)
	motor, err := run.Key(mockrun.Motor(1), "actualPosition")
	if err != nil {
		t.Fatal(err)
	}
	keyCrosses(t, totalFloat64, motor)
}

var (
	entrySum = psh.Register("sum of an entry", func(out psh.Array[float64]) psh.Kernel[extradata.Entry[uint16]] {
		return func(worker, index int, entry extradata.Entry[uint16]) error {
			for _, pixel := range entry.Data {
				out.Data[index] += float64(pixel) * float64(entry.Number+1)
			}
			return nil
		}
	})
	sideSum = psh.Register("sum of two sides", func(out psh.Array[float64]) psh.Kernel[keydata.Side[uint16, float32]] {
		return func(worker, index int, entry keydata.Side[uint16, float32]) error {
			if entry.HasA && entry.HasB {
				out.Data[index] = float64(entry.A.Data[0]) + 2*float64(entry.B.Data[0])
			}
			return nil
		}
	})
	threeSum = psh.Register("sum of three trains", func(out psh.Array[float64]) psh.Kernel[keydata.Three[uint16, float32, uint64]] {
		return func(worker, index int, train keydata.Three[uint16, float32, uint64]) error {
			if train.A.Len() > 0 && train.B.Len() > 0 && train.C.Len() > 0 {
				out.Data[index] = float64(train.A.Entry(0).Data[0]) + 2*float64(train.B.Entry(0).Data[0]) + float64(train.C.Entry(0).Data[0])
			}
			return nil
		}
	})
)

// TestEntriesCross maps over entries of one key and of several in worker processes.
func TestEntriesCross(t *testing.T) {
	run := open(t)
	images, err := extradata.Key[uint16](run, mockrun.Module(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	others, err := extradata.KeyAs[float32](run, mockrun.Module(1), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	pulses, err := extradata.Key[uint64](run, mockrun.Module(1), "image.pulseId")
	if err != nil {
		t.Fatal(err)
	}
	some, err := images.ByEntry().Numbers(psh.Every().By(2))
	if err != nil {
		t.Fatal(err)
	}
	two, err := keydata.Zip(images, others)
	if err != nil {
		t.Fatal(err)
	}
	three, err := keydata.Zip3(images, others, pulses)
	if err != nil {
		t.Fatal(err)
	}
	for name, sums := range map[string]func(psh.Context) []float64{
		"entries": sumsOf(t, entrySum, images.ByEntry()), "some": sumsOf(t, entrySum, some),
		"two": sumsOf(t, sideSum, two.ByEntry()), "three": sumsOf(t, threeSum, three),
	} {
		if got, want := sums(processes(t, 2)), sums(psh.Serial()); !slices.Equal(got, want) || slices.Max(want) == 0 {
			t.Errorf("%s: %v on processes, want %v", name, got, want)
		}
	}
}

// sumsOf maps a recipe over a functor.
func sumsOf[V any](t *testing.T, recipe *psh.Recipe[psh.Array[float64], V], functor psh.Functor[V]) func(psh.Context) []float64 {
	return func(ctx psh.Context) []float64 {
		t.Helper()
		out := alloc[float64](t, ctx, functor.Len())
		if err := recipe.Map(out, functor, psh.On(ctx)); err != nil {
			t.Fatal(err)
		}
		return slices.Clone(out.Data)
	}
}

// TestFilesChangeBetween has worker processes look at files that are not what they
// were when the program opened them.
func TestFilesChangeBetween(t *testing.T) {
	ctx := processes(t, 2)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../testdata/SPB/202601/p700000/raw/r0001")); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	key, err := extradata.Key[uint16](run, mockrun.Module(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	out := alloc[float64](t, ctx, key.Len())
	if err := totalUint16.Map(out, key, psh.On(ctx)); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	path := key.FilePaths()[0]
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	err = totalUint16.Map(out, key, psh.On(ctx))
	if !errors.Is(err, extradata.ErrChanged) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), mockrun.Module(0)) {
		t.Errorf("%v, want ErrChanged with source and file", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := totalUint16.Map(out, key, psh.On(ctx)); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("%v, want an error with the file", err)
	}
	again, err := extradata.RunDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	rest, err := extradata.Key[uint16](again, mockrun.Module(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	if err := totalUint16.Map(out, rest, psh.On(ctx)); err != nil {
		t.Errorf("the run opened again: %v", err)
	}
}

var failsWith = psh.Register("fails with", func(how string) psh.Kernel[extradata.Train] {
	return func(worker, index int, train extradata.Train) error {
		switch how {
		case "source":
			_, err := extradata.Get[float64](train, "NO/SUCH/SOURCE", "value")
			return err
		case "type":
			_, err := extradata.Get[string](train, mockrun.Motor(1), "actualPosition")
			return err
		}
		return fmt.Errorf("in a kernel: %w", &keydata.Error{Source: "A", Key: "b", TrainID: train.ID, Err: extradata.ErrCorrupt})
	}
})

func TestErrorsCross(t *testing.T) {
	run := open(t)
	for how, known := range map[string]func(error) bool{
		"source": func(err error) bool {
			var e *extradata.SourceNameError
			return errors.As(err, &e) && e.Source == "NO/SUCH/SOURCE"
		},
		"type": func(err error) bool {
			var e *extradata.TypeError
			return errors.As(err, &e) && e.Has == keydata.Float64
		},
		"corrupt": func(err error) bool {
			var e *keydata.Error
			return errors.As(err, &e) && e.Key == "b" && errors.Is(err, extradata.ErrCorrupt)
		},
	} {
		for _, ctx := range []psh.Context{psh.Serial(), processes(t, 2)} {
			if err := failsWith.Map(how, run, psh.On(ctx)); !known(err) {
				t.Errorf("%s on %v: %v", how, ctx, err)
			}
		}
	}
}
