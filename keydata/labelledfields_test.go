package keydata_test

import (
	"errors"
	"slices"
	"testing"

	"extrapasha/internal/h5"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestReadLabelledFields labels each field of structured data as other data are.
func TestReadLabelledFields(t *testing.T) {
	all := hits(12)
	k := writeRecords(t, h5.Form{}, recordForm{}, []int{1, 0, 2}, []int{3, 4}, all, h5.Layout{})
	fields, err := k.ReadLabelledFields(keydata.Labels{Dims: []string{"hit"}}, psh.Span(1, 3))
	if err != nil || len(fields) != len(k.Fields()) {
		t.Fatal(fields, err)
	}
	times := fields["t"].(psh.Labelled[float64])
	if !slices.Equal(times.Dims, []string{"trainId", "hit"}) || !slices.Equal(times.Shape(), []int{3, 2}) || times.Name != "t" {
		t.Errorf("%v of shape %v", times.Dims, times.Shape())
	}
	if ids := times.Coords["trainId"].([]uint64); !slices.Equal(ids, k.TrainIDCoordinates()) {
		t.Errorf("trains %v, want %v", ids, k.TrainIDCoordinates())
	}
	if at := times.Coords["hit"].([]int); !slices.Equal(at, []int{1, 2}) || times.At(2, 1) != all[10].Time {
		t.Errorf("%v at %v, want %v", times.Data, at, all[10].Time)
	}
	charge := fields["charge"].(psh.Labelled[int16])
	if !slices.Equal(charge.Dims, []string{"trainId", "hit", "charge_0", "charge_1"}) || charge.At(0, 0, 1, 2) != all[1].Charge[1][2] {
		t.Errorf("%v: %v", charge.Dims, charge.Data)
	}
	alone, err := k.Field("t")
	if err != nil {
		t.Fatal(err)
	}
	var typed *keydata.TypeError
	if _, err := alone.ReadLabelledFields(keydata.Labels{}); !errors.As(err, &typed) {
		t.Errorf("%v, want a TypeError", err)
	}
}
