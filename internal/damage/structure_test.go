package damage

import (
	"bytes"
	"regexp"
	"slices"
)

// structure is one of the parts of a file that tell where the data is.
type structure struct {
	signature string
	at, end   int
	// sum is where the checksum is, 0 where there is none. It is of all bytes of the
	// structure but its own, which count as 0 in the middle and not at all at the end.
	sum int
}

func (s structure) checksum(content []byte) uint32 {
	if s.sum+4 == s.end {
		return lookup3(content[s.at:s.sum])
	}
	block := bytes.Clone(content[s.at:s.end])
	clear(block[s.sum-s.at:][:4])
	return lookup3(block)
}

// mend makes the checksum fit again.
func (s structure) mend(content []byte) { little.PutUint32(content[s.sum:], s.checksum(content)) }

var signatures = regexp.MustCompile(`TREE|SNOD|HEAP|GCOL|OHDR|OCHK|FRHP|FHDB|FHIB|BTHD|BTIN|BTLF|FAHD|FADB|EAHD|EAIB|EASB|EADB|SMTB|SMLI|FSHD|FSSE`)

const (
	superblock = "\x89HDF\r\n\x1a\n"
	// longest is how long a structure with a checksum can be in the runs of the test.
	longest = 20 << 10
)

// structures finds all structures of a file, in the order of their place. Those without
// a checksum are taken to reach to the next, as far as that matters here.
func structures(content []byte, base int) []structure {
	found := signatures.FindAllIndex(content, -1)
	var all []structure
	for i, where := range found {
		next := len(content)
		if i+1 < len(found) {
			next = found[i+1][0]
		}
		all = append(all, measured(content, string(content[where[0]:where[1]]), where[0], next)...)
	}
	all = append(all, superblocks(content, base)...)
	all = append(all, oldHeaders(content, base)...)
	slices.SortFunc(all, func(a, b structure) int { return a.at - b.at })
	return all
}

// superblocks is the one of the file, which begins with no letters.
func superblocks(content []byte, base int) []structure {
	if len(content) < base+96 {
		return nil
	}
	s := structure{signature: "superblock", at: base, end: base + 96}
	if content[base+8] >= 2 {
		s, _ = s.summed(content, base+len(superblock), s.end)
	}
	return []structure{s}
}

// measured is the structure at a signature, with the pages that follow it.
func measured(content []byte, signature string, at, next int) []structure {
	s := structure{signature: signature, at: at, end: min(next, at+512)}
	switch signature {
	case "TREE", "SNOD", "HEAP", "GCOL":
	case "FHDB":
		s = s.heapBlock(content)
	default:
		s, _ = s.summed(content, at+len(signature), next)
	}
	if s.sum > 0 && (signature == "FADB" || signature == "EADB") {
		return append([]structure{s}, pages(content, s.end, next)...)
	}
	return []structure{s}
}

// summed finds the length of a structure that ends with its checksum: the one with which
// the checksum is right.
func (s structure) summed(content []byte, from, next int) (structure, bool) {
	for sum := from; sum+4 <= min(next, s.at+longest); sum++ {
		if little.Uint32(content[sum:]) == lookup3(content[s.at:sum]) {
			s.sum, s.end = sum, sum+4
			return s, true
		}
	}
	return s, false
}

// heapBlock finds the length of a direct block of a fractal heap, a power of two.
func (s structure) heapBlock(content []byte) structure {
	for size := 64; s.at+size <= len(content); size *= 2 {
		for offset := 2; offset <= 8; offset++ {
			block := s
			block.end, block.sum = s.at+size, s.at+4+1+8+offset
			if little.Uint32(content[block.sum:]) == block.checksum(content) {
				return block
			}
		}
	}
	return s
}

// pages finds the pages of the entries of an array: they have checksums, but no
// signature. All but the last are of the same length, and need not have been written.
func pages(content []byte, at, next int) (found []structure) {
	length := 0
	for at < next {
		page := structure{signature: "page", at: at}
		if end := at + length; length > 0 && end <= next && little.Uint32(content[end-4:]) == lookup3(content[at:end-4]) {
			page.sum, page.end = end-4, end
		} else {
			var ok bool
			if page, ok = page.summed(content, at+8, next); !ok {
				return found
			}
		}
		found, length, at = append(found, page), page.end-at, page.end
	}
	return found
}

// oldHeaders finds the object headers of version 1, which have no signature: the nodes
// of the groups' trees tell where they are.
func oldHeaders(content []byte, base int) (found []structure) {
	seen := map[int]bool{}
	for at := 0; ; {
		next := bytes.Index(content[at:], []byte("SNOD"))
		if next < 0 || at+next+8 > len(content) {
			return found
		}
		at += next
		for i := range int(little.Uint16(content[at+6:])) {
			entry := at + 8 + 40*i
			if entry+40 > len(content) {
				break
			}
			header := base + int(little.Uint64(content[entry+8:]))
			if header > 0 && header+16 < len(content) && content[header] == 1 && !seen[header] {
				seen[header] = true
				end := header + 16 + int(little.Uint32(content[header+8:]))
				found = append(found, structure{signature: "header", at: header, end: min(end, len(content))})
			}
		}
		at += 8
	}
}
