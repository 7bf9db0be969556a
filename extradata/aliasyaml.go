package extradata

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3" // its parser goes to a limited depth, and leaves anchors for us
)

// yamlValues is how many values a YAML file may stand for with its anchors, each use of
// which counts what they stand for.
const yamlValues = 1 << 18

// parseYAML reads a map of values, where what an anchor stands for is repeated.
func parseYAML(text []byte) (map[string]any, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if document.Kind == 0 || len(document.Content) == 0 { // there is nothing
		return nil, nil
	}
	left := yamlReader(yamlValues)
	value, err := left.value(document.Content[0], 0)
	if err != nil || value == nil {
		return nil, err
	}
	content, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("expected names with what they stand for, not %s", kindOf(value))
	}
	return content, nil
}

// yamlReader is how many more values may be read.
type yamlReader int

func (y *yamlReader) value(node *yaml.Node, depth int) (any, error) {
	if *y--; *y < 0 {
		return nil, fmt.Errorf("its anchors stand for more than %d values", yamlValues)
	}
	if depth > aliasDepth {
		return nil, fmt.Errorf("line %d: %w", node.Line, errDepth())
	}
	switch node.Kind {
	case yaml.AliasNode:
		return y.value(node.Alias, depth+1)
	case yaml.MappingNode:
		return y.mapping(node, depth)
	case yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, item := range node.Content {
			var err error
			if list[i], err = y.value(item, depth+1); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	if node.ShortTag() == "!!str" {
		return node.Value, nil
	}
	var value any
	err := node.Decode(&value)
	return value, err
}

func (y *yamlReader) mapping(node *yaml.Node, depth int) (any, error) {
	values, merged := map[string]any{}, []*yaml.Node{}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.ShortTag() == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if key.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("line %d: a name is expected, not a list or map", key.Line)
		}
		if _, twice := values[key.Value]; twice {
			return nil, fmt.Errorf("line %d: %q is there twice", key.Line, key.Value)
		}
		var err error
		if values[key.Value], err = y.value(value, depth+1); err != nil {
			return nil, err
		}
	}
	for _, more := range merged {
		if err := y.merge(values, more, depth+1); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// merge adds the values of another map, or of several, that are not there yet.
func (y *yamlReader) merge(values map[string]any, node *yaml.Node, depth int) error {
	more, err := y.value(node, depth)
	if err != nil {
		return err
	}
	list, several := more.([]any)
	if !several {
		list = []any{more}
	}
	for _, item := range list {
		others, ok := item.(map[string]any)
		if !ok {
			return errors.New("only maps can be merged")
		}
		for name, value := range others {
			if _, there := values[name]; !there {
				values[name] = value
			}
		}
	}
	return nil
}
