package damage

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
)

// variant is a run that is damaged in a way that its three parts tell.
type variant struct {
	Base, Kind string
	Number     int
}

func (v variant) String() string { return fmt.Sprintf("%s/%s/%d", v.Base, v.Kind, v.Number) }

func parseVariant(text string) (v variant, err error) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return v, fmt.Errorf("%q is not BASE/KIND/NUMBER", text)
	}
	v.Base, v.Kind = parts[0], parts[1]
	v.Number, err = strconv.Atoi(parts[2])
	return v, err
}

// damage is one variant as it is made.
type damage struct {
	*base
	*rand.Rand
	content []byte
	// focused is damage near structures: most of a file is data.
	focused bool
}

// kinds are the kinds of damage, in the order of the table. Those that begin with
// "mended" make the checksum of the structure right again.
var kinds = []struct {
	name string
	do   func(*damage)
}{
	{"none", func(*damage) {}},
	{"bytes1", func(d *damage) { d.flip(1) }},
	{"bytes4", func(d *damage) { d.flip(4) }},
	{"bytes16", func(d *damage) { d.flip(16) }},
	{"burst", (*damage).burst},
	{"truncate", (*damage).truncate},
	{"zero", (*damage).zero},
	{"swap", (*damage).swap},
	{"copy", (*damage).copyRun},
	{"field", func(d *damage) { d.hostile(d.place()) }},
	{"address", func(d *damage) { d.redirect(d.pointers) }},
	{"transplant", (*damage).transplant},
	{"mended-bytes", func(d *damage) { d.mended(func(s structure) { d.flipIn(s, 1+d.IntN(4)) }) }},
	{"mended-field", func(d *damage) { d.mended(func(s structure) { d.hostile(d.within(s)) }) }},
	{"mended-address", (*damage).mendedAddress},
}

// make is the damaged file. It is the file as it was if the kind of damage cannot be
// done to it.
func (v variant) make(b *base) ([]byte, error) {
	for _, kind := range kinds {
		if kind.name != v.Kind {
			continue
		}
		seed := fnv.New64a()
		_, _ = seed.Write([]byte(v.Base + "/" + v.Kind))
		d := &damage{base: b, Rand: rand.New(rand.NewPCG(seed.Sum64(), uint64(v.Number))), focused: v.Number%2 == 0}
		for range 100 { // what was hit may have been so before
			d.content = bytes.Clone(b.content())
			if kind.do(d); kind.name == "none" || !bytes.Equal(d.content, b.content()) {
				break
			}
		}
		return d.content, nil
	}
	return nil, fmt.Errorf("there is no damage of kind %q", v.Kind)
}

// within is a place in a structure behind its signature, most often in its first part,
// where what it says of itself is.
func (d *damage) within(s structure) int {
	from, end := s.at+min(4, s.end-s.at-1), s.end
	if s.sum > 0 && s.sum+4 == s.end {
		end = s.sum
	}
	if d.IntN(2) == 0 {
		end = min(end, from+64)
	}
	return from + d.IntN(max(end-from, 1))
}

func (d *damage) place() int {
	if d.focused {
		return d.within(d.structures[d.IntN(len(d.structures))])
	}
	return d.IntN(len(d.content))
}

// change makes a byte another one: one bit of it, or all.
func (d *damage) change(at int) {
	if d.IntN(2) == 0 {
		d.content[at] ^= 1 << d.IntN(8)
	} else {
		d.content[at] ^= byte(1 + d.IntN(255))
	}
}

func (d *damage) flip(n int) {
	for range n {
		d.change(d.place())
	}
}

func (d *damage) flipIn(s structure, n int) {
	for range n {
		d.change(d.within(s))
	}
}

func (d *damage) burst() {
	at := d.place()
	for i := range min(8+d.IntN(57), len(d.content)-at) {
		d.content[at+i] = byte(d.Uint32())
	}
}

func (d *damage) truncate() { d.content = d.content[:d.place()] }

// block is a block of the file as disks have them.
func (d *damage) block(size int) []byte {
	at := d.place() / size * size
	return d.content[at:min(at+size, len(d.content))]
}

func (d *damage) zero() { clear(d.block([]int{512, 512, 512, 4096}[d.IntN(4)])) }

func (d *damage) swap() {
	a, b := d.block(512), d.block(512)
	n := min(len(a), len(b))
	was := bytes.Clone(a[:n])
	copy(a[:n], b[:n])
	copy(b[:n], was)
}

func (d *damage) copyRun() {
	from, to := d.place(), d.place()
	n := min(8+d.IntN(249), len(d.content)-from, len(d.content)-to)
	copy(d.content[to:to+n], d.content[from:from+n])
}

// transplant puts a structure where another of its kind and length is, checksum and all.
func (d *damage) transplant() {
	to := d.structures[d.IntN(len(d.structures))]
	for range 50 {
		from := d.structures[d.IntN(len(d.structures))]
		if from.signature == to.signature && from.end-from.at == to.end-to.at {
			copy(d.content[to.at:to.end], d.base.content()[from.at:from.end])
		}
	}
}

// number is one that is hard on who believes it.
func (d *damage) number() uint64 {
	size := uint64(len(d.content))
	all := []uint64{0, 1, 2, 0xff, 1 << 15, 1<<16 - 1, 1 << 31, 1<<32 - 1, 1 << 40, 1 << 62, 1<<62 + 1, 1 << 63, 1<<63 - 1, 1<<64 - 1,
		1<<64 - 2, size - 1, size, size + 1, size / 2, d.Uint64N(size), d.Uint64()}
	if d.IntN(3) == 0 {
		addresses := d.addresses()
		return addresses[d.IntN(len(addresses))]
	}
	return all[d.IntN(len(all))]
}

// hostile sets a field of 1, 2, 4 or, most often, 8 bytes.
func (d *damage) hostile(at int) {
	width := []int{1, 2, 4, 8, 8, 8}[d.IntN(6)]
	var field [8]byte
	little.PutUint64(field[:], d.number())
	copy(d.content[at:], field[:width])
}

// redirect makes one of some addresses lead elsewhere.
func (d *damage) redirect(pointers []int) {
	if len(pointers) > 0 {
		at := pointers[d.IntN(len(pointers))]
		little.PutUint64(d.content[at:], d.number())
	}
}

// mended damages a structure that has a checksum, and makes that fit.
func (d *damage) mended(do func(structure)) {
	if all := d.mendable(); len(all) > 0 {
		s := all[d.IntN(len(all))]
		do(s)
		s.mend(d.content)
	}
}

func (d *damage) mendedAddress() {
	d.mended(func(s structure) {
		var inside []int
		for _, at := range d.pointers {
			if at >= s.at && at+8 <= s.end {
				inside = append(inside, at)
			}
		}
		d.redirect(inside)
	})
}
