package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/extradata/export"
	"extrapasha/extradata/table"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func getCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "get RUN SOURCE KEY",
		Short: "Print a key, or write it to a file for others",
		Long: `Print the data of a key as CSV, or write it to a file. What the file is its name
tells:

  .npy      the array: entries, and the shape of one
  .npz      the array as "data", the train ID of each entry as "trainId", and
            as "origin" what they are of
  .h5       HDF5: the array by the name of the key, with names and coordinates
            of its dimensions; entries go to disk as they are read
  .nc       the same as NetCDF 4, for xarray
  .csv      a row of train ID and value for each entry, of keys with one value
            in an entry; where trains have several, also the pulse ID, or which
            entry it is; a column for each field of a structured key
  .parquet  a table of train IDs and values, of keys with one number a train

All but .npy and .csv tell what they are made of, see extra-data origin.

KEY may be one field of a structured key, such as rec.hits.x.

` + cli.RunUsage,
		Example: `  extra-data get p4200 1 SA2_XTD1_XGM/XGM/DOOCS pulseEnergy.photonFlux | head
  extra-data get p4200 1 SA2_XTD1_XGM/XGM/DOOCS pulseEnergy.photonFlux -o energy.csv
  extra-data get p700000 1 SPB_DET_AGIPD1M-1/DET/0CH0:xtdf image.data -o frames.npz --trains 0:10 --roi 0
  extra-data get p700000 1 SPB_DET_AGIPD1M-1/DET/0CH0:xtdf image.data -o frames.nc --trains 0:10`,
		Args:              cli.Args(runSourceKey),
		ValidArgsFunction: cli.Complete,
	}
	selected := cli.SelectFlags(c)
	cli.OpenFlag(c)
	out := c.Flags().StringP("out", "o", "", "file to write: .npy, .npz, .h5, .nc, .csv or .parquet")
	c.RunE = func(c *cobra.Command, args []string) error {
		kind := strings.ToLower(filepath.Ext(*out))
		result := func(path string, run *extradata.DataCollection, key *extradata.KeyData, roi []psh.Sel) error {
			return writeResult(c, path, run, key, roi)
		}
		write, ok := map[string]func(string, *extradata.DataCollection, *extradata.KeyData, []psh.Sel) error{
			".npy": writeNPY, ".npz": writeNPZ, ".h5": result, ".nc": result, ".csv": writeCSV, ".parquet": writeParquet,
		}[kind]
		if *out != "" && !ok {
			return cli.Usagef(c, "--out %q: expected a name that ends with .npy, .npz, .h5, .nc, .csv or .parquet", *out)
		}
		run, key, roi, err := openKey(c, args, selected)
		if err != nil {
			return err
		}
		defer run.Close()
		if *out == "" {
			rows, err := rowsOf(run, key, roi)
			if err != nil {
				return err
			}
			return rows.write(c.OutOrStdout())
		}
		if err := write(*out, run, key, roi); err != nil {
			return err
		}
		cli.Printf(c, "%s: %v\n", *out, key)
		return nil
	}
	return c
}

// openKey opens the run that the arguments name, and finds what is wanted of the key
// that they name, or of the images of the source.
func openKey(c *cobra.Command, args []string, selected *cli.Selected) (run *extradata.DataCollection, key *extradata.KeyData, roi []psh.Sel, err error) {
	if roi, err = selected.ROI(c); err != nil {
		return nil, nil, nil, err
	}
	named, rest := cli.SplitRun(args)
	if run, err = cli.OpenRun(c, named); err != nil {
		return nil, nil, nil, err
	}
	key, err = findKey(run, rest[0], append(rest[1:], "image.data")[0])
	if err == nil {
		key, err = selected.Trains(c, key)
	}
	if err != nil {
		run.Close()
	}
	return run, key, roi, err
}

// findKey finds a key by names that may be as they are shown.
func findKey(run *extradata.DataCollection, source, key string) (*extradata.KeyData, error) {
	source = cli.Shown(source, run.AllSources())
	s, err := run.Source(source)
	if err != nil {
		return nil, err
	}
	keys, err := s.Names()
	if err != nil {
		return nil, err
	}
	found, err := run.Key(source, cli.Shown(key, keys))
	if err == nil {
		return found, nil
	}
	if field := fieldOf(run, source, key); field != nil {
		return field, nil
	}
	return nil, err
}

// fieldOf finds a field of a structured key, such as x in rec.hits.x; nil where there is
// none of that name.
func fieldOf(run *extradata.DataCollection, source, name string) *extradata.KeyData {
	for dot := strings.LastIndexByte(name, '.'); dot > 0; dot = strings.LastIndexByte(name[:dot], '.') {
		key, err := run.Key(source, name[:dot])
		if err != nil {
			continue
		}
		if field, err := key.Field(name[dot+1:]); err == nil {
			return field
		}
	}
	return nil
}

// runSourceKey makes sure that the arguments name a run, a source and a key.
func runSourceKey(args []string) error {
	_, rest := cli.SplitRun(args)
	switch {
	case len(args) == 0:
		return errNoRun
	case len(rest) == 0:
		return errors.New("name a source and a key")
	case len(rest) == 1:
		return fmt.Errorf("name a key of %s", rest[0])
	case len(rest) > 2:
		return fmt.Errorf("%q is too much: name a run, a source and a key", rest[2:])
	}
	return nil
}

func writeNPY(path string, _ *extradata.DataCollection, key *extradata.KeyData, roi []psh.Sel) error {
	data, err := readNumbers(key, roi)
	if err != nil {
		return err
	}
	return data.SaveNPY(path)
}

func writeNPZ(path string, run *extradata.DataCollection, key *extradata.KeyData, roi []psh.Sel) error {
	data, err := readNumbers(key, roi)
	if err != nil {
		return err
	}
	ids, err := psh.NewArray(key.TrainIDCoordinates())
	if err != nil {
		return err
	}
	origin, err := originOf(run, key)
	if err != nil {
		return err
	}
	return export.SaveNPZ(path, origin, map[string]psh.NPY{"data": data, "trainId": ids})
}

// numbers is an array of any type of number.
type numbers interface {
	psh.NPY
	SaveNPY(path string) error
}

func readNumbers(key *extradata.KeyData, roi []psh.Sel) (numbers, error) {
	if key.DType() == keydata.String {
		return nil, fmt.Errorf("%s, %s holds text, and NumPy's files are for numbers: write it as .csv or .parquet", key.Source(), key.ShortKey())
	}
	data, err := key.ReadAny(roi...)
	if err != nil {
		return nil, err
	}
	if array, ok := data.(numbers); ok {
		return array, nil
	}
	return nil, fmt.Errorf("%v cannot be written as NumPy's arrays", key)
}

func writeParquet(path string, run *extradata.DataCollection, key *extradata.KeyData, roi []psh.Sel) error {
	if len(roi) > 0 {
		return errors.New("a Parquet table has one number a train: --roi is for .npy, .npz and .csv")
	}
	only, err := onlyKey(run, key)
	if err != nil {
		return err
	}
	record, err := table.New(only, table.WithTimestamps())
	if errors.Is(err, table.ErrColumn) {
		return fmt.Errorf("%w: write it as .npy or .npz", err)
	}
	if err != nil {
		return err
	}
	defer record.Release()
	origin, err := only.Origin()
	if err != nil {
		return err
	}
	told := table.WithOrigin(record, origin)
	defer told.Release()
	return table.SaveParquet(path, told)
}
