package conformance

import (
	"fmt"

	"extrapasha/keydata"
)

// answerRecord reads structured data field by field, as one array for each.
func answerRecord(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	data, err := key.ReadAny()
	if err != nil {
		return nil, err
	}
	records, ok := data.(keydata.Records)
	if !ok {
		return nil, fmt.Errorf("%v is not structured", key)
	}
	arrays, order := map[string]array{}, []string{}
	for _, field := range records.Fields() {
		order = append(order, field.Name)
		arrays[field.Name] = digestOf(records.Field(field.Name))
	}
	dims := map[string]int{}
	for i, length := range records.Shape() {
		name := "trainId"
		if i > 0 {
			name = fmt.Sprint("dim_", i-1)
		}
		dims[name] = length
	}
	return fields{
		"dims": dims, "entry_shape": notNil(key.EntryShape()), "fields": arrays, "order": order, "train_ids": notNil(key.TrainIDCoordinates()),
	}, nil
}
