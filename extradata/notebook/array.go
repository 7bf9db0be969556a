package notebook

import (
	"cmp"
	"fmt"
	"reflect"

	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// array is an array of any type of numbers, with what is known of its dimensions.
type array struct {
	psh.Array[float64]
	of          string
	digest      string
	name, units string
	dims        []string
	coords      map[string]any
}

// undrawnError is why there is no picture of an array, of which text is shown all the same.
type undrawnError struct{ reason string }

func (e *undrawnError) Error() string { return e.reason }

// stored is what a [psh.Array] of any type has.
type stored interface {
	psh.Shaped
	fmt.Stringer
	Size() int
	Digest() string
}

// arrayOf takes a psh.Array[T], a psh.Labelled[T] or a slice, of numbers or bools.
func arrayOf(value any) (a array, ok bool) {
	v := reflect.ValueOf(value)
	of, isArray := value.(stored)
	switch {
	case isArray && v.Kind() == reflect.Struct:
		a.of, a.digest = of.String(), of.Digest()
		if inner := v.FieldByName("Array"); inner.IsValid() { // it is labelled
			a.name, a.units = v.FieldByName("Name").String(), v.FieldByName("Units").String()
			a.dims, _ = v.FieldByName("Dims").Interface().([]string)
			a.coords, _ = v.FieldByName("Coords").Interface().(map[string]any)
		}
		elements := v.MethodByName("Copy").Call(nil)[0].FieldByName("Data")
		a.Array, ok = floats(elements, of.Shape())
	case v.Kind() == reflect.Slice:
		a.Array, ok = floats(v, []int{v.Len()})
		a.of, a.digest = fmt.Sprintf("%v of %d", v.Type(), v.Len()), a.Digest()
	}
	return a, ok
}

// floats are the elements of a slice of numbers or bools.
func floats(elements reflect.Value, shape []int) (a psh.Array[float64], ok bool) {
	data, to := make([]float64, elements.Len()), reflect.TypeFor[float64]()
	for i := range data {
		switch x := elements.Index(i); {
		case x.Type() == reflect.TypeFor[psh.Float16]():
			data[i] = float64(x.Interface().(psh.Float16).Float32())
		case x.Kind() == reflect.Bool && x.Bool():
			data[i] = 1
		case x.Kind() == reflect.Bool:
		case !x.CanConvert(to):
			return a, false
		default:
			data[i] = x.Convert(to).Float()
		}
	}
	a, err := psh.NewArray(data, shape...)
	return a, err == nil
}

// text tells type, shape and digest, and the values where they are few.
func (a array) text() string {
	text := a.of + ", digest " + a.digest
	if a.Size() <= 8 {
		text += fmt.Sprint(": ", a.Data)
	}
	return text
}

// picture draws a line of one dimension, an image of two, of more the first image.
func (a array) picture(labels picture.Labels) (*picture.Picture, error) {
	if labels.Title == "" {
		labels.Title = a.name
	}
	if labels.Units == "" {
		labels.Units = a.units
	}
	if a.NDim() == 0 || a.Size() < 2 {
		return nil, &undrawnError{"there is one value"}
	}
	if a.NDim() == 1 {
		return a.line(labels)
	}
	image := a.Array
	for image.NDim() > 2 {
		labels.Title += fmt.Sprintf(" [0 of %d]", image.Len())
		image = image.Row(0)
	}
	if trains, ok := a.coords["trainId"].([]uint64); ok && a.NDim() == 2 && a.dims[0] == "trainId" {
		labels.Y = cmp.Or(labels.Y, a.dims[1])
		return picture.Heat(image, trains, labels)
	}
	if n := len(a.dims); n >= 2 {
		labels.X, labels.Y = cmp.Or(labels.X, a.dims[n-1]), cmp.Or(labels.Y, a.dims[n-2])
	}
	return picture.Image(image, labels)
}

// line draws values against their coordinates, or their positions.
func (a array) line(labels picture.Labels) (*picture.Picture, error) {
	labels.Y = cmp.Or(labels.Y, a.name)
	if labels.Units != "" {
		labels.Y = cmp.Or(labels.Y, "value") + " in " + labels.Units
	}
	x := make([]float64, a.Size())
	for i := range x {
		x[i] = float64(i)
	}
	if len(a.dims) == 1 {
		if trains, ok := a.coords[a.dims[0]].([]uint64); ok {
			return picture.Line(trains, a.Data, labels)
		}
		labels.X = cmp.Or(labels.X, a.dims[0])
		if along, ok := arrayOf(a.coords[a.dims[0]]); ok && along.Size() == len(x) {
			x = along.Data
		}
	}
	return picture.Curve(x, a.Data, nil, labels)
}
