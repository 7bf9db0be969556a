package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"extrapasha/extradata"
	"extrapasha/extradata/pulses"
	"extrapasha/extradata/scan"
	"extrapasha/extradata/write"
	"extrapasha/extradata/xgm"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// fields is an answer of several parts. Those that the corpus does not have are not
// judged. In any other map all entries are.
type fields map[string]any

// differs tells where an answer is another one than expected, empty where it is not.
// An error may stand anywhere in the answer.
func differs(want json.RawMessage, got any) string {
	if kind, ok := errorKind(want); ok {
		err, _ := got.(error)
		return wrongError(err, kind)
	}
	switch got := got.(type) {
	case error:
		return got.Error()
	case judged:
		return got.differs(want)
	case fields:
		return fieldsDiffer(want, got)
	}
	text, err := json.Marshal(got)
	if err != nil {
		return fmt.Sprintf("the answer cannot be written: %v", err)
	}
	if bytes.Equal(want, text) {
		return ""
	}
	return treesDiffer(plain(decoded(want)), plain(decoded(text)))
}

func fieldsDiffer(want json.RawMessage, got fields) string {
	var wanted map[string]json.RawMessage
	if err := json.Unmarshal(want, &wanted); err != nil {
		return fmt.Sprintf("want %s, got %d fields", short(want), len(got))
	}
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		value, answered := got[name]
		if !answered {
			wrong = append(wrong, name+": not answered")
		} else if message := differs(wanted[name], value); message != "" {
			wrong = append(wrong, name+": "+message)
		}
	}
	return strings.Join(wrong, "; ")
}

func decoded(text []byte) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&value) // it is a part of what was decoded, or made by Marshal
	return value
}

// plain writes numbers alike that are alike: 1.0 as 1, integers with all their digits.
func plain(value any) any {
	switch value := value.(type) {
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			if f, err := value.Float64(); err == nil {
				return strconv.FormatFloat(f, 'f', -1, 64)
			}
		}
		return value.String()
	case []any:
		for i := range value {
			value[i] = plain(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = plain(value[name])
		}
	}
	return value
}

// treesDiffer names the first place where two values differ: a diff of all of it would
// take longer than the answer.
func treesDiffer(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	switch want := want.(type) {
	case map[string]any:
		if got, ok := got.(map[string]any); ok {
			return mapsDiffer(want, got)
		}
	case []any:
		if got, ok := got.([]any); ok && len(got) == len(want) {
			for i := range want {
				if message := treesDiffer(want[i], got[i]); message != "" {
					return fmt.Sprintf("[%d]: %s", i, message)
				}
			}
		}
	}
	return fmt.Sprintf("want %s, got %s", short(want), short(got))
}

func mapsDiffer(want, got map[string]any) string {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[name]
		if !ok {
			return fmt.Sprintf("%s: is missing, want %s", name, short(want[name]))
		}
		if message := treesDiffer(want[name], value); message != "" {
			return name + ": " + message
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			return fmt.Sprintf("%s: is not wanted, got %s", name, short(got[name]))
		}
	}
	return ""
}

// short is the beginning of a value.
func short(value any) string {
	text, _ := json.Marshal(value)
	if len(text) > 160 {
		return string(text[:160]) + "…"
	}
	return string(text)
}

// errorKind is the kind of an error that is expected.
func errorKind(want json.RawMessage) (kind string, ok bool) {
	if !bytes.HasPrefix(want, []byte(`{"error":`)) {
		return "", false
	}
	object, _ := decoded(want).(map[string]any)
	kind, ok = object["error"].(string)
	return kind, ok && len(object) == 1
}

// errorKinds tell whether an error is of a kind of the corpus. Those of shapes are
// one in Go, where Python has two: a position outside an array is an IndexError, an
// array of the wrong shape a ValueError.
var errorKinds = map[string]func(error) bool{
	"SourceNameError":   isA[*extradata.SourceNameError],
	"PropertyNameError": isA[*extradata.KeyNameError],
	"TrainIDError":      isA[*extradata.TrainIDError],
	"AliasError":        isA[*extradata.AliasError],
	"FileNotFoundError": wraps(fs.ErrNotExist),
	"IndexError":        wraps(psh.ErrShape),
	"ValueError": anyOf(
		isA[*extradata.ConflictError], isA[*extradata.MultiRunError], isA[*extradata.NoDataError],
		wraps(extradata.ErrSelection, extradata.ErrInstrument, keydata.ErrTolerance, psh.ErrShape, scan.ErrReadings, extradata.ErrSASE, xgm.ErrVaries, pulses.ErrPattern, write.ErrSource),
	),
	"Error": func(err error) bool { return err != nil },
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func wraps(targets ...error) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
	}
}

func anyOf(kinds ...func(error) bool) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(kinds, func(is func(error) bool) bool { return is(err) })
	}
}

// wrongError tells what is wrong with an error that should be of a kind.
func wrongError(err error, kind string) string {
	is, known := errorKinds[kind]
	if !known {
		return fmt.Sprintf("errors of kind %s are not known here", kind)
	}
	if is(err) {
		return ""
	}
	return fmt.Sprintf("%v, want an error of kind %s", err, kind)
}

// number is a scalar as the corpus writes it: floats that are not finite as text.
func number(value any) any {
	switch f := value.(type) {
	case psh.Float16:
		return number(float64(f.Float32()))
	case float32:
		return number(float64(f))
	case float64:
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return strings.ToLower(strings.TrimPrefix(fmt.Sprint(f), "+"))
		}
	}
	return value
}
