package run_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"extrapasha/internal/h5"
	"extrapasha/internal/trains"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// smallFile makes a data file whose INDEX and METADATA lie in one piece each, and
// tells where their bytes are.
func smallFile(t testing.TB) (content []byte, places []int) {
	path := filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	const source = "A/CAM/1:daqOutput"
	numbers := map[string][]uint64{
		"INDEX/trainId":                    {0x1122334455660001, 0x1122334455660002, 0x1122334455660003, 0},
		"INDEX/timestamp":                  {0x2122334455660001, 0x2122334455660002, 0x2122334455660003, 0},
		"INDEX/" + source + "/data/first":  {0, 0x1, 0x3, 0x6},
		"INDEX/" + source + "/data/count":  {1, 2, 3, 0},
		"INSTRUMENT/" + source + "/data/x": {10, 20, 30, 40, 50, 60},
	}
	for _, name := range []string{"INDEX/trainId", "INDEX/timestamp", "INDEX/" + source + "/data/first", "INDEX/" + source + "/data/count", "INSTRUMENT/" + source + "/data/x"} {
		if err := h5.Put(w, name, []int{len(numbers[name])}, numbers[name], h5.Layout{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(
		h5.Put(w, "INDEX/flag", []int{4}, []int32{1, 1, 1, 0}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.2"}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{2}, []string{"INSTRUMENT/" + source + "/data", ""}, h5.Layout{}),
		w.Close(),
	); err != nil {
		t.Fatal(err)
	}
	content, err = os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range numbers {
		if name[:5] != "INDEX" {
			continue
		}
		raw := make([]byte, 0, 8*len(values))
		for _, value := range values {
			raw = binary.LittleEndian.AppendUint64(raw, value)
		}
		at := bytes.Index(content, raw)
		if at < 0 {
			t.Fatalf("%s is not in one piece", name)
		}
		for i := range raw {
			places = append(places, at+i)
		}
	}
	for _, text := range []string{"1.2", "INSTRUMENT/" + source + "/data"} {
		at := bytes.Index(content, []byte(text))
		for i := range text {
			places = append(places, at+i)
		}
	}
	return content, places
}

// FuzzDamagedFile changes bytes of INDEX and METADATA. What comes is an error or
// data of the file, and no memory is taken for what a length claims.
func FuzzDamagedFile(f *testing.F) {
	content, places := smallFile(f)
	f.Add([]byte{})
	f.Add([]byte{0, 7, 0xff})
	f.Add([]byte{0, 71, 0xff, 0, 72, 0x7f, 0, 73, 1})
	for i := 0; i < len(places); i += 5 {
		f.Add([]byte{byte(i >> 8), byte(i), 0xff})
		f.Add([]byte{byte(i >> 8), byte(i), 0x80, byte(i >> 8), byte(i) + 1, 0})
	}
	f.Fuzz(func(t *testing.T, changes []byte) {
		damaged := bytes.Clone(content)
		for ; len(changes) >= 3; changes = changes[3:] {
			damaged[places[(int(changes[0])<<8|int(changes[1]))%len(places)]] = changes[2]
		}
		path := filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		readAll(t, path)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
			t.Errorf("%d bytes of memory for a file of %d", took, len(damaged))
		}
	})
}

// readAll reads whatever a file says it has, as far as it goes.
func readAll(t *testing.T, path string) {
	file, err := run.Open(path)
	if err != nil {
		return
	}
	defer file.Close()
	_, _ = file.Timestamps()
	_, _ = file.Metadata()
	_, _ = file.Auxiliary()
	ids := trains.Union([][]uint64{file.TrainIDs()})
	for source, section := range file.Sources() {
		keys, err := file.Keys(section, source)
		if err != nil {
			continue
		}
		for _, key := range keys {
			k, err := keydata.New(keydata.Place{Source: source, Section: section, Key: key, Files: []*run.File{file}, Suspect: true}, ids)
			if err != nil {
				continue
			}
			_, _ = k.ReadAny()
			reader, err := k.AnyReader()
			if err != nil {
				continue
			}
			for i := range ids {
				data, err := reader.ReadTrain(i, true)
				if err == nil && data != nil {
					checkValues(t, data)
				}
			}
			_ = k.TrainIDCoordinates()
		}
	}
}

// checkValues makes sure that what was read is of the file.
func checkValues(t *testing.T, data any) {
	array, ok := data.(psh.Array[uint64])
	if !ok {
		return
	}
	for _, value := range array.All() {
		if value == 0 || value > 60 || value%10 != 0 {
			t.Errorf("%d is not in the file", value)
		}
	}
}
