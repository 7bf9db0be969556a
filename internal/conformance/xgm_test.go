package conformance

import (
	"encoding/json"
	"errors"

	"extrapasha/extradata"
	"extrapasha/extradata/xgm"
	psh "extrapasha/pasha"
)

func init() {
	operations["sase"] = operation{"", func(q question) (any, error) { return q.run.SASE() }}
	for op, answer := range map[string]func(question, *xgm.XGM, xgm.Group) (any, error){
		"xgm":                     answerXGM,
		"xgm_split":               answerXGMSplit,
		"xgm_wavelength":          func(_ question, x *xgm.XGM, _ xgm.Group) (any, error) { return scalar(x.Wavelength()) },
		"xgm_photon_energy":       func(_ question, x *xgm.XGM, _ xgm.Group) (any, error) { return scalar(x.PhotonEnergy()) },
		"xgm_wavelength_by_train": func(_ question, x *xgm.XGM, _ xgm.Group) (any, error) { return byTrain(x.WavelengthByTrain()) },
		"xgm_photon_energy_by_train": func(_ question, x *xgm.XGM, _ xgm.Group) (any, error) {
			energy, err := x.PhotonEnergyByTrain()
			answer, err := byTrain(energy, err)
			if answer, ok := answer.(fields); ok {
				answer["data"] = nearly(psh.Each(energy.Array, func(e float32) float64 { return float64(e) }).Data)
			}
			return answer, err
		},
		"xgm_pulse_energy":      func(_ question, x *xgm.XGM, group xgm.Group) (any, error) { return byTrain(x.PulseEnergy(group)) },
		"xgm_slow_train_energy": func(_ question, x *xgm.XGM, group xgm.Group) (any, error) { return byTrain(x.SlowTrainEnergy(group)) },
		"xgm_pulse_series":      answerXGMSeries,
		"xgm_pulse_counts":      answerXGMCounts,
		"xgm_npulses":           func(_ question, x *xgm.XGM, group xgm.Group) (any, error) { return x.NPulses(group) },
		"xgm_max_npulses":       func(_ question, x *xgm.XGM, group xgm.Group) (any, error) { return x.MaxNPulses(group) },
		"xgm_constant":          func(_ question, x *xgm.XGM, group xgm.Group) (any, error) { return x.IsConstant(group) },
	} {
		operations[op] = operation{"device default_sase select sase force_slow_data parts per_part", func(q question) (any, error) {
			run, err := q.someTrains(map[string]any(q.arguments))
			if err != nil {
				return nil, err
			}
			group := groupOf(q.arguments["default_sase"])
			if q.has("default_sase") && q.int("default_sase") == 2 {
				group = xgm.Main
			}
			x, err := xgm.Open(run, q.optional("device"), group)
			if err != nil {
				return nil, err
			}
			return answer(q, x, groupOf(q.arguments["sase"]))
		}}
	}
}

// groupOf is the group of pulses that a number of a SASE stands for, null for that of the
// monitor.
func groupOf(sase any) xgm.Group {
	if sase == nil {
		return xgm.Auto
	}
	group, ok := map[int]xgm.Group{0: xgm.Main, 1: xgm.SASE1, 3: xgm.SASE3}[integer(sase)]
	if !ok {
		return -1
	}
	return group
}

func scalar(value float64, err error) (any, error) {
	return approx{[]float64{value}, []int{}}, err
}

func byTrain(l psh.Labelled[float32], err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return fields{"data": digested(l.Array), "train_ids": digested(trainsOf(l.Coords)), "units": l.Units}, nil
}

func trainsOf(coords map[string]any) psh.Array[uint64] {
	ids, _ := coords["trainId"].([]uint64)
	array, err := psh.NewArray(ids)
	if err != nil {
		panic(err)
	}
	return array
}

// digested is a digest of an array, of which the corpus may have the values too.
func digested(a any) any {
	d := digestOf(a)
	return fields{"dtype": d.DType, "shape": d.Shape, "sha": d.SHA, "values": given{}}
}

// given is a part of an answer that says nothing that the rest does not.
type given struct{}

func (given) differs(json.RawMessage) string { return "" }

func answerXGM(q question, x *xgm.XGM, _ xgm.Group) (any, error) {
	server, err := x.Control().RunValue("location")
	var none *extradata.KeyNameError
	if errors.As(err, &none) {
		server, err = nil, nil
	}
	sase := map[xgm.Group]int{xgm.Main: 0, xgm.SASE1: 1, xgm.SASE3: 3}[x.Group()]
	return fields{"control": x.Control().Name(), "instrument": x.Instrument(), "default_sase": sase, "doocs_server": server}, err
}

func answerXGMSplit(q question, x *xgm.XGM, _ xgm.Group) (any, error) {
	parts, err := x.Control().SplitTrains(q.count("parts"), q.count("per_part"))
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, part := range parts {
		of, err := x.SelectTrains(extradata.ByIDs(part.TrainIDs()...))
		if err != nil {
			return nil, err
		}
		energy, err := of.PulseEnergy(xgm.Auto)
		if err != nil {
			return nil, err
		}
		list = append(list, map[string]any{"train_ids": part.TrainIDs(), "instrument_train_ids": trainsOf(energy.Coords).Data})
	}
	return list, nil
}

func answerXGMSeries(_ question, x *xgm.XGM, group xgm.Group) (any, error) {
	pulses, err := x.Pulses(group)
	if err != nil {
		return nil, err
	}
	ids, indices, energies := make([]uint64, len(pulses)), make([]int64, len(pulses)), make([]float32, len(pulses))
	for i, p := range pulses {
		ids[i], indices[i], energies[i] = p.TrainID, int64(p.Index), p.Energy
	}
	head := []float64{}
	for _, energy := range energies[:min(5, len(energies))] {
		head = append(head, float64(energy))
	}
	return fields{
		"dtype": "float32", "rows": len(pulses), "sha": shaOf(energies), "head": head,
		"index": map[string]string{"trainId": shaOf(ids), "pulseIndex": shaOf(indices)},
	}, nil
}

func answerXGMCounts(q question, x *xgm.XGM, group xgm.Group) (any, error) {
	count := x.PulseCounts
	if q.flag("force_slow_data") {
		count = x.SlowPulseCounts
	}
	counts, err := count(group)
	if err != nil {
		return nil, err
	}
	return fields{"data": digested(counts.Array), "train_ids": digested(trainsOf(counts.Coords))}, nil
}
