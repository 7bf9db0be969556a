package extradata_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// The conformance corpus holds runs, and what EXtra-data in Python answers on
// them. It lies outside the repository.
const corpusDir = "../../shared/conformance"

func corpus(t testing.TB) string {
	if _, err := os.Stat(corpusDir); err != nil {
		t.Skipf("no conformance corpus at %s", corpusDir)
	}
	dir, err := filepath.Abs(corpusDir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

type conformanceCase struct {
	Case   string
	Expect any
	Open   struct {
		Kind, Path, Data, Include string
		Proposal, Run             any
		Suspect                   *bool `json:"inc_suspect_trains"`
	}
	Checks []map[string]any
}

// TestConformance asks what the corpus asks, of the questions that can be asked
// so far. An answer is compared in the fields it has.
func TestConformance(t *testing.T) {
	dir := corpus(t)
	t.Setenv("EXTRA_DATA_DATA_ROOT", filepath.Join(dir, "runs", "exp"))
	paths, _ := filepath.Glob(filepath.Join(dir, "expected", "*.json"))
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			var c conformanceCase
			decode(t, path, &c)
			if c.Open.Suspect != nil && !*c.Open.Suspect {
				t.Skip("leaving out suspect trains is not built yet")
			}
			run, err := openCase(dir, c)
			if want, fails := c.Expect.(map[string]any); fails {
				checkErrorKind(t, "open", err, want["error"])
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer run.Close()
			checks, skipped := 0, 0
			for _, check := range c.Checks {
				answer := answers[check["op"].(string)]
				if answer == nil {
					skipped++
					continue
				}
				checks++
				runCheck(t, run, check, answer)
			}
			t.Logf("%d checks, %d of kinds that are not built yet", checks, skipped)
		})
	}
}

func decode(t *testing.T, path string, into any) {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func openCase(dir string, c conformanceCase) (*extradata.DataCollection, error) {
	path := filepath.Join(dir, "runs", c.Open.Path)
	switch c.Open.Kind {
	case "run":
		return extradata.RunDirectory(path)
	case "file":
		return extradata.H5File(path)
	}
	var opts []extradata.Option
	if c.Open.Data != "" {
		opts = append(opts, extradata.Data(c.Open.Data))
	}
	if c.Open.Include != "" {
		opts = append(opts, extradata.Include(c.Open.Include))
	}
	return extradata.OpenRun(fmt.Sprint(c.Open.Proposal), fmt.Sprint(c.Open.Run), opts...)
}

func checkErrorKind(t *testing.T, what string, err error, kind any) {
	t.Helper()
	var (
		source   *extradata.SourceNameError
		key      *extradata.KeyNameError
		train    *extradata.TrainIDError
		conflict *extradata.ConflictError
	)
	ok := err != nil
	switch kind {
	case "SourceNameError":
		ok = errors.As(err, &source)
	case "PropertyNameError":
		ok = errors.As(err, &key)
	case "TrainIDError":
		ok = errors.As(err, &train)
	case "FileNotFoundError":
		ok = errors.Is(err, fs.ErrNotExist)
	case "IndexError":
		ok = errors.Is(err, psh.ErrShape)
	case "ValueError":
		ok = errors.As(err, &conflict)
	}
	if !ok {
		t.Errorf("%s: %v, want an error of kind %v", what, err, kind)
	}
}

func runCheck(t *testing.T, run *extradata.DataCollection, check map[string]any, answer func(*extradata.DataCollection, map[string]any) (any, error)) {
	t.Helper()
	what := fmt.Sprint(check["op"], " ", check["source"], " ", check["key"], check["roi"])
	got, err := answer(run, check)
	if want, ok := check["expect"].(map[string]any); ok && len(want) == 1 && want["error"] != nil {
		checkErrorKind(t, what, err, want["error"])
		return
	}
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	want := check["expect"]
	if fields, ok := got.(map[string]any); ok {
		expected := map[string]any{}
		for name := range fields {
			expected[name] = want.(map[string]any)[name]
		}
		want = expected
	}
	if diff := cmp.Diff(normal(want), normal(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// normal turns an answer into what JSON makes of it.
func normal(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var out any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	_ = decoder.Decode(&out)
	return out
}

var answers = map[string]func(*extradata.DataCollection, map[string]any) (any, error){
	"collection":     answerCollection,
	"key":            answerKey,
	"roi":            answerROI,
	"train_by_index": answerTrainByIndex,
	"train_by_id":    answerTrainByID,
}

func answerCollection(run *extradata.DataCollection, _ map[string]any) (any, error) {
	return map[string]any{
		"train_ids":  notNil(run.TrainIDs()),
		"control":    notNil(run.ControlSources()),
		"instrument": notNil(run.InstrumentSources()),
	}, nil
}

func notNil[T any](list []T) []T { return append([]T{}, list...) }

// array is how the corpus writes an array.
type array struct {
	DType string `json:"dtype"`
	Shape []int  `json:"shape"`
	SHA   string `json:"sha"`
}

// digest is the array's digest; a first dimension of length 1 is dropped on request.
func digest[T any](a psh.Array[T], squeeze bool) array {
	shape := a.Shape()
	if squeeze && len(shape) > 0 && shape[0] == 1 {
		shape = shape[1:]
	}
	hash := sha256.New()
	values := a.Copy().Data
	if texts, ok := any(values).([]string); ok {
		fmt.Fprint(hash, strings.Join(texts, "\x00"))
	} else if err := binary.Write(hash, binary.LittleEndian, values); err != nil {
		panic(err)
	}
	return array{dtypeOf[T]().String(), notNil(shape), hex.EncodeToString(hash.Sum(nil))[:32]}
}

func dtypeOf[T any]() keydata.DType {
	for d := keydata.Bool; d <= keydata.String; d++ {
		if d.Go() == reflect.TypeFor[T]() {
			return d
		}
	}
	return keydata.Other
}

func sum(text string) string {
	hash := sha256.Sum256([]byte(text))
	return hex.EncodeToString(hash[:])[:32]
}

// keyAnswers are the questions about a key, whatever its type.
type keyAnswers interface {
	all(roi ...psh.Sel) (array, error)
	train(position int, squeeze bool) (*array, error)
}

type typed[T any] struct{ *extradata.TypedKey[T] }

func (k typed[T]) all(roi ...psh.Sel) (array, error) {
	data, err := k.Read(roi...)
	if err != nil {
		return array{}, err
	}
	return digest(data, false), nil
}

func (k typed[T]) train(position int, squeeze bool) (*array, error) {
	train, err := k.TrainByIndex(position)
	if err != nil || train.Len() == 0 {
		return nil, err
	}
	a := digest(train.Array, squeeze)
	return &a, nil
}

func typedAnswers(k *extradata.KeyData) (keyAnswers, error) {
	switch k.DType() {
	case keydata.Bool:
		return typedAs[bool](k)
	case keydata.Int8:
		return typedAs[int8](k)
	case keydata.Int16:
		return typedAs[int16](k)
	case keydata.Int32:
		return typedAs[int32](k)
	case keydata.Int64:
		return typedAs[int64](k)
	case keydata.Uint8:
		return typedAs[uint8](k)
	case keydata.Uint16:
		return typedAs[uint16](k)
	case keydata.Uint32:
		return typedAs[uint32](k)
	case keydata.Uint64:
		return typedAs[uint64](k)
	case keydata.Float16:
		return typedAs[psh.Float16](k)
	case keydata.Float32:
		return typedAs[float32](k)
	case keydata.Float64:
		return typedAs[float64](k)
	case keydata.Complex64:
		return typedAs[complex64](k)
	case keydata.Complex128:
		return typedAs[complex128](k)
	}
	return typedAs[string](k)
}

func typedAs[T any](k *extradata.KeyData) (keyAnswers, error) {
	t, err := keydata.As[T](k)
	return typed[T]{t}, err
}

func answerKey(run *extradata.DataCollection, check map[string]any) (any, error) {
	k, err := run.Key(check["source"].(string), check["key"].(string))
	if err != nil {
		return nil, err
	}
	t, err := typedAnswers(k)
	if err != nil {
		return nil, err
	}
	data, err := t.all()
	if err != nil {
		return nil, err
	}
	trains := [][]any{}
	starts, stops, at := []int{}, []int{}, 0
	for i, id := range k.TrainIDs() {
		squeezed, err := t.train(i, true)
		if err != nil {
			return nil, err
		}
		trains = append(trains, []any{id, squeezed})
		starts = append(starts, at)
		at += k.DataCounts()[i]
		stops = append(stops, at)
	}
	var bounds any // EXtra-data has none where there are no trains
	if len(starts) > 0 {
		bounds = [][]int{starts, stops}
	}
	var coordinates []byte
	for _, id := range k.TrainIDCoordinates() {
		coordinates = binary.LittleEndian.AppendUint64(coordinates, id)
	}
	return map[string]any{
		"dtype": k.DType().String(), "shape": k.Shape(), "entry_shape": notNil(k.EntryShape()), "section": k.Section(),
		"counts": notNil(k.DataCounts()), "coords": sum(string(coordinates)), "data": data.SHA, "trains": trains,
		"bounds": bounds,
	}, nil
}

func answerROI(run *extradata.DataCollection, check map[string]any) (any, error) {
	k, err := run.Key(check["source"].(string), check["key"].(string))
	if err != nil {
		return nil, err
	}
	t, err := typedAnswers(k)
	if err != nil {
		return nil, err
	}
	var roi []psh.Sel
	for _, item := range check["roi"].([]any) {
		roi = append(roi, selection(item))
	}
	return t.all(roi...)
}

// selection is a position or a [start, stop, step] of the corpus.
func selection(item any) psh.Sel {
	if position, ok := item.(json.Number); ok {
		return psh.At(integer(position))
	}
	bounds := item.([]any)
	start, stop, step := 0, psh.End, 1
	if bounds[0] != nil {
		start = integer(bounds[0])
	}
	if bounds[1] != nil {
		stop = integer(bounds[1])
	}
	if bounds[2] != nil {
		step = integer(bounds[2])
	}
	return psh.Span(start, stop).By(step)
}

func integer(number any) int {
	n, err := number.(json.Number).Int64()
	if err != nil {
		panic(err)
	}
	return int(n)
}

func answerTrainByIndex(run *extradata.DataCollection, check map[string]any) (any, error) {
	position, _, _, err := psh.At(integer(check["index"])).Resolve(run.Len())
	if err != nil {
		return nil, err
	}
	return oneTrain(run, position, check)
}

func answerTrainByID(run *extradata.DataCollection, check map[string]any) (any, error) {
	position, err := keydata.FindTrain(run.TrainIDs(), uint64(integer(check["id"])))
	if err != nil {
		return nil, err
	}
	return oneTrain(run, position, check)
}

func oneTrain(run *extradata.DataCollection, position int, check map[string]any) (any, error) {
	nested, flat := map[string]any{}, map[string]any{}
	for _, source := range run.AllSources() {
		keys, err := run.Keys(source)
		if err != nil {
			return nil, err
		}
		found := map[string]any{}
		for _, key := range keys {
			k, err := run.Key(source, key)
			if err != nil {
				return nil, err
			}
			t, err := typedAnswers(k)
			if err != nil {
				return nil, err
			}
			a, err := t.train(position, check["keep_dims"] == nil || k.Section() == "CONTROL")
			if err != nil {
				return nil, err
			}
			if a != nil {
				found[key], flat[source+" "+key] = a, a
			}
		}
		nested[source] = found
	}
	if check["flat"] != nil {
		return []any{run.TrainIDs()[position], flat}, nil
	}
	return []any{run.TrainIDs()[position], nested}, nil
}

// TestTrainsOfCollection maps over whole collections and compares what [Get]
// gives with what the keys give.
func TestTrainsOfCollection(t *testing.T) {
	for _, name := range []string{"mid/r0010", "spb/r0020", "old/r0030"} {
		run, err := extradata.RunDirectory(filepath.Join(corpus(t), "runs", name))
		if err != nil {
			t.Fatal(err)
		}
		defer run.Close()
		for _, source := range run.AllSources() {
			keys, _ := run.Keys(source)
			for _, key := range keys {
				typed, err := extradata.Key[uint64](run, source, key)
				if err != nil {
					continue // of another type
				}
				got, _ := psh.AllocFor[[]uint64](run)
				err = psh.Map(func(worker, index int, train extradata.Train) error {
					if train.ID != run.TrainIDs()[index] || train.Index != index {
						t.Errorf("train %d at index %d", train.ID, index)
					}
					entries, err := extradata.Get[uint64](train, source, key)
					got.Data[index] = slices.Clone(entries.Copy().Data)
					return err
				}, run)
				if err != nil {
					t.Fatal(err)
				}
				for i := range run.TrainIDs() {
					want, err := typed.TrainByIndex(i)
					if err != nil || !slices.Equal(want.Data, got.Data[i]) {
						t.Errorf("%s %s %s, train %d: %v, want %v (%v)", name, source, key, i, got.Data[i], want.Data, err)
					}
				}
			}
		}
	}
}
