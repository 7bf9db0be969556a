package detector_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/internal/h5"
	"extrapasha/keydata"
)

const cxiGroup = "entry_1/instrument_1/detector_1/"

// TestCXI has a CXI file present what is read of the detector, what is missing filled in.
func TestCXI(t *testing.T) {
	for name, opts := range map[string][]detector.Option{
		"AGIPD1M": nil, "AGIPD500K": nil, "DSSC1M": nil, "LPD1M": {detector.ParallelGain()}, "JUNGFRAU": nil,
	} {
		c := config(t, name)
		c.MissingPulses = 0
		det := opened(t, made(t, c, "raw"), opts...)
		path := filepath.Join(t.TempDir(), "run.cxi")
		if err := det.WriteCXI(path, map[string]float64{"data": 7, "gain": 3, "mask": 1}); err != nil {
			t.Fatal(err)
		}
		file := must(h5.Open(path))(t)
		t.Cleanup(func() { file.Close() })
		text, _ := must(file.Attributes("/"))(t)[extradata.OriginName].(string)
		if origin := must(extradata.ParseOrigin(text))(t); len(origin.Files) == 0 || origin.Check() != nil {
			t.Errorf("%s: made of %+v", name, origin)
		}
		want := must(detector.Read(must(det.Key(det.DataKey()))(t).Gaps(), uint16(7)))(t)
		frames := must(detector.Frames[uint16](det, det.DataKey()))(t)
		sameTurned(t, name, want.Data, whole[uint16](t, file, cxiGroup+"data"), det.NumPlaces(), frames.Len())
		ids, trains := whole[uint64](t, file, map[bool]string{false: "entry_1/pulseId", true: "entry_1/memoryCell"}[name == "JUNGFRAU"]), whole[uint64](t, file, "entry_1/trainId")
		names := whole[string](t, file, cxiGroup+"experiment_identifier")
		for i, pulse := range frames.All() {
			id := pulse.PulseID
			if name == "JUNGFRAU" {
				id = uint64(pulse.CellID)
			}
			if name != "LPD1M" && id != ids[i] || trains[i] != pulse.TrainID || names[i] != fmt.Sprintf("%d:%d", trains[i], ids[i]) {
				t.Errorf("%s: frame %d of %v is %s", name, i, pulse, names[i])
			}
		}
		readCXIByH5py(t, path, len(want.Data))
	}
}

// sameTurned compares data by place and frame with that by frame and place.
func sameTurned(t *testing.T, name string, want, got []uint16, places, frames int) {
	t.Helper()
	size := len(want) / places / frames
	if len(got) != len(want) {
		t.Fatalf("%s: %d pixels, want %d", name, len(got), len(want))
	}
	for place := range places {
		for frame := range frames {
			w, g := want[(place*frames+frame)*size:][:size], got[(frame*places+place)*size:][:size]
			if diff := cmp.Diff(w, g); diff != "" {
				t.Fatalf("%s: place %d, frame %d: %s", name, place, frame, diff)
			}
		}
	}
}

// whole is all of a dataset.
func whole[T any](t *testing.T, file *h5.File, path string) []T {
	t.Helper()
	d := must(file.Once(path))(t)
	data := must(h5.ReadAny(d, h5.Whole(d.Shape())))(t)
	typed, ok := data.([]T)
	if !ok {
		t.Fatalf("%s is %T", path, data)
	}
	return typed
}

// readCXIByH5py has h5py read the images, where it is at hand.
func readCXIByH5py(t *testing.T, path string, pixels int) {
	t.Helper()
	if exec.Command("/usr/bin/python3", "-c", "import h5py").Run() != nil {
		t.Log("without h5py")
		return
	}
	command := exec.Command("/usr/bin/python3", "-c", `
import h5py, sys
with h5py.File(sys.argv[1], "r") as f:
    print(f["entry_1/data_1/data"][()].size, f["cxi_version"][0])`, path)
	command.Env = append(os.Environ(), "HDF5_USE_FILE_LOCKING=FALSE")
	out, err := command.CombinedOutput()
	if want := fmt.Sprint(pixels, " 150"); err != nil || strings.TrimSpace(string(out)) != want {
		t.Errorf("h5py: %v: %s, want %s", err, out, want)
	}
}

// TestCXIFill fills in what is said, of the type of the data, or not a number.
func TestCXIFill(t *testing.T) {
	c := config(t, "AGIPD1M")
	c.MissingPulses = 0
	det := opened(t, made(t, c, "proc"))
	path := filepath.Join(t.TempDir(), "run.cxi")
	for _, fill := range []map[string]float64{{"gain": 256}, {"gain": -1}, {"mask": 0.5}, {"mask": math.NaN()}, {"pixels": 0}} {
		if err := det.WriteCXI(path, fill); !errors.Is(err, keydata.ErrSelection) {
			t.Errorf("%v: %v", fill, err)
		}
	}
	if err := det.WriteCXI(path, map[string]float64{"gain": 3}); err != nil {
		t.Fatal(err)
	}
	file := must(h5.Open(path))(t)
	defer file.Close()
	data := whole[float32](t, file, cxiGroup+"data")
	gain, mask := whole[uint8](t, file, cxiGroup+"gain"), whole[uint32](t, file, cxiGroup+"mask")
	missing := c.Rows * c.Cols // module 1, which the run does not have
	if data[missing] == data[missing] || gain[missing] != 3 || mask[missing] != math.MaxUint32 {
		t.Error("filled in are", data[missing], gain[missing], mask[missing])
	}
}

// TestCXIAsked has what cannot be presented an error, and the old file kept.
func TestCXIAsked(t *testing.T) {
	run := made(t, config(t, "AGIPD1M"), "raw") // whose modules have pulses of their own
	path := filepath.Join(t.TempDir(), "old.cxi")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	files := must(run.Files())(t)
	like := opened(t, run, detector.Like(`/DET/(\d+)CH0:xtdf$`, "image.data"))
	for _, test := range []struct {
		det  *detector.Detector
		path string
		want error
	}{
		{opened(t, run), path, detector.ErrUneven},
		{opened(t, run), files[0].Path, detector.ErrSource},
		{like, path, keydata.ErrSelection},
	} {
		if err := test.det.WriteCXI(test.path, nil); !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.path) {
			t.Errorf("%v, want %v", err, test.want)
		}
	}
	onlyOld(t, path)
	if _, err := extradata.H5File(files[0].Path); err != nil {
		t.Error(err)
	}
}

// onlyOld makes sure that a directory has the old file and no other.
func onlyOld(t *testing.T, path string) {
	t.Helper()
	if text, err := os.ReadFile(path); string(text) != "old" {
		t.Errorf("%.10q, %v", text, err)
	}
	if left := must(os.ReadDir(filepath.Dir(path)))(t); len(left) != 1 {
		t.Error("left are", left)
	}
}
