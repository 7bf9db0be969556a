package geometry

import (
	"fmt"

	"gonum.org/v1/gonum/spatial/r3"
)

// Motors says how motors move groups of modules.
type Motors struct {
	// Groups are modules that move as one: from the first to before the second.
	Groups [][2]int
	// Axes has for each group how far each of its motors moves it along x and y, for a
	// step of one.
	Axes [][][2]float64
}

// AGIPD1MMotors are those of an AGIPD 1M: a vertical and a horizontal one in each quadrant.
func AGIPD1MMotors() Motors {
	return Motors{
		Groups: [][2]int{{0, 4}, {4, 8}, {8, 12}, {12, 16}},
		Axes:   [][][2]float64{{{0, -1}, {-1, 0}}, {{0, 1}, {-1, 0}}, {{0, 1}, {1, 0}}, {{0, -1}, {1, 0}}},
	}
}

// Jungfrau4MMotors are those of a JUNGFRAU 4M: a horizontal one in each half. Which
// modules they move, and which way, is as EXtra-geom has it, where it is not verified.
func Jungfrau4MMotors() Motors {
	return Motors{Groups: [][2]int{{0, 4}, {4, 8}}, Axes: [][][2]float64{{{1, 0}}, {{-1, 0}}}}
}

// Move is a geometry after the motors moved by so many millimetres, one row for each
// group. What its motor positions are is not known.
func (m Motors) Move(g *Geometry, by [][]float64) (*Geometry, error) {
	if err := m.check(g, by); err != nil {
		return nil, err
	}
	return g.Move(func(module, _ int) (shift r3.Vec) {
		for i, group := range m.Groups {
			if module < group[0] || module >= group[1] {
				continue
			}
			for motor, axis := range m.Axes[i] {
				shift.X += float64(axis[0] * 1e-3 * by[i][motor])
				shift.Y += float64(axis[1] * 1e-3 * by[i][motor])
			}
		}
		return shift
	})
}

// At is a geometry at other positions of the motors, in millimetres. The error wraps
// [ErrGeometry] where it is not known what positions it is right for, see
// [Geometry.WithMotorPositions].
func (m Motors) At(g *Geometry, positions [][]float64) (*Geometry, error) {
	if g.motors == nil {
		return nil, fmt.Errorf("geometry: %w: it has no motor positions to start from", ErrGeometry)
	}
	if err := m.check(g, g.motors); err != nil {
		return nil, err
	}
	if err := m.check(g, positions); err != nil {
		return nil, err
	}
	by := cloneRows(positions)
	for i, row := range by {
		for motor := range row {
			row[motor] -= g.motors[i][motor]
		}
	}
	moved, err := m.Move(g, by)
	if err != nil {
		return nil, err
	}
	return moved.WithMotorPositions(positions), nil
}

// check makes sure that there is a number for each motor, and a module that it moves.
func (m Motors) check(g *Geometry, positions [][]float64) error {
	if len(m.Axes) != len(m.Groups) || len(positions) != len(m.Groups) {
		return fmt.Errorf("geometry: %w: %d rows of motor positions and %d of axes, expected %d", ErrGeometry, len(positions), len(m.Axes), len(m.Groups))
	}
	for i, row := range positions {
		if len(row) != len(m.Axes[i]) {
			return fmt.Errorf("geometry: %w: %d motor positions of group %d, expected %d", ErrGeometry, len(row), i, len(m.Axes[i]))
		}
		if m.Groups[i][0] < 0 || m.Groups[i][1] > g.modules {
			return fmt.Errorf("geometry: %w: motors move modules %d to %d, there are %d", ErrGeometry, m.Groups[i][0], m.Groups[i][1]-1, g.modules)
		}
	}
	return nil
}
