// Package draw makes pictures of what is in a run: a key, a detector put together, which
// trains sources miss. Package picture draws arrays.
//
//	p, err := draw.Key(key, nil)
//	…
//	err = p.Save("key.png")
package draw

import (
	"fmt"

	"extrapasha/extradata"
	"extrapasha/extradata/picture"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// Key draws a key by the dimensions of its entries: a line over trains of one number, a heat
// map of a row of values, the mean of images. roi cuts a region of interest out of each
// entry, see [keydata.Typed.Read]; without it the first image is drawn of entries that have
// several, such as raw data of AGIPD, which have image and gain. Options are those of the
// reduction that makes the mean, which reads all entries. The error is a
// [*extradata.NoDataError] where there are none.
func Key(key *extradata.KeyData, roi []psh.Sel, options ...psh.MapOption) (*picture.Picture, error) {
	if key.Entries() == 0 {
		return nil, &extradata.NoDataError{Source: key.Source(), Key: key.Key()}
	}
	units, err := key.Units()
	if err != nil {
		return nil, err
	}
	labels := picture.Labels{Title: key.Source() + ", " + key.ShortKey(), Units: units}
	left, err := psh.Cut(key.EntryShape(), roi...)
	if err != nil {
		return nil, fmt.Errorf("%v: region of interest: %w", key, err)
	}
	if len(left) > 1 {
		return meanPicture(key, roi, len(left), labels, options)
	}
	values, err := key.ReadFloats(roi...)
	if err != nil {
		return nil, err
	}
	trains := key.TrainIDCoordinates()
	if len(left) == 1 {
		labels.Y = "element"
		return picture.Heat(values, trains, labels)
	}
	labels.Y = key.ShortKey()
	if units != "" {
		labels.Y += " in " + units
	}
	return picture.Line(trains, values.Data, labels)
}

// meanPicture draws the mean of entries that have so many dimensions.
func meanPicture(key *keydata.KeyData, roi []psh.Sel, dims int, labels picture.Labels, options []psh.MapOption) (*picture.Picture, error) {
	if len(roi) > 0 && dims > 2 {
		return nil, fmt.Errorf("%v: the region of interest leaves %d dimensions of an entry: an image has two", key, dims)
	}
	for range dims - 2 { // the first of what is in front
		roi = append(roi, psh.At(0))
	}
	mean, err := meanImage(key, roi, options)
	if err != nil {
		return nil, err
	}
	labels.Title += fmt.Sprintf(": mean of %d", key.Entries())
	return picture.Image(mean, labels)
}

// Missing draws which trains sources miss, as [extradata.DataCollection.MissingData] lists
// them.
func Missing(list []extradata.Missing, title string) (*picture.Picture, error) {
	names, present := make([]string, len(list)), make([][]bool, len(list))
	var trainIDs []uint64
	for i, m := range list {
		names[i], present[i], trainIDs = m.Name(), m.Present, m.TrainIDs
	}
	return picture.Missing(names, present, trainIDs, picture.Labels{Title: title})
}
