package geometry

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r3"

	"extrapasha/internal/pending"
)

// WriteCrystFEL writes the geometry to a CrystFEL geometry file, which appears complete or
// not at all and replaces one of that name. What the header leaves empty is taken from the
// geometry's own, as of a file that it was read from; what that does not say either is
// written as a remark where CrystFEL needs it. What a file said that is in its
// [Header.LeftOut] is not written. Panels are named pNaM, for tile M of module
// N; modules are rigid groups pN, quadrants qN.
func (g *Geometry) WriteCrystFEL(path string, header Header) error {
	h := header.or(g.header)
	if h.Quadrants == 0 {
		h.Quadrants = g.quads
	}
	if h.Quadrants == 0 && g.Class() == AGIPD500K {
		h.Quadrants = 1 // as EXtra-geom writes it
	}
	err := h.check(g)
	if err == nil {
		err = g.checkTiles()
	}
	if err != nil {
		return fmt.Errorf("geometry: cannot write %s: %w", path, err)
	}
	err = pending.Write(path, 0o666, func(w io.Writer) error {
		out := bufio.NewWriter(w)
		g.writeHeader(out, h)
		g.writeBad(out, h)
		g.writeGroups(out, h)
		g.writePanels(out, h)
		return out.Flush()
	})
	if err != nil {
		return fmt.Errorf("geometry: %w", err)
	}
	return nil
}

// or takes from another header what this one leaves empty.
func (h Header) or(other Header) Header {
	h.Data = cmp.Or(h.Data, other.Data, "/entry_1/instrument_1/detector_1/data")
	h.Mask = cmp.Or(h.Mask, other.Mask)
	h.Quadrants = cmp.Or(h.Quadrants, other.Quadrants)
	h.ADUPerEV = cmp.Or(h.ADUPerEV, other.ADUPerEV)
	h.Clen = cmp.Or(h.Clen, other.Clen)
	h.PhotonEnergy = cmp.Or(h.PhotonEnergy, other.PhotonEnergy)
	if h.Dims == nil {
		h.Dims = other.Dims
	}
	if h.Dims == nil {
		h.Dims = []string{"frame", "modno", "ss", "fs"}
	}
	if h.Bad == nil {
		h.Bad = other.Bad
	}
	return h
}

// check makes sure that the file will be one that can be read.
func (h Header) check(g *Geometry) error {
	for _, dim := range []string{"frame", "ss", "fs"} {
		if i := slices.Index(h.Dims, dim); i < 0 || slices.Contains(h.Dims[i+1:], dim) {
			return fmt.Errorf("%w: dimensions %v, expected %s once", ErrGeometry, h.Dims, dim)
		}
	}
	for _, dim := range h.Dims {
		if _, err := pixel(dim); err != nil && !slices.Contains([]string{"frame", "modno", "ss", "fs"}, dim) {
			return fmt.Errorf("%w: dimension %q, expected frame, modno, ss, fs or an index", ErrGeometry, dim)
		}
	}
	if h.Quadrants > 0 && g.modules%h.Quadrants != 0 || h.Quadrants < 0 {
		return fmt.Errorf("%w: %d modules are no %d groups", ErrGeometry, g.modules, h.Quadrants)
	}
	for _, text := range []string{h.Data, h.Mask, h.ADUPerEV, h.Clen, h.PhotonEnergy} {
		if strings.ContainsAny(text, " \t\r\n;") {
			return fmt.Errorf("%w: %q cannot stand in such a file", ErrGeometry, text)
		}
	}
	for _, bad := range h.Bad {
		if err := bad.check(g); err != nil {
			return fmt.Errorf("%w: bad region %q: %w", ErrGeometry, bad.Name, err)
		}
	}
	return nil
}

func (b BadRegion) check(g *Geometry) error {
	if !strings.HasPrefix(b.Name, "bad") || strings.ContainsAny(b.Name, "/; \t\r\n") {
		return fmt.Errorf("expected a name that begins with bad")
	}
	if !b.InPanel {
		if !b.bounded() {
			return fmt.Errorf("x from %v to %v, y from %v to %v, expected numbers", b.MinX, b.MaxX, b.MinY, b.MaxY)
		}
		return nil
	}
	if min(b.MinFS, b.MaxFS, b.MinSS, b.MaxSS) < 0 {
		return fmt.Errorf("fs from %d to %d, ss from %d to %d, expected pixels", b.MinFS, b.MaxFS, b.MinSS, b.MaxSS)
	}
	if _, ok := moduleOf(b.Panel, g); !ok {
		return fmt.Errorf("no panel %q, expected pNaM for tile M of module N", b.Panel)
	}
	return nil
}

// bounded tells whether a region of space has all bounds.
func (b BadRegion) bounded() bool {
	return math.Abs(b.MinX)+math.Abs(b.MaxX)+math.Abs(b.MinY)+math.Abs(b.MaxY) <= math.MaxFloat64
}

// checkTiles makes sure that tiles and motors can be written so that they can be read.
func (g *Geometry) checkTiles() error {
	for m, tiles := range g.tiles {
		for t, tile := range tiles {
			if parallel(g.perPixel(tile.FS), g.perPixel(tile.SS)) {
				return fmt.Errorf("%w: module %d, tile %d is seen edge-on, which no such file can say", ErrGeometry, m, t)
			}
		}
	}
	for _, position := range slices.Concat(g.motors...) {
		if math.IsNaN(position) || math.IsInf(position, 0) {
			return fmt.Errorf("%w: motor positions %v, expected numbers", ErrGeometry, g.motors)
		}
	}
	return nil
}

// perPixel is a length in pixels.
func (g *Geometry) perPixel(v r3.Vec) r3.Vec {
	return r3.Vec{X: v.X / g.pixel, Y: v.Y / g.pixel, Z: v.Z / g.pixel}
}

// moduleOf is the module that a panel of the name pNaM is in.
func moduleOf(panel string, g *Geometry) (module int, ok bool) {
	for m := range g.modules {
		for t := range g.layout.perModule {
			if panel == tileName(m, t) {
				return m, true
			}
		}
	}
	return 0, false
}

func (g *Geometry) writeHeader(w *bufio.Writer, h Header) {
	fmt.Fprintf(w, "; %s\n;\n; See crystfel_geometry(5). What is not said, and may have to be, is marked SET ME.\n\n", g.Class())
	if len(g.motors) > 0 {
		fmt.Fprintf(w, ";XGEOM MOTORS=%d,%d\n", len(g.motors), len(g.motors[0]))
		for q, row := range g.motors {
			texts := make([]string, len(row))
			for i, position := range row {
				texts[i] = float(position)
			}
			fmt.Fprintf(w, ";XGEOM MOTOR_Q%d=%s\n", q+1, strings.Join(texts, ","))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "data = %s ;\n", h.Data)
	if h.Mask != "" {
		fmt.Fprintf(w, "mask = %s ;\n", h.Mask)
	}
	fmt.Fprintf(w, "dim%d = %%\n", slices.Index(h.Dims, "frame"))
	fmt.Fprintf(w, "res = %s ; pixels per metre\n\n", float(1/g.pixel))
	for _, line := range [][2]string{{"photon_energy", h.PhotonEnergy}, {"clen", h.Clen}, {"adu_per_eV", h.ADUPerEV}} {
		if line[1] == "" {
			fmt.Fprintf(w, "; %s = SET ME\n", line[0])
		} else {
			fmt.Fprintf(w, "%s = %s\n", line[0], line[1])
		}
	}
	fmt.Fprintln(w)
}

// rowOf is the row of the data where those of a module begin.
func (g *Geometry) rowOf(module int, h Header) int {
	if slices.Contains(h.Dims, "modno") {
		return 0
	}
	height, _ := g.moduleShape()
	return module * height
}

func (g *Geometry) writeBad(w *bufio.Writer, h Header) {
	for _, bad := range h.Bad {
		if !bad.InPanel {
			fmt.Fprintf(w, "%[1]s/min_x = %[2]s\n%[1]s/max_x = %[3]s\n%[1]s/min_y = %[4]s\n%[1]s/max_y = %[5]s\n\n",
				bad.Name, float(bad.MinX), float(bad.MaxX), float(bad.MinY), float(bad.MaxY))
			continue
		}
		module, _ := moduleOf(bad.Panel, g)
		row := g.rowOf(module, h)
		fmt.Fprintf(w, "%[1]s/panel = %[2]s\n%[1]s/min_ss = %[3]d\n%[1]s/max_ss = %[4]d\n%[1]s/min_fs = %[5]d\n%[1]s/max_fs = %[6]d\n\n",
			bad.Name, bad.Panel, row+bad.MinSS, row+bad.MaxSS, bad.MinFS, bad.MaxFS)
	}
}

func (g *Geometry) writeGroups(w *bufio.Writer, h Header) {
	var panels [][]string // by module
	for m := range g.tiles {
		var names []string
		for t := range g.tiles[m] {
			names = append(names, tileName(m, t))
		}
		panels = append(panels, names)
	}
	writeCollection(w, "modules", "p", panels)
	if h.Quadrants > 0 {
		var quads [][]string
		for group := range slices.Chunk(panels, g.modules/h.Quadrants) {
			quads = append(quads, slices.Concat(group...))
		}
		writeCollection(w, "quads", "q", quads)
	}
}

func writeCollection(w *bufio.Writer, name, prefix string, groups [][]string) {
	names := make([]string, len(groups))
	for i, panels := range groups {
		names[i] = fmt.Sprint(prefix, i)
		fmt.Fprintf(w, "rigid_group_%s = %s\n", names[i], strings.Join(panels, ","))
	}
	fmt.Fprintf(w, "rigid_group_collection_%s = %s\n\n", name, strings.Join(names, ","))
}

func (g *Geometry) writePanels(w *bufio.Writer, h Header) {
	for m, tiles := range g.tiles {
		for t, tile := range tiles {
			name := tileName(m, t)
			for i, dim := range h.Dims {
				switch dim {
				case "frame":
					continue
				case "modno":
					dim = strconv.Itoa(m)
				}
				fmt.Fprintf(w, "%s/dim%d = %s\n", name, i, dim)
			}
			slow, fast := g.start(t)
			slow += g.rowOf(m, h)
			corner := g.perPixel(tile.Corner)
			fmt.Fprintf(w, "%[1]s/min_fs = %[2]d\n%[1]s/min_ss = %[3]d\n%[1]s/max_fs = %[4]d\n%[1]s/max_ss = %[5]d\n",
				name, fast, slow, fast+tile.Fast-1, slow+tile.Slow-1)
			fmt.Fprintf(w, "%[1]s/fs = %[2]s\n%[1]s/ss = %[3]s\n%[1]s/corner_x = %[4]s\n%[1]s/corner_y = %[5]s\n%[1]s/coffset = %[6]s\n\n",
				name, terms(g.perPixel(tile.FS)), terms(g.perPixel(tile.SS)), float(corner.X), float(corner.Y), float(tile.Corner.Z))
		}
	}
}

// terms is a direction as a sum of axes.
func terms(v r3.Vec) string {
	text := signed(v.X) + "x " + signed(v.Y) + "y"
	if v.Z != 0 {
		text += " " + signed(v.Z) + "z"
	}
	return text
}

// signed is a number with its sign and as many digits as it needs, without an exponent.
func signed(number float64) string {
	text := strconv.FormatFloat(math.Abs(number), 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += "."
	}
	if math.Signbit(number) {
		return "-" + text
	}
	return "+" + text
}

// float is a number as Python writes a float.
func float(number float64) string {
	size := math.Abs(number)
	if size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.FormatFloat(number, 'e', -1, 64)
	}
	text := strconv.FormatFloat(number, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
