package conformance

import (
	"extrapasha/extradata"
	"extrapasha/extradata/scan"
	"extrapasha/keydata"
)

func init() {
	for op, arguments := range map[string]string{
		"scan": "", "scan_text": "", "scan_split_run": "", "scan_split": "data", "scan_group": "data", "scan_bin": "data uncertainty",
	} {
		operations[op] = operation{"scan " + arguments, func(q question) (any, error) {
			run, err := q.someTrains(q.arguments["scan"])
			if err != nil {
				return nil, err
			}
			s, err := scanOf(run, as[map[string]any]("scan", q.arguments["scan"]))
			if err != nil {
				return nil, err
			}
			return scanAnswers[op](q, run, s)
		}}
	}
}

var scanAnswers = map[string]func(question, *extradata.DataCollection, *scan.Scan) (any, error){
	"scan": answerScan, "scan_text": answerScanText, "scan_split_run": answerScanSplitRun,
	"scan_split": answerScanSplit, "scan_group": answerScanGroup, "scan_bin": answerScanBin,
}

// someTrains is the run after the selection that a question or a part of it names.
func (q question) someTrains(part any) (*extradata.DataCollection, error) {
	chosen, ok := as[map[string]any]("a question", part)["select"].(map[string]any)
	if !ok {
		return q.run, nil
	}
	run := q.run
	for kind, value := range chosen {
		var err error
		if run, err = run.SelectTrains(arguments{"kind": kind, "value": value}.trainSelection()); err != nil {
			return nil, err
		}
	}
	return run, nil
}

// scanOf finds the scan that a question describes.
func scanOf(run *extradata.DataCollection, of arguments) (*scan.Scan, error) {
	of.only([]string{"motor", "key", "name", "resolution", "min_trains", "intra_step_filtering", "select", "targets", "tolerance", "target", "array"})
	settings := scan.Settings{
		Name: of.optional("name"), Resolution: of.float("resolution", 0), MinTrains: of.count("min_trains"), Filter: of.float("intra_step_filtering", 0),
	}
	if of.has("tolerance") {
		settings.Resolution = of.float("tolerance", 0)
	}
	switch {
	case of.has("array"):
		array := arguments(as[map[string]any]("array", of["array"]))
		var readings []float64
		for _, value := range array.list("positions") {
			readings = append(readings, floatOf(value))
		}
		return scan.Readings(integers[uint64](array["train_ids"]), readings, settings)
	case of.flag("targets"):
		return scan.MotorTargets(run, of.text("motor"), settings)
	case !of.has("key") && !of.has("target"):
		return scan.Motor(run, of.text("motor"), settings)
	}
	name := of.optional("key")
	if name == "" {
		name = "actualPosition"
	}
	key, err := run.Key(of.text("motor"), name)
	if err != nil || !of.has("target") {
		if err != nil {
			return nil, err
		}
		return scan.Key(key, settings)
	}
	target, err := run.Key(as[string]("target", of.list("target")[0]), as[string]("target", of.list("target")[1]))
	if err != nil {
		return nil, err
	}
	return scan.KeyTargets(key, target, settings)
}

// trainRange stands for a list of train IDs.
func trainRange(ids []uint64) []any {
	if len(ids) == 0 {
		return []any{nil, nil, 0, shaOf(ids)}
	}
	return []any{ids[0], ids[len(ids)-1], len(ids), shaOf(ids)}
}

func answerScan(_ question, _ *extradata.DataCollection, s *scan.Scan) (any, error) {
	steps := []any{}
	for _, step := range s.Steps {
		steps = append(steps, trainRange(step.TrainIDs))
	}
	var minTrains any
	if s.MinTrains > 0 {
		minTrains = s.MinTrains
	}
	return fields{"name": s.Name, "resolution": about(s.Resolution), "min_trains": minTrains, "positions": nearly(s.Positions()), "steps": steps}, nil
}

func answerScanText(_ question, _ *extradata.DataCollection, s *scan.Scan) (any, error) {
	return []string{s.String(), s.Describe()}, nil
}

func answerScanSplitRun(_ question, run *extradata.DataCollection, s *scan.Scan) (any, error) {
	parts, err := s.SplitRun(run)
	list := []any{}
	for _, part := range parts {
		list = append(list, trainRange(part.TrainIDs()))
	}
	return list, err
}

// scanned is the data that a question about a scan names, as float64 too.
func (q question) scanned(run *extradata.DataCollection) (*extradata.KeyData, *extradata.TypedKey[float64], error) {
	data := q.list("data")
	key, err := run.Key(as[string]("data", data[0]), as[string]("data", data[1]))
	if err != nil {
		return nil, nil, err
	}
	floats, err := keydata.Convert[float64](key)
	return key, floats, err
}

func answerScanSplit(q question, run *extradata.DataCollection, s *scan.Scan) (any, error) {
	key, _, err := q.scanned(run)
	if err != nil {
		return nil, err
	}
	parts, err := s.SplitKey(key)
	list := []any{}
	for _, part := range parts {
		data, err := part.ReadAny()
		if err != nil {
			return nil, err
		}
		list = append(list, append(trainRange(part.TrainIDCoordinates()), digestOf(data).SHA))
	}
	return list, err
}

func answerScanGroup(q question, run *extradata.DataCollection, s *scan.Scan) (any, error) {
	_, data, err := q.scanned(run)
	if err != nil {
		return nil, err
	}
	groups := several{}
	for _, step := range s.Grouped().Steps {
		one := &scan.Scan{Settings: s.Settings, Steps: []scan.Step{step}}
		bins, err := scan.Bin(one, data)
		if err != nil {
			return nil, err
		}
		part, err := data.SelectTrains(keydata.ByIDs(step.TrainIDs...))
		if err != nil {
			return nil, err
		}
		groups = append(groups, fields{"position": about(step.Position), "mean": about(bins.Mean().Data[0]), "train_ids": trainRange(part.TrainIDCoordinates())})
	}
	return groups, nil
}

func answerScanBin(q question, run *extradata.DataCollection, s *scan.Scan) (any, error) {
	key, data, err := q.scanned(run)
	if err != nil {
		return nil, err
	}
	bins, err := scan.Bin(s, data)
	if err != nil {
		return nil, err
	}
	var uncertainty []float64
	switch q.text("uncertainty") {
	case "std":
		uncertainty = bins.Spread()
	case "stderr":
		uncertainty = bins.StdErr()
	default:
		return nil, extradata.ErrSelection // there is no function of that name
	}
	mean := bins.Mean()
	return fields{
		"data": approx{mean.Data, mean.Shape()}, "counts": bins.Trains, "uncertainty": nearly(uncertainty), "positions": nearly(s.Positions()),
		"motor": s.Name, "name": key.ShortKey(),
	}, nil
}
