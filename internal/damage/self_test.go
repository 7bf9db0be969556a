package damage

import (
	"bytes"
	"slices"
	"testing"
)

// TestChecksum has its words from lookup3.c.
func TestChecksum(t *testing.T) {
	for text, want := range map[string]uint32{"": 0xdeadbeef, "Four score and seven years ago": 0x17770551} {
		if got := lookup3([]byte(text)); got != want {
			t.Errorf("%q: %#x, want %#x", text, got, want)
		}
	}
}

// TestStructures makes sure that the runs have all structures there are, and that the
// checksums of all that have one are known, so that they can be mended.
func TestStructures(t *testing.T) {
	names, err := baseNames()
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, name := range names {
		b, err := load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range b.structures {
			count[s.signature]++
			old := slices.Contains([]string{"superblock", "header", "TREE", "SNOD", "HEAP", "GCOL"}, s.signature)
			if !old && s.sum == 0 {
				t.Errorf("%s: the checksum of %s at %d is not known", name, s.signature, s.at)
			}
			if s.sum > 0 && little.Uint32(b.content()[s.sum:]) != s.checksum(b.content()) {
				t.Errorf("%s: the checksum of %s at %d is wrong", name, s.signature, s.at)
			}
		}
	}
	for _, signature := range []string{"superblock", "header", "page", "TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "FRHP", "FHDB", "FHIB",
		"BTHD", "BTIN", "BTLF", "FAHD", "FADB", "EAHD", "EAIB", "EASB", "EADB", "SMTB", "SMLI"} {
		if count[signature] == 0 {
			t.Errorf("no run has a %s", signature)
		}
	}
	t.Log(count)
}

// TestVariants makes variants twice: they are the same, and not what they were before.
func TestVariants(t *testing.T) {
	b, err := load("latest")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds[1:] {
		for number := range 20 {
			v := variant{b.name, kind.name, number}
			once, err := v.make(b)
			if err != nil {
				t.Fatal(err)
			}
			twice, err := v.make(b)
			if err != nil || !bytes.Equal(once, twice) {
				t.Errorf("%v is not always the same", v)
			}
			if bytes.Equal(once, b.content()) {
				t.Errorf("%v is not damaged", v)
			}
		}
	}
}
