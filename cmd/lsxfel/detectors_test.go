package main

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"extrapasha/internal/mockrun"
)

// TestWholeDetectors lists runs of all modules of a detector but some.
func TestWholeDetectors(t *testing.T) {
	jungfrau := "  SPB_IRDA_JF4M/DET: JUNGFRAU, 6 of 8 modules, without 4,6\n"
	agipd := ": AGIPD1M, 14 of 16 modules, without 3,5\n"
	for _, c := range []struct {
		name, detector string
		args           []string
		want, not      []string
	}{
		{"not called as most", "JUNGFRAU", nil, []string{
			jungfrau + "    uint16 8 × 4, up to 2 frames a train, up to 6 in all\n    SPB_IRDA_JF4M/DET/JNGFR{01-03,05,07-08}:daqOutput\n\n2 instrument sources\n",
		}, nil},
		{"one of them", "JUNGFRAU", []string{"-s", "JNGFR01"}, []string{
			"  SPB_IRDA_JF4M/DET: JUNGFRAU, 1 module\n    uint16 8 × 4,", "    SPB_IRDA_JF4M/DET/JNGFR01:daqOutput\n",
		}, []string{"JNGFR02", "without", "instrument"}},
		{"its keys", "JUNGFRAU", []string{"-d", "JNGFR01"}, []string{
			"1 instrument source\n", "    data.adc ",
		}, []string{"JNGFR02", "without"}},
		{"others", "JUNGFRAU", []string{"-s", "MOTOR"}, []string{"MOTOR"}, []string{"JUNGFRAU"}},
		{"raw and corrected", "AGIPD1M", nil, []string{
			"  SPB_DET_AGIPD1M-1/CORR" + agipd + "    float32 8 × 4,", "  SPB_DET_AGIPD1M-1/DET" + agipd + "    uint16 2 × 8 × 4,",
		}, nil},
		{"of two names", "AGIPD1M", []string{"--data", "all"}, []string{
			"  SPB_DET_AGIPD1M-1/CORR" + agipd, "14 legacy names",
		}, []string{"  SPB_DET_AGIPD1M-1/DET:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := lsxfelOf(t, c.detector, c.args...)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in\n%s", want, got)
				}
			}
			for _, not := range c.not {
				if strings.Contains(got, not) {
					t.Errorf("%q in\n%s", not, got)
				}
			}
		})
	}
	var s struct {
		Name      string
		Detectors []known
	}
	if err := json.Unmarshal([]byte(lsxfelOf(t, "JUNGFRAU", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Detectors) != 1 || s.Name != "p700000 3" {
		t.Fatalf("%+v", s)
	}
	if d := s.Detectors[0]; d.Class != "JUNGFRAU" || d.Places != 8 || !slices.Equal(d.Missing, []int{4, 6}) || len(d.Modules) != 6 {
		t.Errorf("%+v", d)
	}
}

// lsxfelOf is what lsxfel prints of a run 3 with a detector without two of its modules.
func lsxfelOf(t *testing.T, detector string, args ...string) string {
	t.Helper()
	cfg, err := mockrun.For(detector)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Run, cfg.Trains, cfg.Pulses, cfg.Rows, cfg.Cols = 3, 3, 2, 8, 4
	cfg.Without, cfg.Corrected = []int{3, 5}, detector == "AGIPD1M"
	root := t.TempDir()
	if err := cfg.Write(context.Background(), root); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EXTRA_DATA_DATA_ROOT", root)
	c := command()
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetArgs(append([]string{"p700000", "3"}, args...))
	if err := c.Execute(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
