package run

import "testing"

func TestParseName(t *testing.T) {
	for path, want := range map[string]Name{
		"/gpfs/SPB/p700000/raw/r0020/RAW-R0020-AGIPD01-S00003.h5": {"RAW", 20, "AGIPD01", 3},
		"CORR-R0020-DA02-S00000.h5":                               {"CORR", 20, "DA02", 0},
		"RAW-R0005-OVERVIEW.h5":                                   {}, // is that of no aggregator
		"RAW-R0020-DA01-S0003.h5":                                 {},
		"/tmp/some/file.h5":                                       {},
	} {
		if got := ParseName(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

func TestStorageOf(t *testing.T) {
	for path, want := range map[string]Storage{
		"/gpfs/exfel/exp/SPB/202601/p700000/raw/r0001/RAW-R0001-DA01-S00000.h5":                  {"raw", "SPB", "202601", "p700000"},
		"/gpfs/exfel/d/proc/SCS/201901/p002212/r0238/CORR-R0238-DA01-S00000.h5":                  {"proc", "SCS", "201901", "p002212"},
		"/pnfs/xfel.eu/exfel/archive/XFEL/raw/SCS/201901/p002212/r0238/RAW-R0238-DA01-S00000.h5": {"raw", "SCS", "201901", "p002212"},
		"/gpfs/exfel/exp/XMPL/202102/p700000/usr/.extra_data/RAW-R0005-OVERVIEW.h5":              {},
		"/data/SPB/202601/p700000/raw/r0001/RAW-R0001-DA01-S00000.h5":                            {},
		"/backup/gpfs/exfel/exp/SPB/202601/p700000/raw/r0001/RAW-R0001-DA01-S00000.h5":           {},
		"/gpfs/exfel/exp/SPB/202601/p700000/scratch/raw/r0001/RAW-R0001-DA01-S00000.h5":          {},
		"/gpfs/exfel/exp/SPB/202601/p700000/raw/r0001/sub/RAW-R0001-DA01-S00000.h5":              {"raw", "SPB", "202601", "p700000"},
	} {
		if got := StorageOf(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}
