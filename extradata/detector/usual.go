package detector

import (
	"fmt"

	"extrapasha/extradata/geometry"
)

// UsualGeometry is where the modules of such detectors usually are, for a picture before
// their geometry is known, see [geometry.Usual]. There is an error for a class that package
// geometry does not have.
func (d *Detector) UsualGeometry() (*geometry.Geometry, error) {
	if d.GeometryClass() == "" {
		return nil, fmt.Errorf("where the modules of %s are is not known: show one of %d sources such as %s", d.Name(), len(d.Modules()), d.Modules()[0].Source)
	}
	return geometry.Usual(d.GeometryClass(), d.NumPlaces())
}
