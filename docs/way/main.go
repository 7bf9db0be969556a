// Command way draws the way of data, from the files of a run to results, as SVG: go run
// ./docs/way > docs/way.svg
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// A station is what data are at one place of the way.
type station struct {
	name  string
	says  [2]string
	where string // package
	many  bool   // one for each worker
}

var stations = []station{
	{"file", [2]string{"HDF5, one of", "hundreds of a run"}, "run", false},
	{"structure", [2]string{"what lies where,", "checked, not trusted"}, "internal/h5", false},
	{"chunk", [2]string{"mapped as it is,", "or inflated once"}, "internal/h5", true},
	{"entry", [2]string{"an image, a number;", "lent, not copied"}, "keydata", true},
	{"frame", [2]string{"a pulse, seen by", "all modules"}, "detector", true},
	{"kernel", [2]string{"yours: called for", "each item"}, "pasha", true},
	{"array", [2]string{"one, which all", "workers write"}, "pasha", false},
	{"result", [2]string{"npy, HDF5, NetCDF,", "Parquet, picture"}, "picture, export", false},
}

// Sizes, in pixels.
const (
	step, box, height = 124, 96, 44
	left, top         = 20, 66
	width, total      = 2*left + 7*step + box, 232
)

// On a light card of its own a picture is legible on any page.
const style = `<style>
text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; text-anchor: middle; }
.name { font-size: 16px; font-weight: 600; }
.says { font-size: 12px; }
.where { font-size: 11.5px; fill: #0550ae; font-family: ui-monospace, Menlo, "DejaVu Sans Mono", monospace; }
.span { font-size: 13px; fill: #57606a; }
rect.card { fill: #f6f8fa; stroke: #d0d7de; }
rect.box { fill: #ffffff; stroke: #57606a; stroke-width: 1.3; }
rect.worker { fill: #ddf4ff; stroke: #0969da; stroke-width: 1.3; }
path { stroke: #57606a; stroke-width: 1.6; fill: none; }
path.head { fill: #57606a; stroke: none; }
</style>
`

func main() {
	if _, err := io.WriteString(os.Stdout, picture()); err != nil {
		fmt.Fprintln(os.Stderr, "way:", err)
		os.Exit(1)
	}
}

func picture() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="The way of data: %s">`+"\n", width, total, width, total, names())
	b.WriteString(style)
	fmt.Fprintf(&b, `<rect class="card" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>`+"\n", width-1, total-1)
	for i, s := range stations {
		s.draw(&b, i)
		if i > 0 {
			arrow(&b, left+(i-1)*step+box, left+i*step)
		}
	}
	span(&b, 0, 3, "pages of the file where it can be: nothing is copied")
	span(&b, 6, 7, "shared memory")
	above(&b, 2, 5, "one for each worker: a thread, or a process")
	b.WriteString("</svg>\n")
	return b.String()
}

func names() string {
	var list []string
	for _, s := range stations {
		list = append(list, s.name)
	}
	return strings.Join(list, ", ")
}

func (s station) draw(b *strings.Builder, i int) {
	x, class, copies := left+i*step, "box", 1
	if s.many {
		class, copies = "worker", 3
	}
	for n := copies - 1; n >= 0; n-- {
		fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="6"/>`+"\n", class, x+5*n, top-5*n, box, height)
	}
	text(b, "name", x+box/2, top+28, s.name)
	text(b, "says", x+box/2, top+height+20, s.says[0])
	text(b, "says", x+box/2, top+height+36, s.says[1])
	text(b, "where", x+box/2, top+height+56, s.where)
}

func text(b *strings.Builder, class string, x, y int, words string) {
	fmt.Fprintf(b, `<text class="%s" x="%d" y="%d">%s</text>`+"\n", class, x, y, words)
}

func arrow(b *strings.Builder, from, to int) {
	y := top + height/2
	fmt.Fprintf(b, `<path d="M%d %dH%d"/><path class="head" d="M%d %dl-8 -4.5v9z"/>`+"\n", from+1, y, to-7, to-1, y)
}

// span is a bracket below the stations first to last, above one on top of them.
func span(b *strings.Builder, first, last int, words string) {
	bracket(b, first, last, top+height+66, 6)
	text(b, "span", left+(first+last)*step/2+box/2, top+height+92, words)
}

func above(b *strings.Builder, first, last int, words string) {
	bracket(b, first, last, top-20, -6)
	text(b, "span", left+(first+last)*step/2+box/2, top-36, words)
}

func bracket(b *strings.Builder, first, last, y, depth int) {
	fmt.Fprintf(b, `<path d="M%d %dv%dH%dv%d"/>`+"\n", left+first*step, y, depth, left+last*step+box, -depth)
}
