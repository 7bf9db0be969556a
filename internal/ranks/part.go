package ranks

import (
	"fmt"

	"extrapasha/internal/crew"
	"extrapasha/internal/mpi"
)

// A part of a reduction crosses with the numbers of the groups that it has, and their
// elements.

// part is what to send of a part. The elements may lie where they are.
func part(parts *crew.Parts, slot int) (groups []int, elements []byte) {
	seen, all := parts.Content(slot)
	each := len(all) / len(seen)
	for group, there := range seen {
		if there {
			groups = append(groups, group)
		}
	}
	if len(groups) == len(seen) {
		return groups, all
	}
	for _, group := range groups {
		elements = append(elements, all[group*each:(group+1)*each]...)
	}
	return groups, elements
}

// takePart receives a part into a slot.
func takePart(parts *crew.Parts, slot int, groups []int, m *mpi.Message) error {
	seen, all := parts.Content(slot)
	each := len(all) / len(seen)
	clear(seen)
	for _, group := range groups {
		if group < 0 || group >= len(seen) {
			return fmt.Errorf("group %d of %d", group, len(seen))
		}
		seen[group] = true
	}
	if len(groups) == len(seen) {
		return m.Into(all)
	}
	elements := make([]byte, len(groups)*each)
	if err := m.Into(elements); err != nil {
		return err
	}
	for i, group := range groups {
		copy(all[group*each:], elements[i*each:(i+1)*each])
	}
	return nil
}
