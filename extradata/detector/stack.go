package detector

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// Stack puts arrays of several sources, as a train has them, into one with a dimension
// more: at axis, which may count from the end; images are stacked at -3. They are in the
// order of the numbers in the names of their sources. The error wraps [psh.ErrShape] where
// they have other shapes, [keydata.ErrSelection] where there are none.
func Stack[T any](arrays map[string]psh.Array[T], axis int) (psh.Array[T], error) {
	names := make([]string, 0, len(arrays))
	for name := range arrays {
		names = append(names, name)
	}
	if len(names) == 0 {
		return psh.Array[T]{}, fmt.Errorf("detector: stack: %w: no sources", keydata.ErrSelection)
	}
	slices.SortFunc(names, func(a, b string) int { return slices.CompareFunc(numbersIn(a), numbersIn(b), compareDigits) })
	s := &Stacked[T]{modules: make([]*psh.Array[T], len(names)), shape: arrays[names[0]].Shape()}
	for i, name := range names {
		array := arrays[name]
		if !slices.Equal(array.Shape(), s.shape) {
			return psh.Array[T]{}, fmt.Errorf("detector: stack: %w: %s has shape %v, %s %v", psh.ErrShape, names[0], s.shape, name, array.Shape())
		}
		s.modules[i] = &array
	}
	if err := s.setAxis(axis); err != nil {
		return psh.Array[T]{}, err
	}
	return s.View()
}

var digits = regexp.MustCompile(`\d+`)

func numbersIn(name string) []string { return digits.FindAllString(name, -1) }

// compareDigits compares numbers of any length.
func compareDigits(a, b string) int {
	a, b = trimZeros(a), trimZeros(b)
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return slices.Compare([]byte(a), []byte(b))
}

func trimZeros(digits string) string {
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return digits
}

// Layout says how the arrays of a train's sources are stacked as modules.
type Layout struct {
	// Modules is how many there are in all, 0 for 16.
	Modules int
	// Pattern finds the number of a module in the name of its source: a regular expression
	// whose first group it is, "/DET/(\d+)CH" where it is empty. Numbers start at First.
	Pattern string
	First   int
	// Axis is the dimension of the modules. It may count from the end.
	Axis int
}

// StackModules puts arrays of modules, as a train has them, beside each other by their
// number. Nothing is copied. Missing modules are fill; so are those without entries beside
// others that have some. An array without dimensions stands for a source that does not have
// the key. The error wraps [psh.ErrShape] where shapes differ or a number is beyond all
// modules, [keydata.ErrSelection] where there are no data or the pattern does not fit.
func StackModules[T any](arrays map[string]psh.Array[T], layout Layout, fill T) (*Stacked[T], error) {
	if layout.Modules == 0 {
		layout.Modules = 16
	}
	if layout.Pattern == "" {
		layout.Pattern = `/DET/(\d+)CH`
	}
	placed, err := layout.places(keysOf(arrays))
	if err != nil {
		return nil, fmt.Errorf("detector: stack modules: %w", err)
	}
	shape, err := shapeOfMost(arrays)
	if err != nil {
		return nil, fmt.Errorf("detector: stack modules: %w", err)
	}
	s := &Stacked[T]{modules: make([]*psh.Array[T], layout.Modules), shape: shape, fill: fill}
	for source, array := range arrays {
		place := placed[source]
		switch {
		case array.NDim() == 0 || !slices.Equal(array.Shape(), shape):
		case place < 0 || place >= layout.Modules:
			return nil, fmt.Errorf("detector: stack modules: %w: %s is beyond a detector of %d modules", psh.ErrShape, source, layout.Modules)
		default:
			s.modules[place] = &array
		}
	}
	return s, s.setAxis(layout.Axis)
}

func keysOf[V any](m map[string]V) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}

// places finds the places of sources.
func (l Layout) places(sources []string) (map[string]int, error) {
	pattern, err := regexp.Compile(l.Pattern)
	if err == nil && pattern.NumSubexp() < 1 {
		err = fmt.Errorf("it has no group for the number")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: pattern %q: %w", keydata.ErrSelection, l.Pattern, err)
	}
	places := map[string]int{}
	for _, source := range sources {
		m := pattern.FindStringSubmatch(source)
		if m == nil {
			return nil, fmt.Errorf("%w: %s does not match %q", keydata.ErrSelection, source, l.Pattern)
		}
		number, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, fmt.Errorf("%w: %q is not the number of a module in %s", keydata.ErrSelection, m[1], source)
		}
		places[source] = number - l.First
	}
	return places, nil
}

// shapeOfMost is the shape of arrays, but for those without entries.
func shapeOfMost[T any](arrays map[string]psh.Array[T]) (shape []int, err error) {
	for _, array := range arrays {
		own := array.Shape()
		switch {
		case len(own) == 0 || slices.Equal(own, shape):
		case shape == nil, shape[0] == 0 && slices.Equal(own[1:], shape[1:]):
			shape = own
		case own[0] != 0 || !slices.Equal(own[1:], shape[1:]):
			return nil, fmt.Errorf("%w: modules of shapes %v and %v", psh.ErrShape, shape, own)
		}
	}
	if shape == nil {
		err = fmt.Errorf("%w: no data", keydata.ErrSelection)
	}
	return shape, err
}

// Stacked is the data of modules beside each other, each where it was.
type Stacked[T any] struct {
	modules []*psh.Array[T] // by place, nil for missing ones
	shape   []int           // of a module
	axis    int
	fill    T
}

func (s *Stacked[T]) setAxis(axis int) error {
	if s.axis = axis; axis < 0 {
		s.axis += len(s.shape) + 1
	}
	if s.axis < 0 || s.axis > len(s.shape) {
		return fmt.Errorf("detector: stack: %w: axis %d of arrays of shape %v", psh.ErrShape, axis, s.shape)
	}
	return nil
}

// Shape is that of all modules together.
func (s *Stacked[T]) Shape() []int {
	return slices.Insert(slices.Clone(s.shape), s.axis, len(s.modules))
}

// Module is the data of the module in a place, as it was given. It is not ok where there
// is none.
func (s *Stacked[T]) Module(place int) (array psh.Array[T], ok bool) {
	if place < 0 || place >= len(s.modules) || s.modules[place] == nil {
		return array, false
	}
	return *s.modules[place], true
}

// View is what is at some positions, of all where none are given. One module that is there
// is a view of its data; several are copied together, what is picked of them.
func (s *Stacked[T]) View(sels ...psh.Sel) (psh.Array[T], error) {
	all, err := psh.Expand(sels, len(s.shape)+1)
	if err != nil {
		return psh.Array[T]{}, fmt.Errorf("detector: stack: %w", err)
	}
	own := slices.Delete(slices.Clone(all), s.axis, s.axis+1)
	places, err := all[s.axis].Indices(len(s.modules))
	if err != nil {
		return psh.Array[T]{}, fmt.Errorf("detector: stack: module: %w", err)
	}
	if all[s.axis].Single() {
		module, err := s.moduleOrFill(places[0])
		if err != nil {
			return module, err
		}
		return module.View(own...)
	}
	return s.join(places, own)
}

// moduleOrFill is a module, or an array like it where it is missing.
func (s *Stacked[T]) moduleOrFill(place int) (psh.Array[T], error) {
	if array, ok := s.Module(place); ok {
		return array, nil
	}
	out, err := psh.Alloc[T](psh.Shape(s.shape...), psh.In(psh.Serial()))
	for i := range out.Data {
		out.Data[i] = s.fill
	}
	return out, err
}

// join copies the same part of several modules together.
func (s *Stacked[T]) join(places []int, own []psh.Sel) (psh.Array[T], error) {
	before := 0 // dimensions that are left before that of the modules
	for _, sel := range own[:s.axis] {
		if !sel.Single() {
			before++
		}
	}
	var out psh.Array[T]
	at := slices.Repeat([]psh.Sel{psh.Every()}, before+1)
	for i, place := range places {
		module, err := s.moduleOrFill(place)
		if err != nil {
			return out, err
		}
		if module, err = module.View(own...); err != nil {
			return out, fmt.Errorf("detector: stack: %w", err)
		}
		if i == 0 {
			shape := slices.Insert(slices.Clone(module.Shape()), before, len(places))
			if out, err = psh.Alloc[T](psh.Shape(shape...), psh.In(psh.Serial())); err != nil {
				return out, err
			}
		}
		at[before] = psh.At(i)
		into, err := out.View(at...)
		if err == nil {
			err = into.CopyFrom(module)
		}
		if err != nil {
			return out, fmt.Errorf("detector: stack: %w", err)
		}
	}
	return out, nil
}
