package main

import (
	"strings"

	"github.com/muesli/termenv"
	"github.com/spf13/cobra"

	"extrapasha/cmd/internal/cli"
	"extrapasha/extradata"
	"extrapasha/extradata/draw"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

func showCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "show RUN SOURCE|DETECTOR [KEY]",
		Short: "Show a key, a module or a whole detector as a picture",
		Long: `Show the data of a key as a picture: the mean image of a detector module or
camera, a heat map of a key with a row of values for each train, a line of one
with a number. Without a KEY it is image.data. The picture goes onto the
terminal, where that can show colours, or with --out into a file. In an entry of
more than two dimensions, such as raw data of AGIPD, which has image and gain,
the first image is shown; --roi takes others.

In place of a source a DETECTOR can be named, such as SPB_DET_AGIPD1M-1, or its
class, AGIPD1M: its modules are put together, as seen along the beam. --pulse
takes one pulse of each train, image.mask or image.gain as KEY shows those, and
--radial the mean intensity by the distance from the beam.

` + cli.RunUsage,
		Example: `  extra-data show p700000 1 SPB_DET_AGIPD1M-1/DET/0CH0:xtdf
  extra-data show p700000 1 SPB_DET_AGIPD1M-1/DET/0CH0:xtdf image.data --ids 10007 -o train.png
  extra-data show p4200 1 SA2_XTD1_XGM/XGM/DOOCS pulseEnergy.photonFlux -o energy.svg
  extra-data show p700000 3 AGIPD1M --pulse 0 --geometry agipd.geom -o pulse.png`,
		Args: cli.Args(func(args []string) error {
			if _, rest := cli.SplitRun(args); len(rest) == 1 {
				return nil
			}
			return runSourceKey(args)
		}),
		ValidArgsFunction: cli.Complete,
	}
	selected := cli.SelectFlags(c)
	var detectors whole
	detectors.flags(c)
	cli.OpenFlag(c)
	out := c.Flags().StringP("out", "o", "", "file for the picture: .png or .svg")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := picturePossible(c, *out); err != nil {
			return err
		}
		named, rest := cli.SplitRun(args)
		run, err := cli.OpenRun(c, named)
		if err != nil {
			return err
		}
		defer run.Close()
		p, of, err := shown(c, run, rest, selected, &detectors)
		if err == nil && *out != "" {
			err = tell(p, of)
		}
		if err != nil {
			return err
		}
		return give(c, p, *out)
	}
	return c
}

// shown is the picture of what is named, a detector or a source and a key, and what of the
// run is in it.
func shown(c *cobra.Command, run *extradata.DataCollection, names []string, selected *cli.Selected, detectors *whole) (*picture.Picture, *extradata.DataCollection, error) {
	det, err := detectorNamed(run, names[0])
	if err != nil {
		return nil, nil, err
	}
	roi, err := selected.ROI(c)
	switch flag := detectors.asked(c); {
	case err != nil:
		return nil, nil, err
	case det != nil && roi != nil:
		return nil, nil, cli.Usagef(c, "--roi is for the entries of a source, %s is a detector", names[0])
	case det != nil:
		if det, err = cli.TrainsOf(c, selected, det); err != nil {
			return nil, nil, err
		}
		p, err := detectors.draw(c, det, append(names[1:], "")[0])
		return p, det.Run(), err
	case flag != "":
		return nil, nil, cli.Usagef(c, "--%s is for detectors, %s is none", flag, names[0])
	}
	key, err := findKey(run, names[0], append(names[1:], "image.data")[0])
	if err == nil {
		key, err = selected.Trains(c, key)
	}
	if err != nil {
		return nil, nil, err
	}
	if _, err := cut(key.EntryShape(), roi); err != nil {
		return nil, nil, err
	}
	p, err := draw.Key(key, roi, psh.Until(c.Context()), psh.Progress("adding up"))
	if err != nil {
		return nil, nil, err
	}
	of, err := onlyKey(run, key)
	return p, of, err
}

// picturePossible makes sure that there is a place for a picture before it is made.
func picturePossible(c *cobra.Command, path string) error {
	if path == "" && cli.ScreenOf(c).Profile == termenv.Ascii {
		return cli.Usagef(c, "name a file for the picture with --out: this is no terminal with colours")
	}
	if lower := strings.ToLower(path); path != "" && !strings.HasSuffix(lower, ".png") && !strings.HasSuffix(lower, ".svg") {
		return cli.Usagef(c, "--out %q: expected a name that ends with .png or .svg", path)
	}
	return nil
}

// give puts a picture where it is wanted.
func give(c *cobra.Command, p *picture.Picture, path string) error {
	if path == "" {
		screen := cli.ScreenOf(c)
		return p.Print(c.OutOrStdout(), screen.Width, screen.Profile)
	}
	if err := p.Save(path); err != nil {
		return err
	}
	cli.Printf(c, "%s\n", path)
	return nil
}
