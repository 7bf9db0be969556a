package conformance

import (
	"fmt"

	"extrapasha/extradata/write"
	"extrapasha/keydata"
)

func init() {
	operations["write_frames"] = operation{"det trains pulses", answerWriteFrames}
}

func answerWriteFrames(q question) (any, error) {
	det, err := q.detector()
	if err != nil {
		return nil, err
	}
	trains, pulses := integers[uint64](q.list("trains")), integers[uint64](q.list("pulses"))
	if len(trains) != len(pulses) { // which nobody can ask for here
		return nil, fmt.Errorf("%w: %d trains, %d pulses", keydata.ErrSelection, len(trains), len(pulses))
	}
	frames := make([]write.Frame, len(trains))
	for i := range frames {
		frames[i] = write.Frame{TrainID: trains[i], PulseID: pulses[i]}
	}
	return q.written(func(path string) error { return write.WriteFrames(path, det.Run(), frames) }, func(path string) (any, error) {
		return writtenAnswer(path, func(string) bool { return true })
	})
}
