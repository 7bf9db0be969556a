package main

import (
	"fmt"

	"extrapasha/examples/example"
	"extrapasha/extradata"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// save writes the arrays and the picture and returns where they are.
func save(r result, key *extradata.KeyData, dir string) (npz, png string, err error) {
	if npz, err = example.Output(dir, "trainmean.npz"); err != nil {
		return "", "", err
	}
	ids, err := psh.NewArray(key.TrainIDs())
	if err != nil {
		return "", "", err
	}
	if err := psh.SaveNPZ(npz, map[string]psh.NPY{"mean": r.mean, "intensity": r.intensity, "trainId": ids}); err != nil {
		return "", "", err
	}
	if png, err = example.Output(dir, "trainmean.png"); err != nil {
		return "", "", err
	}
	image, err := picture.Image(r.mean, picture.Labels{Title: fmt.Sprintf("Mean of %d entries: %s, %s", key.Shape()[0], key.Source(), key.Key())})
	if err != nil {
		return "", "", err
	}
	pictures := []*picture.Picture{image}
	// Of a run without data for the module there is nothing to draw a line through.
	if line, err := picture.Line(ids.Data, r.intensity.Data, picture.Labels{Y: "mean intensity"}); err == nil {
		pictures = append(pictures, line)
	}
	return npz, png, picture.Save(png, pictures...)
}
