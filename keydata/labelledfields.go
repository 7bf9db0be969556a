package keydata

import (
	"fmt"
	"maps"
	"slices"

	psh "extrapasha/pasha"
)

// ReadLabelledFields reads structured data as [Typed.ReadLabelled] does, field by field:
// by its name a psh.Labelled[T] of the field's type, which has that name. Dimensions that
// a field has beyond those of an entry are called after it, "charge_0", "charge_1", ….
// Fields of types that cannot be read are left out. The error is a [*TypeError] where the
// elements are not structured.
func (k *KeyData) ReadLabelledFields(labels Labels, roi ...psh.Sel) (map[string]any, error) {
	if k.dtype != Record {
		return nil, &TypeError{Source: k.Source(), Key: k.Key(), Has: k.dtype, Stored: k.stored, Wanted: "records"}
	}
	cut, err := k.cut(roi)
	if err != nil {
		return nil, err
	}
	dims, coords, err := k.label(labels, cut)
	if err != nil {
		return nil, err
	}
	data, err := k.ReadAny(roi...)
	if err != nil {
		return nil, err
	}
	records := data.(Records)
	fields := map[string]any{}
	for i, field := range records.fields {
		if records.arrays[i] == nil {
			continue
		}
		all := slices.Clone(dims)
		for axis := range field.Shape {
			all = append(all, fmt.Sprintf("%s_%d", field.Name, axis))
		}
		fields[field.Name], err = columns[field.DType].label(records.arrays[i], field.Name, all, maps.Clone(coords))
		if err != nil {
			return nil, k.fail(0, fmt.Errorf("field %s: %w", field.Name, err))
		}
	}
	return fields, nil
}
