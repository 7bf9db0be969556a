package detector

import (
	psh "extrapasha/pasha"
)

// ModuleData is one module with all its frames, for work that goes module by module: darks
// and calibration, whose result is too large to have it once a worker.
type ModuleData[T any] struct {
	Module
	of *ModulesOf[T]
}

// Walk visits the frames of the module in the order of its files, one after the other.
// What is lent is valid until visit returns: Copy to keep. It reads on the calling
// goroutine alone.
func (m ModuleData[T]) Walk(visit func(pulse Pulse, image psh.Array[T]) error) error {
	set, hint := m.of.set, 0
	picked := newLender(m.of.main)
	return set.visitFrames(psh.Share{Stop: set.len()}, psh.Share{Stop: set.len()}, func(w *walk, item int) error {
		pulse := set.pulse(item, &hint)
		image, ok := picked.lend(w, item, pulse, m.Place)
		if !ok {
			return nil
		}
		return visit(pulse, image)
	})
}

// ModulesOf is a functor over the modules that a detector has: the index of one is its
// position in [Detector.Modules], not its place.
type ModulesOf[T any] struct {
	set  frameSet
	main *frameKey[T]
}

// PerModule is the functor over the modules of the frames: of all, or those that were
// picked.
func (f *FramesOf[T]) PerModule() *ModulesOf[T] { return &ModulesOf[T]{f.set, f.main} }

// Detector is the detector that the modules are of.
func (m *ModulesOf[T]) Detector() *Detector { return m.set.det }

// Len is the number of modules that there are.
func (m *ModulesOf[T]) Len() int { return len(m.set.det.modules) }

// Walk visits the modules of a share.
func (m *ModulesOf[T]) Walk(share psh.Share, visit func(index int, module ModuleData[T]) error) error {
	for i := share.Start; i < share.Stop; i++ {
		if err := visit(i, ModuleData[T]{m.set.det.modules[i], m}); err != nil {
			return err
		}
	}
	return nil
}
