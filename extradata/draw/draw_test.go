package draw

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

func small(t *testing.T) *extradata.DataCollection {
	run, err := extradata.RunDirectory("../../testdata/SPB/202601/p700000/raw/r0001")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// TestKey draws keys of each number of dimensions; what is drawn tells itself on a terminal.
func TestKey(t *testing.T) {
	run := small(t)
	for _, of := range []struct {
		source, key string
		roi         []psh.Sel
		says        string
	}{
		{mockrun.XGM, "pulseEnergy.photonFlux", nil, "over trains 10000 to 10009"},
		{mockrun.XGMOutput, "data.intensityTD", []psh.Sel{psh.Span(0, 4)}, "μJ"},
		{mockrun.XGMOutput, "data.intensityTD", []psh.Sel{psh.At(0)}, "over trains"},
		{mockrun.Camera(1), "data.image.pixels", nil, "mean of 8"},
		{mockrun.Module(0), "image.data", nil, "mean of 17"},
		{mockrun.Module(0), "image.data", []psh.Sel{psh.At(1), psh.Every().By(-1)}, "mean of 17"},
	} {
		p, err := Key(psh.Must(run.Key(of.source, of.key)), of.roi)
		if err != nil {
			t.Error(err)
			continue
		}
		if !strings.Contains(p.String(), of.says) {
			t.Errorf("%s: %v, expected %q", of.key, p, of.says)
		}
	}
}

func TestKeyErrors(t *testing.T) {
	run := small(t)
	images := psh.Must(run.Key(mockrun.Module(0), "image.data"))
	for says, roi := range map[string][]psh.Sel{
		"region of interest: dimension 0: bad shape: position 7":           {psh.At(7)},
		"the region of interest leaves 3 dimensions of an entry: an image": {psh.Span(0, 1)},
	} {
		if _, err := Key(images, roi); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, expected %q", err, says)
		}
	}
	none, err := images.SelectTrains(extradata.ByIndices())
	if err != nil {
		t.Fatal(err)
	}
	var noData *extradata.NoDataError
	if _, err := Key(none, nil); !errors.As(err, &noData) || noData.Source != mockrun.Module(0) {
		t.Errorf("%v, expected that there is no data", err)
	}
}

// TestMean is against adding up by hand.
func TestMean(t *testing.T) {
	images := psh.Must(small(t).Key(mockrun.Camera(1), "data.image.pixels"))
	mean, err := meanImage(images, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	values := psh.Must(images.ReadFloats())
	sum := 0.0
	for i := range values.Len() {
		sum += values.At(i, 20, 30)
	}
	if want := sum / float64(values.Len()); mean.At(20, 30) != want {
		t.Errorf("the mean is %v, expected %v", mean.At(20, 30), want)
	}
}

func TestMissing(t *testing.T) {
	list := psh.Must(small(t).MissingData(1, false))
	p, err := Missing(list, "what is missing")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(p.String(), "trains 10000 to 10009") {
		t.Error(p)
	}
	if _, err := Missing(nil, "nothing"); err == nil {
		t.Error("nothing was drawn")
	}
}

func TestDetector(t *testing.T) {
	config := psh.Must(mockrun.For("AGIPD1M"))
	config.Trains, config.Pulses = 1, 1
	for n := 2; n < 16; n++ {
		config.Without = append(config.Without, n)
	}
	dir := t.TempDir()
	if err := config.Write(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	run := psh.Must(extradata.RunDirectory(filepath.Clean(config.RunDir(dir, "raw"))))
	defer run.Close()
	det := psh.Must(detector.Open(run, detector.Raw()))
	frames := psh.Must(detector.Frames[float32](det, det.DataKey()))
	g := psh.Must(det.UsualGeometry())
	for _, made := range []func() error{
		func() error { _, err := Detector(frames, g, "together"); return err },
		func() error { _, err := Radial(frames, g, "radial"); return err },
	} {
		if err := made(); err != nil {
			t.Error(err)
		}
	}
	none := frames.Where(func(detector.Pulse) bool { return false })
	var noData *extradata.NoDataError
	if _, err := Detector(none, g, "none"); !errors.As(err, &noData) {
		t.Errorf("%v, expected that there is no data", err)
	}
}
