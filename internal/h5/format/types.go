package format

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Class is what sort of type elements are of, by its number in the format.
type Class uint8

// The classes.
const (
	Integer   Class = 0
	Float     Class = 1
	Time      Class = 2
	Text      Class = 3 // of a fixed size
	Bits      Class = 4
	Opaque    Class = 5
	Compound  Class = 6
	Reference Class = 7
	Enum      Class = 8
	Variable  Class = 9 // of variable length: texts and sequences
	Array     Class = 10
)

// Type is the type of elements.
type Type struct {
	Class Class
	Size  int // of an element, in bytes
	// Big tells that the most significant byte comes first, Signed that an integer
	// can be negative, Plain that an integer or float is of a form that machines
	// have, but for the order of its bytes.
	Big, Signed, Plain bool
	// Text tells that elements of variable length are texts.
	Text bool
	// Base is what an enumeration, array or sequence is made of, Dims the shape of
	// an array.
	Base *Type
	Dims []int
	// Message is the type as the file has it, nil for one that is a part of another.
	Message []byte
	// Members are those of a compound, with their place, or the names of an
	// enumeration.
	Members []Member
}

// Like tells whether elements of two types are stored alike.
func (t *Type) Like(other *Type) bool {
	a, b := *t, *other
	a.Message, b.Message = nil, nil
	return reflect.DeepEqual(a, b)
}

// Member is a part of a compound, or a value of an enumeration.
type Member struct {
	Name   string
	Offset int    // in the compound
	Type   *Type  // of a part
	Value  []byte // of an enumeration
}

// typeDepth is how deep types may be nested, memberLimit how many members they may
// have together.
const typeDepth, memberLimit = 32, 1 << 16

type typeParser struct {
	parser
	members int
}

func parseType(b []byte) (*Type, error) {
	p := typeParser{parser: parser{b: b}}
	t, err := p.next(0)
	if err == nil {
		t.Message = bytes.Clone(b)
	}
	return t, err
}

// next takes a type, of which others may be made.
func (p *typeParser) next(depth int) (*Type, error) {
	if depth > typeDepth {
		return nil, corrupt("types nested deeper than %d", typeDepth)
	}
	head, bits, size := p.byte(), p.take(3), p.length(4, 1<<31-1)
	if p.short {
		return nil, p.err("a datatype")
	}
	t, version := &Type{Class: Class(head & 15), Size: size}, int(head>>4)
	if version < 1 || version > 4 || size == 0 {
		return nil, corrupt("a datatype of version %d and %d bytes", version, size)
	}
	var err error
	switch t.Class {
	case Integer, Bits:
		err = p.integer(t, bits)
	case Float:
		err = p.float(t, bits)
	case Time:
		p.take(2)
	case Text, Reference:
	case Opaque:
		p.take(int(bits[0]))
	case Compound:
		err = p.compound(t, version, int(little.Uint16(bits)), depth)
	case Enum:
		err = p.enum(t, version, int(little.Uint16(bits)), depth)
	case Variable:
		t.Text = bits[0]&15 == 1
		t.Base, err = p.next(depth + 1)
		if err == nil && (t.Size != TextSize || t.Text && t.Base.Size != 1) {
			err = corrupt("elements of variable length that take %d bytes, of %d each", t.Size, t.Base.Size)
		}
	case Array:
		err = p.array(t, version, depth)
	default:
		err = exotic("a datatype of class %d", t.Class)
	}
	if err == nil {
		err = p.err("a datatype")
	}
	return t, err
}

func (p *typeParser) integer(t *Type, bits []byte) error {
	offset, precision := p.number(2), p.number(2)
	if !p.short && (precision == 0 || offset+precision > 8*uint64(t.Size)) {
		return corrupt("an integer of %d bits from bit %d on in %d bytes", precision, offset, t.Size)
	}
	t.Big, t.Signed = bits[0]&1 != 0, bits[0]&8 != 0
	t.Plain = offset == 0 && precision == 8*uint64(t.Size) && slices.Contains([]int{1, 2, 4, 8}, t.Size)
	return nil
}

func (p *typeParser) float(t *Type, bits []byte) error {
	offset, precision := p.number(2), p.number(2)
	where, bias := p.take(4), p.number(4)
	if p.short {
		return nil
	}
	sign, end := int(bits[1]), int(offset+precision)
	exponentEnd, mantissaEnd := int(where[0])+int(where[1]), int(where[2])+int(where[3])
	if precision == 0 || end > 8*t.Size || sign >= end || where[1] == 0 || where[3] == 0 || exponentEnd > end || mantissaEnd > end ||
		int(where[0]) < mantissaEnd && int(where[2]) < exponentEnd {
		return corrupt("a float of %d bytes with sign %d, exponent %d+%d and mantissa %d+%d", t.Size, sign, where[0], where[1], where[2], where[3])
	}
	t.Big = bits[0]&1 != 0
	// IEEE 754: sign, exponent, mantissa with its first bit left out.
	exponent, wantBias := map[int]byte{2: 5, 4: 8, 8: 11}[t.Size], map[int]uint64{2: 15, 4: 127, 8: 1023}[t.Size]
	mantissa := byte(8*t.Size) - 1 - exponent
	t.Plain = exponent > 0 && bits[0]&0x70 == 0x20 && bits[0]&0x40 == 0 && bits[1] == byte(8*t.Size)-1 && offset == 0 && precision == 8*uint64(t.Size) &&
		slices.Equal(where, []byte{mantissa, exponent, 0, mantissa}) && bias == wantBias
	return nil
}

func (p *typeParser) compound(t *Type, version, members, depth int) error {
	if p.members += members; p.members > memberLimit || members == 0 {
		return corrupt("a compound of %d members", members)
	}
	pad, width := 8, 4
	if version >= 3 {
		pad, width = 1, bytesFor(uint64(t.Size))
	}
	for range members {
		member := Member{Name: p.text(pad), Offset: p.length(width, t.Size)}
		var dims []int
		if version == 1 { // a member may be an array by itself
			rank := p.length(1, 4)
			p.take(11)
			for axis := range 4 {
				if length := p.length(4, 1<<31-1); axis < rank {
					dims = append(dims, length)
				}
			}
		}
		if p.short {
			return p.err("a compound type")
		}
		var err error
		if member.Type, err = p.next(depth + 1); err != nil {
			return err
		}
		if len(dims) > 0 {
			if member.Type, err = arrayOf(member.Type, dims); err != nil {
				return err
			}
		}
		if member.Type.Size > t.Size-member.Offset {
			return corrupt("member %q is %d bytes at %d of a compound of %d", member.Name, member.Type.Size, member.Offset, t.Size)
		}
		t.Members = append(t.Members, member)
	}
	return nil
}

func (p *typeParser) enum(t *Type, version, members, depth int) (err error) {
	if t.Base, err = p.next(depth + 1); err != nil {
		return err
	}
	if p.members += members; p.members > memberLimit || t.Base.Size != t.Size {
		return corrupt("an enumeration of %d values of %d bytes, which has %d", members, t.Base.Size, t.Size)
	}
	pad := 8
	if version >= 3 {
		pad = 1
	}
	t.Members = make([]Member, members)
	for i := range t.Members {
		t.Members[i].Name = p.text(pad)
	}
	for i := range t.Members {
		t.Members[i].Value = slices.Clone(p.take(t.Size))
	}
	return nil
}

func (p *typeParser) array(t *Type, version, depth int) error {
	rank := p.length(1, rankLimit)
	if version < 3 {
		p.take(3)
	}
	dims := make([]int, rank)
	for axis := range dims {
		dims[axis] = p.length(4, 1<<31-1)
	}
	if version < 3 {
		p.take(4 * rank)
	}
	if p.short {
		return p.err("an array type")
	}
	base, err := p.next(depth + 1)
	if err != nil {
		return err
	}
	whole, err := arrayOf(base, dims)
	if err == nil && whole.Size != t.Size {
		err = corrupt("an array of %d bytes in %d", whole.Size, t.Size)
	}
	t.Base, t.Dims = base, dims
	return err
}

func arrayOf(base *Type, dims []int) (*Type, error) {
	size := base.Size
	for _, length := range dims {
		if length < 1 || size > (1<<31-1)/length {
			return nil, corrupt("an array of shape %v of %d bytes", dims, base.Size)
		}
		size *= length
	}
	return &Type{Class: Array, Size: size, Base: base, Dims: dims}, nil
}

// bytesFor is how many bytes a number up to most takes.
func bytesFor(most uint64) int {
	n := 1
	for ; most > 255; most >>= 8 {
		n++
	}
	return n
}

// String tells the type as NumPy would, "compound of x float32, y float32".
func (t *Type) String() string {
	switch t.Class {
	case Integer:
		return t.sized(map[bool]string{true: "int", false: "uint"}[t.Signed])
	case Float:
		return t.sized("float")
	case Time:
		return "time"
	case Text:
		return fmt.Sprintf("string of %d bytes", t.Size)
	case Bits:
		return t.sized("bit field of ")
	case Opaque:
		return fmt.Sprintf("opaque of %d bytes", t.Size)
	case Compound:
		return "compound of " + t.members()
	case Reference:
		return "reference"
	case Enum:
		return "enumeration of " + t.Base.String()
	case Variable:
		if t.Text {
			return "string"
		}
		return "sequence of " + t.Base.String()
	case Array:
		return fmt.Sprintf("array %v of %v", t.Dims, t.Base)
	}
	return fmt.Sprintf("type of class %d", t.Class)
}

func (t *Type) sized(name string) string {
	name = fmt.Sprintf("%s%d", name, 8*t.Size)
	if t.Big && t.Size > 1 {
		name += " (big-endian)"
	}
	return name
}

// members tells the first of the members.
func (t *Type) members() string {
	const most = 12
	var told []string
	for i, member := range t.Members {
		if i == most {
			told = append(told, fmt.Sprintf("%d more", len(t.Members)-i))
			break
		}
		told = append(told, member.Name+" "+member.Type.String())
	}
	return strings.Join(told, ", ")
}
