package damage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// most is how many bytes of a key are read in every way there is; of a larger one, which
// can only be a claim in files this small, what the first questions say.
const most = 256 << 20

// key asks everything of a key. Path is that of its dataset.
func (a *account) key(path string, k *extradata.KeyData) {
	a.add(fact{"form", path, ""}, fmt.Sprint(k.DType(), k.EntryShape()), nil)
	a.add(fact{"counts", path, ""}, fmt.Sprint(k.TrainIDs(), k.DataCounts()), nil)
	a.add(fact{"passed", path, ""}, k.Passed(), nil)
	attributes, err := k.Attributes()
	a.add(fact{"attributes", path, ""}, attributes, err)
	units, err := k.Units()
	a.add(fact{"units", path, ""}, units, err)
	name, err := k.UnitsName()
	a.add(fact{"units' name", path, ""}, name, err)
	if len(k.EntryShape()) == 0 && k.DType() != keydata.Other && slices.Max(append(k.DataCounts(), 0)) <= 1 {
		a.add(fact{"column", path, ""}, k.Source()+"\n"+k.Key(), nil)
	}
	read, known := readers[k.DType()]
	if !known {
		_, err := k.ReadAny()
		a.add(fact{"whole", path, ""}, "of another type", err)
		return
	}
	read(a, path, k)
}

// readers read a key by the type of its elements.
var readers = map[keydata.DType]func(*account, string, *extradata.KeyData){
	keydata.Bool: readKey[bool], keydata.String: readKey[string],
	keydata.Int8: readKey[int8], keydata.Int16: readKey[int16], keydata.Int32: readKey[int32], keydata.Int64: readKey[int64],
	keydata.Uint8: readKey[uint8], keydata.Uint16: readKey[uint16], keydata.Uint32: readKey[uint32], keydata.Uint64: readKey[uint64],
	keydata.Float16: readKey[psh.Float16], keydata.Float32: readKey[float32], keydata.Float64: readKey[float64],
	keydata.Complex64: readKey[complex64], keydata.Complex128: readKey[complex128],
}

// arrayDigest tells element type, shape and values: elements little-endian and in C
// order; of strings the length, then the bytes.
func arrayDigest[T any](array psh.Array[T]) string {
	shape := append([]int{}, array.Shape()...)
	return fmt.Sprintf("%T %v %s", *new(T), shape, digest(arrayBytes(array)))
}

func arrayBytes[T any](array psh.Array[T]) []byte {
	var out bytes.Buffer
	if texts, ok := any(array).(psh.Array[string]); ok {
		for _, text := range texts.All() {
			_ = binary.Write(&out, little, uint64(len(text)))
			out.WriteString(text)
		}
		return out.Bytes()
	}
	_ = binary.Write(&out, little, array.Copy().Data)
	return out.Bytes()
}

// anyDigest is arrayDigest of an array of any type.
func anyDigest(value any) string {
	switch array := value.(type) {
	case nil:
		return "nothing"
	case psh.Array[bool]:
		return arrayDigest(array)
	case psh.Array[string]:
		return arrayDigest(array)
	case psh.Array[int8]:
		return arrayDigest(array)
	case psh.Array[int16]:
		return arrayDigest(array)
	case psh.Array[int32]:
		return arrayDigest(array)
	case psh.Array[int64]:
		return arrayDigest(array)
	case psh.Array[uint8]:
		return arrayDigest(array)
	case psh.Array[uint16]:
		return arrayDigest(array)
	case psh.Array[uint32]:
		return arrayDigest(array)
	case psh.Array[uint64]:
		return arrayDigest(array)
	case psh.Array[psh.Float16]:
		return arrayDigest(array)
	case psh.Array[float32]:
		return arrayDigest(array)
	case psh.Array[float64]:
		return arrayDigest(array)
	case psh.Array[complex64]:
		return arrayDigest(array)
	case psh.Array[complex128]:
		return arrayDigest(array)
	}
	return "an array of type " + reflect.TypeOf(value).String()
}

// readKey reads a key in every way. All of them must agree.
func readKey[T any](a *account, path string, k *extradata.KeyData) {
	size := max(k.Bytes(), 8*int64(k.Entries()))
	if size > most || size < 0 {
		a.big++
		a.step("ReadAny of much " + path)
		_, err := k.ReadAny(corner(k)...)
		a.add(fact{"much", path, ""}, "read", err)
		return
	}
	typed, err := keydata.As[T](k)
	if !a.add(fact{"typed", path, ""}, true, err) {
		return
	}
	byTrain := a.byTrain(path, k)
	for _, context := range []psh.Context{psh.Serial(), psh.Threads(2)} {
		walk(a, path, typed, context, byTrain)
	}
	whole, ok := readWhole(a, path, typed, byTrain)
	if ok {
		readCorner(a, path, k, whole)
		readFloats(a, path, k, whole)
	}
	a.single(path, k)
}

// byTrain reads one train after the other, with the first dimension kept and without.
func (a *account) byTrain(path string, k *extradata.KeyData) map[uint64]string {
	a.step("AnyReader " + path)
	found := map[uint64]string{}
	reader, err := k.AnyReader()
	if !a.add(fact{"reader", path, ""}, true, err) {
		return found
	}
	for i, id := range k.TrainIDs() {
		data, err := reader.ReadTrain(i, true)
		if !a.add(fact{"train", path, fmt.Sprint(id)}, anyDigest(data), err) {
			continue
		}
		found[id] = anyDigest(data)
		less, err := reader.ReadTrain(i, false)
		if err != nil {
			a.contradict("train %d of %s is an error without its dimensions: %v", id, path, err)
		} else if valuesOf(anyDigest(less)) != valuesOf(found[id]) {
			a.contradict("train %d of %s is another without its dimensions", id, path)
		}
	}
	return found
}

// valuesOf is the last word of a digest, which is of the values alone.
func valuesOf(digest string) string { return digest[max(len(digest)-64, 0):] }

// walk maps over the trains, and writes into what it is lent.
func walk[T any](a *account, path string, k *keydata.Typed[T], context psh.Context, byTrain map[uint64]string) {
	a.step(fmt.Sprintf("%v walk %s", context, path))
	var lock sync.Mutex
	seen := map[uint64]string{}
	err := psh.Map(func(_, _ int, train extradata.Entries[T]) error {
		is := arrayDigest(train.Array())
		if _, texts := any(train.Array()).(psh.Array[string]); !texts {
			clear(train.Array().Data)
		}
		lock.Lock()
		defer lock.Unlock()
		seen[train.TrainID] = is
		return nil
	}, k, psh.On(context))
	a.add(fact{"walked", path, ""}, true, err)
	for id, is := range seen {
		if was, known := byTrain[id]; !known {
			a.contradict("train %d of %s is lent, but not read", id, path)
		} else if was != is {
			a.contradict("train %d of %s is another where it is lent", id, path)
		}
	}
}

// readWhole reads all, and compares with the trains.
func readWhole[T any](a *account, path string, k *keydata.Typed[T], byTrain map[uint64]string) (whole psh.Array[T], ok bool) {
	a.step("ReadAny " + path)
	value, err := k.ReadAny()
	if err != nil {
		a.errors, a.last = a.errors+1, err
		return whole, false
	}
	whole = value.(psh.Array[T])
	a.add(fact{"whole", path, fmt.Sprint(k.TrainIDs())}, arrayDigest(whole), nil)
	rows := map[uint64][]byte{}
	for i, id := range k.TrainIDCoordinates() {
		if i < whole.Len() && slices.Contains(k.TrainIDs(), id) {
			rows[id] = append(rows[id], arrayBytes(whole.Row(i))...)
		}
	}
	for id, data := range rows {
		if was, known := byTrain[id]; !known {
			a.contradict("train %d of %s is read among all, but not by itself", id, path)
		} else if valuesOf(was) != digest(data) {
			a.contradict("train %d of %s is another among all", id, path)
		}
	}
	return whole, true
}

// corner is a part of each entry.
func corner(k *extradata.KeyData) (sels []psh.Sel) {
	for _, n := range k.EntryShape() {
		sels = append(sels, psh.Span(n/2, n/2+min(2, n-n/2)))
	}
	return sels
}

func readCorner[T any](a *account, path string, k *extradata.KeyData, whole psh.Array[T]) {
	sels := corner(k)
	if len(sels) == 0 {
		return
	}
	a.step("corner of " + path)
	value, err := k.ReadAny(sels...)
	if !a.add(fact{"corner", path, fmt.Sprint(k.TrainIDs())}, anyDigest(value), err) {
		return
	}
	if part, err := whole.View(append([]psh.Sel{psh.Every()}, sels...)...); err != nil || arrayDigest(part) != anyDigest(value) {
		a.contradict("the corner of %s is another by itself", path)
	}
}

func readFloats[T any](a *account, path string, k *extradata.KeyData, whole psh.Array[T]) {
	if k.DType() != keydata.Float64 {
		return
	}
	floats, err := k.ReadFloats()
	if a.add(fact{"floats", path, ""}, true, err) && arrayDigest(floats) != arrayDigest(any(whole).(psh.Array[float64])) {
		a.contradict("%s is another as float64", path)
	}
}

// single reads a key as one value.
func (a *account) single(path string, k *extradata.KeyData) {
	a.step("single value of " + path)
	if k.DType() == keydata.String {
		text, err := k.SingleText()
		a.add(fact{"single", path, ""}, text, err)
		return
	}
	value, err := k.SingleValue(1e-5, 0, keydata.Median)
	a.add(fact{"single", path, ""}, arrayDigest(value), err)
}
