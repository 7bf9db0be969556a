package keydata

import "fmt"

// Attributes are the attributes stored with the key: numbers, strings, or slices
// of them.
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
	before := ""
	if attributes[prefix] != nil {
		before = fmt.Sprint(attributes[prefix])
	}
	if symbol, ok := better[before]; ok {
		before = symbol
	}
	return before + fmt.Sprint(attributes[unit]), nil
}
