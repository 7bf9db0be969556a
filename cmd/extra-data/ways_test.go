package main

import (
	"strings"
	"testing"

	"extrapasha/cmd/internal/cli/clitest"
	"extrapasha/internal/mockrun"
)

// TestWays goes over all commands, so that a new one has to say here how it is used.
func TestWays(t *testing.T) {
	results := t.TempDir()
	for _, name := range []string{"/part.npy", "/part.nc"} {
		if _, err := execute("get", "../../testdata/SPB/202601/p700000/raw/r0001", mockrun.XGM, "pulseEnergy.photonFlux", "-o", results+name); err != nil {
			t.Fatal(err)
		}
	}
	config := mockrun.Small()
	config.Corrected, config.MissingPulses = true, 0
	if err := config.Write(t.Context(), results); err != nil {
		t.Fatal(err)
	}
	usual := map[string]string{
		"":                 "",
		"get":              "RUN SPB_XTD9_XGM/XGM/DOOCS pulseEnergy.photonFlux",
		"help":             "get",
		"locality":         "RUN",
		"make-virtual-cxi": "results/SPB/202601/p700000/proc/r0001 -o out/v.cxi --min-modules 1",
		"map":              "RUN",
		"merge":            "results/part.npy results/part.npy -o out/all.npy",
		"missing":          "RUN",
		"new":              "out/program",
		"origin":           "results/part.nc",
		"overview":         "RUN",
		"readable":         "-a RUN",
		"runs":             "p700000",
		"sample":           "out --trains 1 --pulses 1 --rows 8 --cols 8",
		"show":             "RUN SPB_DET_AGIPD1M-1/DET/0CH0:xtdf -o out/module.png",
		"split":            "RUN --parts 3",
		"try-file":         "RUN/RAW-R0001-DA01-S00000.h5",
		"validate":         "RUN",
		"version":          "",
		"write":            "RUN *XGM* -o out/part.h5",
		"completion":       "",
	}
	for _, shell := range strings.Fields("bash fish powershell zsh") {
		usual["completion "+shell] = ""
	}
	clitest.Ways(t, command(), results, usual)
}
