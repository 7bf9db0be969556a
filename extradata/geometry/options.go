package geometry

// Option changes how tiles are laid out.
type Option func(*spacing)

// spacing is the gaps between tiles, in units; nil where the default holds.
type spacing struct {
	unit   float64
	asic   *float64
	panelX *float64
	panelY *float64
}

// ASICGap is the gap between neighbouring tiles of a module, in the unit of the positions.
func ASICGap(gap float64) Option { return func(s *spacing) { s.asic = &gap } }

// PanelGap is the gap between neighbouring modules, in the unit of the positions.
func PanelGap(gap float64) Option { return PanelGaps(gap, gap) }

// PanelGaps is [PanelGap] where the gaps along x and y differ, as AGIPD 500K has them.
func PanelGaps(x, y float64) Option { return func(s *spacing) { s.panelX, s.panelY = &x, &y } }

// Unit is the unit of positions and gaps, in metres: 1e-3 where they are in millimetres.
func Unit(metres float64) Option { return func(s *spacing) { s.unit = metres } }

// spacingOf is what the options say. unit is the default.
func spacingOf(unit float64, options []Option) spacing {
	s := spacing{unit: unit}
	for _, option := range options {
		option(&s)
	}
	return s
}

// inPixels is a gap in pixels, or the default in pixels where none is given. The order
// of the operations is EXtra-geom's, as it differs from class to class.
func (s spacing) inPixels(gap *float64, pixel, otherwise float64) float64 {
	if gap == nil {
		return otherwise
	}
	return *gap * (s.unit / pixel)
}

// inMetres is a gap in metres, or the default in metres where none is given.
func (s spacing) inMetres(gap *float64, otherwise float64) float64 {
	if gap == nil {
		return otherwise
	}
	return *gap * s.unit
}
