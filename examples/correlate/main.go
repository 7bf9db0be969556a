// Command correlate sets the pulse energy that the X-ray gas monitor measured
// against the intensity on the detector, train by train: a map over a collection
// whose kernel reads several sources.
package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"

	"gonum.org/v1/gonum/stat"

	"extrapasha/examples/example"
	"extrapasha/extradata"
	"extrapasha/extradata/picture"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

func main() { example.Main("correlate", correlate) }

func correlate(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("correlate", flag.ContinueOnError)
	xgm := flags.String("xgm", "", "output channel of the gas monitor; the first of the run without it")
	dir := flags.String("out", ".", "directory for the results")
	run, err := example.Parse(flags, args)
	if err != nil {
		return err
	}
	defer run.Close()
	monitor, err := example.Source(run, *xgm, example.XGMPattern, "xgm")
	if err != nil {
		return err
	}
	var modules []string
	for _, source := range run.InstrumentSources() {
		if example.DetectorPattern.MatchString(source) {
			modules = append(modules, source)
		}
	}
	if len(modules) == 0 {
		return fmt.Errorf("the run has no detector modules (sources like %s)", example.DetectorPattern)
	}
	pairs, err := measure(ctx, run, monitor, modules)
	if err != nil {
		return err
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	csvPath, err := example.Output(*dir, "correlate.csv")
	if err != nil {
		return err
	}
	if err := pairs.saveCSV(csvPath); err != nil {
		return err
	}
	pngPath, err := example.Output(*dir, "correlate.png")
	if err != nil {
		return err
	}
	if err := pairs.picture(pngPath, monitor); err != nil {
		return err
	}
	energy, intensity := pairs.both()
	example.Table(
		[2]string{"run", run.String()},
		[2]string{"gas monitor", monitor},
		[2]string{"detector", fmt.Sprintf("%d modules", len(modules))},
		[2]string{"trains with both", fmt.Sprint(len(energy))},
		[2]string{"correlation", fmt.Sprintf("%.4f", stat.Correlation(energy, intensity, nil))},
		[2]string{"table", csvPath},
		[2]string{"picture", pngPath},
		[2]string{"digest", example.Digest(pairs.energy.Data, pairs.intensity.Data)},
	)
	return nil
}

// pairs has, for each train, the mean pulse energy in microjoules and the mean
// of a pixel of the detector. What is missing is not a number.
type pairs struct {
	trainIDs          []uint64
	energy, intensity psh.Array[float64]
}

// measurement is what is measured in a train.
type measurement struct {
	Run               *extradata.DataCollection
	Monitor           string
	Modules           []string
	Energy, Intensity psh.Array[float64] // trains
}

var measureTrain = psh.Register("correlate", func(m measurement) psh.Kernel[extradata.Train] {
	return func(worker, index int, train extradata.Train) error {
		var sum moduleSum
		for _, module := range m.Modules {
			if err := sum.add(m.Run, train, module); err != nil {
				return err
			}
		}
		// Without one of the modules the mean would be of other pixels.
		if sum.modules == len(m.Modules) {
			m.Intensity.Data[index] = sum.total / float64(sum.pixels)
		}
		energies, err := extradata.Get[float32](train, m.Monitor, "data.intensityTD")
		if err != nil {
			return err
		}
		// The monitor notes more pulses than there were: those of the detector count.
		if n := min(sum.pulses, len(energies.Data)); n > 0 {
			m.Energy.Data[index] = mean(energies.Data[:n])
		}
		return nil
	}
})

func measure(ctx context.Context, run *extradata.DataCollection, monitor string, modules []string) (pairs, error) {
	p := pairs{trainIDs: run.TrainIDs()}
	var err error
	if p.energy, err = psh.Alloc[float64](psh.Shape(run.Len()), psh.Fill(math.NaN())); err != nil {
		return p, err
	}
	if p.intensity, err = psh.Alloc[float64](psh.Like(p.energy), psh.Fill(math.NaN())); err != nil {
		return p, err
	}
	err = measureTrain.Map(measurement{run, monitor, modules, p.energy, p.intensity}, run, psh.Until(ctx), psh.Progress("trains"))
	return p, err
}

// moduleSum is the sum of the pixels of several modules in a train.
type moduleSum struct {
	total   float64
	pixels  int
	modules int // that have images
	pulses  int // of the module that saw most
}

// add adds the images of a module, raw or corrected.
func (s *moduleSum) add(run *extradata.DataCollection, train extradata.Train, module string) error {
	key, err := run.Key(module, "image.data")
	if err != nil {
		return err
	}
	if key.DType() == keydata.Float32 {
		return addImages[float32](s, train, module)
	}
	return addImages[uint16](s, train, module)
}

func addImages[T psh.Number](s *moduleSum, train extradata.Train, module string) error {
	images, err := extradata.GetEntries[T](train, module, "image.data")
	if err != nil {
		return err
	}
	for _, entry := range images.All() {
		for _, pixel := range example.Image(entry).Data {
			if value := float64(pixel); value == value { // bad pixels are not numbers
				s.total += value
				s.pixels++
			}
		}
	}
	if images.Len() > 0 {
		s.modules++
	}
	s.pulses = max(s.pulses, images.Len())
	return nil
}

func mean(values []float32) float64 {
	sum := 0.0
	for _, value := range values {
		sum += float64(value)
	}
	return sum / float64(len(values))
}

// both are the pairs of the trains that miss nothing.
func (p pairs) both() (energy, intensity []float64) {
	for i := range p.trainIDs {
		if e, v := p.energy.Data[i], p.intensity.Data[i]; !math.IsNaN(e) && !math.IsNaN(v) {
			energy, intensity = append(energy, e), append(intensity, v)
		}
	}
	return energy, intensity
}

// saveCSV writes a row per train; what is missing is empty.
func (p pairs) saveCSV(path string) error {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	_ = w.Write([]string{"trainId", "pulse_energy_uJ", "intensity"}) // a buffer takes all
	for i, id := range p.trainIDs {
		_ = w.Write([]string{strconv.FormatUint(id, 10), field(p.energy.Data[i]), field(p.intensity.Data[i])})
	}
	w.Flush()
	return os.WriteFile(path, text.Bytes(), 0o644)
}

func field(value float64) string {
	if math.IsNaN(value) {
		return ""
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}

func (p pairs) picture(path, monitor string) error {
	energy, intensity := p.both()
	points, err := picture.Scatter(energy, intensity, picture.Labels{
		Title: fmt.Sprintf("%d trains", len(energy)),
		X:     "mean pulse energy (µJ), " + monitor,
		Y:     "mean detector intensity per pixel",
	})
	if err != nil {
		return err
	}
	return points.Save(path)
}
