package detector

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"

	"extrapasha/extradata"
	"extrapasha/keydata"
)

// unitIDs are the IDs of all units of a module, nil where there are none in the files.
type unitIDs struct {
	pulses []uint64
	cells  []uint64
}

// readIDs reads those that lie beside the data.
func (d *Detector) readIDs(module int, data *keydata.KeyData, cells int) (ids unitIDs, err error) {
	n := data.Entries() * cells
	switch {
	case d.class.cells:
		ids.cells, err = d.readEach(module, data.Group()+".memoryCell", n)
	case d.class.byPulse:
		if ids.pulses, err = d.readEach(module, data.Group()+".pulseId", n); err == nil {
			ids.cells, err = d.readEach(module, data.Group()+".cellId", n)
		}
	}
	return ids, err
}

// readEach reads one number of each unit, nil where the module does not have the key.
func (d *Detector) readEach(module int, name string, units int) ([]uint64, error) {
	source := d.modules[module].Source
	key, err := d.run.Key(source, name)
	if unknown := (*extradata.KeyNameError)(nil); errors.As(err, &unknown) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	numbers, err := readNumbers(key)
	if err == nil && len(numbers) != units {
		err = fmt.Errorf("%s has %d numbers for %d frames: %w", key, len(numbers), units, keydata.ErrCorrupt)
	}
	return numbers, err
}

// readNumbers reads integers of any type.
func readNumbers(key *keydata.KeyData) ([]uint64, error) {
	if unsigned, err := keydata.Convert[uint64](key); err == nil {
		all, err := unsigned.Read()
		return all.Data, err
	}
	signed, err := keydata.Convert[int64](key)
	if err != nil {
		return nil, err
	}
	all, err := signed.Read()
	numbers := make([]uint64, len(all.Data))
	for i, number := range all.Data {
		numbers[i] = uint64(number)
	}
	return numbers, err
}

// of is the list of some units. Where there are no IDs the pulses are numbered.
func (ids unitIDs) of(first, count int, parallelGain bool) list {
	l := list{gains: 1}
	if parallelGain {
		l.gains = 3
	}
	if ids.pulses != nil {
		l.pulses = ids.pulses[first : first+count]
	} else {
		l.pulses = make([]uint64, count)
		for i := range l.pulses {
			l.pulses[i] = uint64(i)
		}
	}
	l.cells = make([]int32, count)
	for i := range l.cells {
		if l.cells[i] = -1; ids.cells != nil {
			l.cells[i] = int32(ids.cells[first+i])
		}
	}
	if parallelGain { // the IDs of the first stage are those of all
		third := count / 3
		l.pulses = slices.Repeat(l.pulses[:third], 3)
		l.cells = slices.Repeat(l.cells[:third], 3)
	}
	return l
}

// interned is the lists that there are, each once.
type interned struct {
	mutex sync.Mutex
	known map[string]*list
}

func (l *list) equal(m *list) bool {
	return slices.Equal(l.pulses, m.pulses) && slices.Equal(l.cells, m.cells)
}

// list is the one list that is like another: mostly that of the train before.
func (k *interned) list(l list, before *list) *list {
	if before != nil && before.equal(&l) {
		return before
	}
	text := make([]byte, 0, 12*len(l.pulses))
	for i, pulse := range l.pulses {
		text = binary.NativeEndian.AppendUint64(text, pulse)
		text = binary.NativeEndian.AppendUint32(text, uint32(l.cells[i]))
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if same, ok := k.known[string(text)]; ok {
		return same
	}
	if k.known == nil {
		k.known = map[string]*list{}
	}
	l.pulses = slices.Clone(l.pulses) // which is else that of all
	k.known[string(text)] = &l
	return &l
}
