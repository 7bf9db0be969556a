// Package detector is a detector of many modules as one: frames across modules, keys over
// modules, masks, pulses.
//
//	det, err := detector.Open(run)                             // the only one of the run
//	frames, err := detector.Frames[float32](det, "image.data") // a functor over pulses
//	err = psh.Map(func(worker, index int, frame detector.Frame[float32]) error {
//		for place := range det.Places() {
//			if image, ok := frame.Module(place); ok {
//				...
//			}
//		}
//		return nil
//	}, frames)
//
// Each module is a source of its own, in files of its own. Which rows of these are the
// same pulse is found out once, from train and pulse IDs: see [Frames]. Modules may miss
// trains or pulses, or have them in another order; a frame says which modules it has.
// Nothing is copied: what a frame has of a module is lent from the module's file.
//
// [Detector.Key] is a key of all modules as one array (module, frame, …), as EXtra-data
// has it, to be read with fill values for what is missing, regions, masks, labels. There,
// frames are told apart by their position in the train. [Modules] is for work on one
// module after the other, such as darks.
//
// Modules are counted from 0 by their place, which is where geometries and arrays with
// gaps have them: the number in the name of the source, but that JUNGFRAU counts from 1.
package detector
