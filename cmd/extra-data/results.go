package main

import (
	"github.com/spf13/cobra"

	"extrapasha/extradata"
	"extrapasha/extradata/export"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// writeResult writes a key as HDF5 or NetCDF.
func writeResult(c *cobra.Command, path string, run *extradata.DataCollection, key *extradata.KeyData, roi []psh.Sel) error {
	origin, err := originOf(run, key)
	if err != nil {
		return err
	}
	f, err := export.Create(path, export.From(origin))
	if err != nil {
		return err
	}
	defer f.Discard()
	err = f.PutKey(key.ShortKey(), key, roi, psh.Until(c.Context()), psh.Progress("writing"))
	if err != nil {
		return err
	}
	return f.Close()
}

// tell puts what a picture is made of into it.
func tell(p *picture.Picture, of *extradata.DataCollection) error {
	origin, err := of.Origin()
	if err == nil {
		p.Tell(extradata.OriginName, origin.Text())
	}
	return err
}

// originOf is what a result of a key is made of.
func originOf(run *extradata.DataCollection, key *extradata.KeyData) (extradata.Origin, error) {
	only, err := onlyKey(run, key)
	if err != nil {
		return extradata.Origin{}, err
	}
	return only.Origin()
}

// onlyKey is what a run has of a key.
func onlyKey(run *extradata.DataCollection, key *extradata.KeyData) (*extradata.DataCollection, error) {
	only, err := run.Select(extradata.OnlyKey(key))
	if err != nil {
		return nil, err
	}
	return only.SelectTrains(extradata.ByIDs(key.TrainIDs()...))
}
