package run

import (
	"maps"
	"path"

	"extrapasha/internal/h5"
)

// Attributes are the attributes of a key. Those of the value of a control source's
// property are noted at the dataset or at the group above it, which stands for the
// property: they are those of both, where both have one that of the group. Of an
// overview file they are those in the files behind it.
func (f *File) Attributes(section Section, source, key string) (attributes map[string]any, err error) {
	from := f
	if f.overview {
		if from, err = f.origin(section, source, key); err != nil {
			return nil, err
		}
	}
	err = from.Use(func(file *h5.File) error {
		object := Dataset(section, source, key)
		if attributes, err = file.Attributes(object); err != nil {
			return err
		}
		property, name := path.Split(object)
		if section != Control || name != "value" {
			return nil
		}
		more, err := file.Attributes(path.Clean(property))
		maps.Copy(attributes, more)
		return err
	})
	return attributes, err
}
