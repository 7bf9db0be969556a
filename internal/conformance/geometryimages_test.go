package conformance

import (
	"fmt"
	"reflect"
	"slices"

	"extrapasha/extradata/geometry"
	psh "extrapasha/pasha"
)

// geometryNumber is the types of images that are asked for.
type geometryNumber interface{ uint16 | float32 | float64 }

// geometryData are frames of numbers that tell pixels apart, with a dimension of frames in
// front.
func geometryData[T geometryNumber](shape []int, frames int) (psh.Array[T], error) {
	a, err := psh.Alloc[T](psh.Shape(append([]int{frames}, shape...)...))
	if err != nil {
		return a, err
	}
	n := len(a.Data) / frames
	for i := range a.Data {
		a.Data[i] = T((7919*(i/n) + i%n) % 65521)
	}
	return a, nil
}

// byType calls one of functions, by the type of the numbers of data that is asked for.
func (q *geometryQuestion) byType(u16, f32, f64 func(*geometryQuestion) (any, error)) (any, error) {
	switch dtype := q.text("dtype"); dtype {
	case "uint16":
		return u16(q)
	case "float32":
		return f32(q)
	case "float64":
		return f64(q)
	default:
		panic(bad("dtype %q is not known here", dtype))
	}
}

func answerOutputArray(q *geometryQuestion) (any, error) {
	return q.byType(outputArray[uint16], outputArray[float32], outputArray[float64])
}

func outputArray[T geometryNumber](q *geometryQuestion) (any, error) {
	grid, err := q.g.Grid()
	if err != nil {
		return nil, err
	}
	image, err := geometry.NewImage[T](grid, intsOf(q.arguments["extra_shape"])...)
	if err != nil {
		return nil, err
	}
	for _, x := range image.Data {
		if y := image.Data[0]; x != y && (x == x || y == y) {
			return nil, fmt.Errorf("filled with %v and %v", y, x)
		}
	}
	return fields{"shape": image.Shape(), "dtype": q.text("dtype"), "fill": number(image.Data[0])}, nil
}

func answerPosition(q *geometryQuestion) (any, error) {
	return q.byType(position[uint16], position[float32], position[float64])
}

func position[S geometryNumber](q *geometryQuestion) (any, error) {
	if !q.has("out") {
		return positionInto[S, S](q)
	}
	out := arguments(as[map[string]any]("out", q.arguments["out"]))
	switch dtype := out.text("dtype"); dtype {
	case "uint16":
		return positionInto[uint16, S](q)
	case "float32":
		return positionInto[float32, S](q)
	case "float64":
		return positionInto[float64, S](q)
	default:
		panic(bad("dtype %q is not known here", dtype))
	}
}

func positionInto[D, S geometryNumber](q *geometryQuestion) (any, error) {
	grid, err := q.g.Grid()
	if err != nil {
		return nil, err
	}
	data, err := positioned[S](q)
	if err != nil {
		return nil, err
	}
	image, err := geometry.NewImage[D](grid, data.Shape()[0])
	if err != nil {
		return nil, err
	}
	if q.has("out") {
		out := arguments(as[map[string]any]("out", q.arguments["out"]))
		if out.has("shape") {
			if image, err = psh.Alloc[D](psh.Shape(append([]int{data.Shape()[0]}, intsOf(out["shape"])...)...)); err != nil {
				return nil, err
			}
		}
		image.Fill(D(out.float("fill", 0)))
	}
	if err := geometry.Assemble(grid, image, data); err != nil {
		return nil, err
	}
	return imageAnswer(q, grid, image), nil
}

// positioned are the data that are to be put together.
func positioned[S geometryNumber](q *geometryQuestion) (psh.Array[S], error) {
	shape, frames := q.g.Shape(), max(q.count("frames"), 1)
	if q.has("data_shape") {
		shape = intsOf(q.arguments["data_shape"])
	}
	data, err := geometryData[S](shape, frames)
	if err != nil || !q.flag("diagnostic_rows") {
		return data, err
	}
	rows := len(shape) - 2
	shape = slices.Clone(shape)
	shape[rows] += 4
	more, err := psh.Alloc[S](psh.Shape(append([]int{frames}, shape...)...))
	if err != nil {
		return data, err
	}
	most := 65535.0
	more.Fill(S(most))
	sels := make([]psh.Sel, rows+2)
	for i := range sels {
		sels[i] = psh.Every()
	}
	sels[rows+1] = psh.Span(2, shape[rows]-2)
	part, err := more.View(sels...)
	if err != nil {
		return data, err
	}
	return more, part.CopyFrom(data)
}

// imageAnswer tells of images. One that no number of frames was asked for has no
// dimension of them.
func imageAnswer[T geometryNumber](q *geometryQuestion, grid *geometry.Grid, image psh.Array[T]) fields {
	if !q.has("frames") {
		image = image.Row(0)
	}
	plain := slices.Clone(image.Data)
	gaps, sum := 0, 0.0
	for i, x := range plain {
		if x != x {
			gaps++
			minus := -1.0
			plain[i] = T(minus)
			continue
		}
		sum += float64(x)
	}
	y, x := grid.Centre()
	return fields{"shape": image.Shape(), "dtype": dtypes[reflect.TypeFor[T]()].String(), "sha": shaOf(plain), "gaps": gaps, "sum": sum, "centre": []int{y, x}}
}

func answerPositionSubset(q *geometryQuestion) (any, error) {
	return q.byType(positionSubset[uint16], positionSubset[float32], positionSubset[float64])
}

func positionSubset[T geometryNumber](q *geometryQuestion) (any, error) {
	grid, err := q.g.Grid()
	if err != nil {
		return nil, err
	}
	data, err := positioned[T](q)
	if err != nil {
		return nil, err
	}
	image, err := geometry.NewImage[T](grid, data.Shape()[0])
	if err != nil {
		return nil, err
	}
	first := 0
	if q.g.Class() == geometry.Jungfrau {
		first = 1
	}
	for _, label := range intsOf(q.arguments["labels"]) {
		m := label - first
		if m < 0 || m >= q.g.Shape()[0] {
			return nil, geometry.AssembleModule(grid, image, m, data)
		}
		module, err := data.View(psh.Every(), psh.At(m))
		if err != nil {
			return nil, err
		}
		if err := geometry.AssembleModule(grid, image, m, module); err != nil {
			return nil, err
		}
	}
	return imageAnswer(q, grid, image), nil
}

func answerPositionSymmetric(q *geometryQuestion) (any, error) {
	return q.byType(positionSymmetric[uint16], positionSymmetric[float32], positionSymmetric[float64])
}

func positionSymmetric[T geometryNumber](q *geometryQuestion) (any, error) {
	grid, err := q.g.Grid()
	if err != nil {
		return nil, err
	}
	if grid, err = grid.Centred(intsOf(q.arguments["out_shape"])...); err != nil {
		return nil, err
	}
	data, err := positioned[T](q)
	if err != nil {
		return nil, err
	}
	image, err := geometry.NewImage[T](grid, 1)
	if err != nil {
		return nil, err
	}
	if err := geometry.Assemble(grid, image, data); err != nil {
		return nil, err
	}
	return imageAnswer(q, grid, image), nil
}
