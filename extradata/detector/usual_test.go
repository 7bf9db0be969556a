package detector_test

import (
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	psh "extrapasha/pasha"
)

// TestUsualGeometry is there for a class that geometry knows, and for no other.
func TestUsualGeometry(t *testing.T) {
	run := psh.Must(extradata.RunDirectory("../../testdata/SPB/202601/p700000/raw/r0001"))
	defer run.Close()
	g, err := psh.Must(detector.Open(run, detector.Raw())).UsualGeometry()
	if err != nil || g == nil {
		t.Error(g, err)
	}
	cameras := psh.Must(detector.Open(run, detector.Like(`^SPB_EXP_SAM/CAM/(\d+):daqOutput`, "data.image.pixels")))
	if _, err := cameras.UsualGeometry(); err == nil || !strings.Contains(err.Error(), "where the modules of") {
		t.Errorf("%v, expected that it is not known", err)
	}
}
