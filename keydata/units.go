package keydata

import (
	"fmt"
	"strings"
)

// Attributes are the attributes stored with the key, for a control source those of its
// property as well: numbers, bools, strings, or slices of them where they are arrays, be
// it of one. See [run.File.Attributes].
func (k *KeyData) Attributes() (map[string]any, error) {
	attributes, err := k.place.Files[0].Attributes(k.place.Section, k.place.InFile, k.place.Key)
	if err != nil {
		return nil, k.fail(0, err)
	}
	return attributes, nil
}

// Units is the symbol of the unit with its metric prefix, "μJ", empty where it is
// not known.
func (k *KeyData) Units() (string, error) {
	return k.unit("unitSymbol", "metricPrefixSymbol", map[string]string{"u": "μ"})
}

// UnitsName is the name of the unit with its metric prefix, "microjoule", empty
// where it is not known.
func (k *KeyData) UnitsName() (string, error) {
	return k.unit("unitName", "metricPrefixName", nil)
}

func (k *KeyData) unit(unit, prefix string, better map[string]string) (string, error) {
	attributes, err := k.Attributes()
	if err != nil || attributes[unit] == nil {
		return "", err
	}
	before := textOf(attributes[prefix])
	if symbol, ok := better[before]; ok {
		before = symbol
	}
	return before + textOf(attributes[unit]), nil
}

// textOf is an attribute that should be a text, also where it is a list of one.
func textOf(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case []string:
		return strings.Join(value, " ")
	}
	return fmt.Sprint(value)
}
