// Package notebook shows what there is in a run, and what was made of it, in the cells of a
// Jupyter notebook with Go, which the kernel GoNB runs.
//
//	import nb "extrapasha/extradata/notebook"
//
//	%%
//	run := nb.Must(extradata.OpenRun(700000, 1))
//	nb.Show(run)
//	nb.Show(nb.Must(psh.ReduceMean(images.ByEntry())), picture.Labels{Title: "mean", Units: "ADU"})
//
// Outside of a notebook the same is printed as text.
package notebook

import (
	"fmt"
	"os"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// Must is the value where there is no error; else it panics with that, which ends the cell
// and shows it. It is [psh.Must].
func Must[T any](value T, err error) T { return psh.Must(value, err) }

// Show shows values, one below the other. [picture.Labels] behind an array are written on its
// picture.
//
//	a run, a source           what is in it, as a table that folds
//	a key                     as [draw.Key] draws it: a line, a heat map, the mean image
//	an array, a slice         a line of one dimension, an image of two, the first image of more
//	a labelled array          the same with its coordinates, over trains a heat map
//	a detector, its frames    the mean put together, where the modules usually are
//	missing data              which trains sources miss
//	a table of Arrow          the first rows and the last
//	a picture, what has one   the picture, such as of a scan
//	anything else             its text
//
// Keys and detectors are read for that, all of them: select trains first where they are
// many. What cannot be shown has the reason in its place.
func Show(values ...any) {
	for i, value := range values {
		var labels picture.Labels
		if _, isLabels := value.(picture.Labels); isLabels && i > 0 {
			continue
		}
		if i+1 < len(values) {
			labels, _ = values[i+1].(picture.Labels)
		}
		s, err := shownOf(value, labels)
		if err != nil {
			s = failed(err)
		}
		s.emit()
	}
	sync()
}

// shown is a value in the forms that it can be shown in: as text always, and as html or png
// where they are not empty.
type shown struct {
	text, html string
	png        []byte
}

// emit puts it into the cell, or prints it.
func (s shown) emit() {
	if !gonbui.IsNotebook || s.html == "" && s.png == nil || gonbui.Error() != nil {
		fmt.Println(s.text)
		return
	}
	data := map[protocol.MIMEType]any{protocol.MIMETextPlain: s.text}
	if s.html != "" {
		data[protocol.MIMETextHTML] = s.html
	}
	if s.png != nil {
		data[protocol.MIMEImagePNG] = s.png
	}
	gonbui.SendData(&protocol.DisplayData{Data: data})
	if err := gonbui.Error(); err != nil {
		fmt.Fprintln(os.Stderr, "notebook:", err)
		fmt.Println(s.text)
	}
}

// patience is how long the kernel may take for what it was sent.
const patience = 10 * time.Second

// sync waits for what was sent, since it is lost if the program ends before.
func sync() {
	if !gonbui.IsNotebook || gonbui.Error() != nil {
		return
	}
	done := make(chan struct{})
	go func() { gonbui.Sync(); close(done) }()
	select {
	case <-done:
	case <-time.After(patience):
		fmt.Fprintln(os.Stderr, "notebook:", "the kernel does not answer: something may not be shown")
	}
}
