package geometry

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r3"

	"extrapasha/internal/regular"
)

// maxGeom is the most that a file may have in bytes: that of a detector with a thousand
// panels has half a megabyte.
const maxGeom = 64 << 20

// ReadCrystFEL reads a CrystFEL geometry file. The error wraps [ErrGeometry] where the
// file does not say what it must, or something that is not known.
//
// What a file may say is in the manual of CrystFEL, crystfel_geometry(5). An axis that a
// direction does not name is 0.
func ReadCrystFEL(path string) (*CrystFEL, error) {
	text, err := regular.Read(path, maxGeom)
	if err != nil {
		return nil, fmt.Errorf("geometry: %w", err)
	}
	file, err := parseCrystFEL(string(text))
	if err != nil {
		return nil, fmt.Errorf("geometry: %s: %w", path, err)
	}
	return file, nil
}

// reader collects what a file says, line by line.
type reader struct {
	file   CrystFEL
	first  Panel // what panels have that are yet to come
	panels map[string]int
	bad    map[string]int
	motors map[string]string
}

func parseCrystFEL(text string) (*CrystFEL, error) {
	r := &reader{panels: map[string]int{}, bad: map[string]int{}, motors: map[string]string{}}
	r.first = Panel{FS: r3.Vec{X: 1}, SS: r3.Vec{Y: 1}, X: math.NaN(), Y: math.NaN(), MinFS: -1, MaxFS: -1, MinSS: -1, MaxSS: -1}
	number := 0
	for line := range strings.Lines(text) {
		number++
		if err := r.line(strings.TrimRight(line, "\r\n")); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrGeometry, number, err)
		}
	}
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGeometry, err)
	}
	return &r.file, nil
}

func (r *reader) line(line string) error {
	if note, ok := strings.CutPrefix(line, ";XGEOM "); ok {
		key, value, _ := strings.Cut(note, "=")
		r.motors[key] = value
		return nil
	}
	said, _, _ := strings.Cut(line, ";")
	words := strings.Fields(said)
	if len(words) < 3 || words[1] != "=" { // as CrystFEL, which wants space on both sides
		if len(words) > 0 {
			r.file.LeftOut = append(r.file.LeftOut, line)
		}
		return nil
	}
	key, value := words[0], strings.Join(words[2:], "")
	name, field, ok := strings.Cut(key, "/")
	switch {
	case !ok && (ofFile.MatchString(key) || ofPanel.MatchString(key)):
		r.file.LeftOut = append(r.file.LeftOut, line)
	case !ok:
		return r.top(key, value)
	case strings.HasPrefix(name, "bad"):
		return r.badRegion(name).set(field, value)
	case field == "rigid_group":
		r.join(value, r.panel(name).Name)
	case ofPanel.MatchString(field):
		r.panel(name)
		r.file.LeftOut = append(r.file.LeftOut, line)
	default:
		return r.panel(name).set(field, value)
	}
	return nil
}

// top takes a line that is about the whole file, or about all panels that follow it.
func (r *reader) top(key, value string) (err error) {
	switch key {
	case "photon_energy":
		r.file.PhotonEnergy = value
		return nil
	case "mask_good":
		r.file.MaskGood, err = bits(key, value)
		return err
	case "mask_bad":
		r.file.MaskBad, err = bits(key, value)
		return err
	}
	if name, ok := strings.CutPrefix(key, "rigid_group_collection_"); ok {
		r.file.Collections = setGroup(r.file.Collections, name, value)
		return nil
	}
	if name, ok := strings.CutPrefix(key, "rigid_group_"); ok {
		r.file.Groups = setGroup(r.file.Groups, name, value)
		return nil
	}
	return r.first.set(key, value)
}

func bits(key, value string) (uint64, error) {
	number, err := strconv.ParseUint(value, 0, 64)
	if err != nil {
		return 0, fmt.Errorf("%s = %s: expected bits, such as 0xff", key, value)
	}
	return number, nil
}

// ofFile and ofPanel are what else may be said of the whole file, and of panels, which is
// of no use here.
var ofFile = regexp.MustCompile(`^(photon_energy_(scale|bandwidth)|bandwidth|wavelength|electron_voltage|beam_\w+|` +
	`(hdf5_)?peak_(info_location|list|list_type)|detector_shift_[xy]|group_\w+|mask\d*_file|mask_edge_pixels)$`)

var ofPanel = regexp.MustCompile(`^(rail_direction|clen_for_centering|adu_per_photon|max_adu|no_index|badrow_direction|` +
	`saturation_map(_file)?|mask(\d+_(data|file|goodbits|badbits)|_file|_edge_pixels)|flag_(equal|lessthan|morethan))$`)

// setGroup gives a group its members, in place of those that it has.
func setGroup(groups []PanelGroup, name, members string) []PanelGroup {
	group := PanelGroup{Name: name, Members: strings.Split(members, ",")}
	for i, member := range group.Members {
		group.Members[i] = strings.TrimSpace(member)
	}
	if i := slices.IndexFunc(groups, group.named); i >= 0 {
		groups[i] = group
		return groups
	}
	return append(groups, group)
}

func (g PanelGroup) named(other PanelGroup) bool { return g.Name == other.Name }

// join puts a panel into a group.
func (r *reader) join(name, panel string) {
	i := slices.IndexFunc(r.file.Groups, PanelGroup{Name: name}.named)
	if i < 0 {
		i = len(r.file.Groups)
		r.file.Groups = append(r.file.Groups, PanelGroup{Name: name})
	}
	r.file.Groups[i].Members = append(r.file.Groups[i].Members, panel)
}

// panel is one by its name. A new one starts with what was said of all.
func (r *reader) panel(name string) *Panel {
	i, ok := r.panels[name]
	if !ok {
		i = len(r.file.Panels)
		r.panels[name] = i
		panel := r.first
		panel.Name, panel.Dims = name, slices.Clone(r.first.Dims)
		r.file.Panels = append(r.file.Panels, panel)
	}
	return &r.file.Panels[i]
}

// noBad is a bad region of which nothing is said yet.
var noBad = BadRegion{MinX: math.NaN(), MaxX: math.NaN(), MinY: math.NaN(), MaxY: math.NaN()}

// badRegion is one by its name.
func (r *reader) badRegion(name string) *newBad {
	i, ok := r.bad[name]
	if !ok {
		i = len(r.file.Bad)
		r.bad[name] = i
		r.file.Bad = append(r.file.Bad, noBad)
		r.file.Bad[i].Name = name
	}
	return (*newBad)(&r.file.Bad[i])
}

// end checks what was said when all was said.
func (r *reader) end() error {
	if len(r.file.Panels) == 0 {
		return fmt.Errorf("no panels")
	}
	for i := range r.file.Panels {
		p := &r.file.Panels[i]
		if len(p.Dims) == 0 {
			p.Dims = []string{"ss", "fs"}
		}
		if err := p.check(); err != nil {
			return fmt.Errorf("panel %s: %w", p.Name, err)
		}
	}
	if err := r.checkGroups(); err != nil {
		return err
	}
	motors, err := motorsOf(r.motors)
	if err != nil {
		r.file.LeftOut = append(r.file.LeftOut, err.Error())
	}
	r.file.Motors = motors
	return nil
}

func (r *reader) checkGroups() error {
	groups := map[string]bool{}
	for _, group := range r.file.Groups {
		groups[group.Name] = true
		for _, member := range group.Members {
			if _, ok := r.panels[member]; !ok {
				return fmt.Errorf("rigid group %s: there is no panel %q", group.Name, member)
			}
		}
	}
	for _, collection := range r.file.Collections {
		for _, member := range collection.Members {
			if !groups[member] {
				return fmt.Errorf("collection %s: there is no rigid group %q", collection.Name, member)
			}
		}
	}
	return nil
}

// motorsOf are positions of motors that EXtra-geom wrote as remarks, nil for none.
func motorsOf(notes map[string]string) ([][]float64, error) {
	said, ok := notes["MOTORS"]
	if !ok {
		return nil, nil
	}
	size, err := numbers(said)
	if err != nil || len(size) != 2 {
		return nil, fmt.Errorf("XGEOM MOTORS=%s: expected two numbers", said)
	}
	var positions [][]float64
	for q := 1; q <= int(size[0]); q++ {
		key := fmt.Sprintf("MOTOR_Q%d", q)
		row, err := numbers(notes[key])
		if err != nil || len(row) != int(size[1]) {
			return nil, fmt.Errorf("XGEOM %s=%s: expected %v numbers", key, notes[key], size[1])
		}
		positions = append(positions, row)
	}
	return positions, nil
}

func numbers(list string) (all []float64, err error) {
	for text := range strings.SplitSeq(list, ",") {
		number, err := finiteNumber(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		all = append(all, number)
	}
	return all, nil
}
