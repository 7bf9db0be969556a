package conformance

import (
	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	psh "extrapasha/pasha"
)

func init() {
	const chosen = "globs index key xcept axis modules fill pattern starts_at "
	operations["stack"] = operation{chosen, answerStack}
	operations["stack_detector"] = operation{chosen, answerStackModules}
	operations["stack_view"] = operation{chosen + "item", answerStackModules}
}

// stacker stacks arrays of one element type, those of sources without the key being nil.
type stacker interface {
	stack(arrays map[string]any, axis int) (any, error)
	modules(arrays map[string]any, layout detector.Layout, fill any, item []psh.Sel) (any, error)
}

func (readAs[T]) typed(arrays map[string]any) map[string]psh.Array[T] {
	typed := map[string]psh.Array[T]{}
	for source, array := range arrays {
		typed[source], _ = array.(psh.Array[T])
	}
	return typed
}

func (r readAs[T]) stack(arrays map[string]any, axis int) (any, error) {
	return detector.Stack(r.typed(arrays), axis)
}

func (r readAs[T]) modules(arrays map[string]any, layout detector.Layout, given any, item []psh.Sel) (any, error) {
	fill := detectorBlank[T]()
	if given != nil {
		var err error
		if fill, err = r.value(given); err != nil {
			return nil, err
		}
	}
	stacked, err := detector.StackModules(r.typed(arrays), layout, fill)
	if err != nil {
		return nil, err
	}
	return stacked.View(item...)
}

// detectorBlank is NaN for floats, 0 for integers.
func detectorBlank[T pixel]() T {
	value, err := readAs[T]{}.value("nan")
	if err != nil {
		return 0
	}
	return value
}

// trainArrays are what the sources of a train have of a key, nil where they do not have
// it, and how to stack them.
func (q question) trainArrays() (arrays map[string]any, of stacker, err error) {
	run, err := q.run.Select(globs(q.list("globs"), extradata.Glob)...)
	if err != nil {
		return nil, nil, err
	}
	train, err := run.TrainByIndex(q.int("index"))
	if err != nil {
		return nil, nil, err
	}
	data, err := train.Data(false)
	if err != nil {
		return nil, nil, err
	}
	arrays, of = map[string]any{}, readAs[float64]{}
	left := map[string]bool{}
	if q.has("xcept") {
		for _, source := range texts(q.list("xcept")) {
			left[source] = true
		}
	}
	for source, keys := range data {
		if left[source] {
			continue
		}
		if arrays[source] = keys[q.text("key")]; arrays[source] != nil {
			of = detectorReaders[digestOf(arrays[source]).DType].(stacker)
		}
	}
	return arrays, of, nil
}

func answerStack(q question) (any, error) {
	arrays, of, err := q.trainArrays()
	if err != nil {
		return nil, err
	}
	for source, array := range arrays {
		if array == nil {
			return nil, &extradata.KeyNameError{Source: source, Key: q.text("key")}
		}
	}
	axis := -3
	if q.has("axis") {
		axis = q.int("axis")
	}
	stacked, err := of.stack(arrays, axis)
	if err != nil {
		return nil, err
	}
	return digestOf(stacked), nil
}

func answerStackModules(q question) (any, error) {
	arrays, of, err := q.trainArrays()
	if err != nil {
		return nil, err
	}
	layout := detector.Layout{Modules: q.count("modules"), Pattern: q.optional("pattern"), First: q.count("starts_at"), Axis: -3}
	if q.has("axis") {
		layout.Axis = q.int("axis")
	}
	var item []psh.Sel
	if q.has("item") {
		item = region(q.list("item"))
	}
	stacked, err := of.modules(arrays, layout, q.arguments["fill"], item)
	if err != nil {
		return nil, err
	}
	return digestOf(stacked), nil
}
