package mockrun_test

import (
	"context"
	"testing"

	"extrapasha/extradata"
	"extrapasha/extradata/pulses"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
)

// TestLaser has every second pulse pumped, and less light in those from time zero on.
func TestLaser(t *testing.T) {
	config := mockrun.Small()
	config.Laser, config.Trains, config.Modules, config.MissingTrains, config.MissingPulses = true, 40, 1, 0, 0
	dir := t.TempDir()
	if err := config.Write(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	run := psh.Must(extradata.RunDirectory(config.RunDir(dir, "raw")))
	defer run.Close()
	pattern := psh.Must(psh.Must(pulses.Find(run, "")).PumpProbe(1, "", pulses.FromFirst(0), false))
	if len(pattern.Trains) != 40 || len(pattern.Trains[0].Pulses) != config.Pulses {
		t.Fatalf("%d trains of %d pulses", len(pattern.Trains), len(pattern.Trains[0].Pulses))
	}
	for i, pulse := range pattern.Trains[0].Pulses {
		if !pulse.XRay || pulse.Laser != (i%2 == 0) {
			t.Errorf("pulse %d is %+v", i, pulse)
		}
	}
	images := psh.Must(extradata.Key[uint16](run, mockrun.Module(0), "image.data"))
	plain := config
	plain.Laser = false
	if err := plain.Write(context.Background(), dir+"/plain"); err != nil {
		t.Fatal(err)
	}
	unpumped := psh.Must(extradata.RunDirectory(plain.RunDir(dir+"/plain", "raw")))
	defer unpumped.Close()
	before := psh.Must(extradata.Key[uint16](unpumped, mockrun.Module(0), "image.data"))
	for train, less := range map[int]bool{0: false, 29: false, 30: true, 39: true} {
		with, without := psh.Must(images.TrainByIndex(train)), psh.Must(before.TrainByIndex(train))
		for i := range 2 {
			a, b := entryOf(with, i), entryOf(without, i)
			if changed := a.Digest() != b.Digest(); changed != (less && i == 0) {
				t.Errorf("train %d, pulse %d: changed %v by the laser", train, i, changed)
			}
		}
	}
}

// entryOf is one entry of a train.
func entryOf(train extradata.Entries[uint16], number int) psh.Array[uint16] {
	for i, entry := range train.All() {
		if i == number {
			return entry.Copy()
		}
	}
	return psh.Array[uint16]{}
}
