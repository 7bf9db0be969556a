package picture

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"slices"
)

// ErrText is wrapped by errors about files that have no text of some name.
var ErrText = errors.New("no such text")

// pngMagic is what a PNG file begins with, pngHeader the length of that and of the first
// chunk, IHDR: see https://www.w3.org/TR/png-3/.
const pngMagic, pngHeader = "\x89PNG\r\n\x1a\n", 8 + 25

// textMost is how long a text that a file claims to have may be.
const textMost = 64 << 20

// Tell keeps a text with the picture, under a name of up to 79 letters of ASCII: a PNG file
// has it as iTXt, an SVG file as metadata.
func (p *Picture) Tell(name, text string) {
	if p.texts == nil {
		p.texts = map[string]string{}
	}
	p.texts[name] = text
}

// pngText is an iTXt chunk, not compressed.
func pngText(name, text string) []byte {
	body := []byte("iTXt" + name + "\x00\x00\x00\x00\x00" + text)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
	chunk = append(chunk, body...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body))
}

// svgText is an element of the content of an SVG file.
func svgText(name, text string) []byte {
	var out bytes.Buffer
	out.WriteString("<metadata id=\"")
	_ = xml.EscapeText(&out, []byte(name)) // memory takes all
	out.WriteString("\">")
	_ = xml.EscapeText(&out, []byte(text))
	out.WriteString("</metadata>\n")
	return out.Bytes()
}

// tell puts a text into a picture as a file has it.
func tell(content []byte, format, name, text string) []byte {
	at, part := pngHeader, pngText(name, text)
	if format == ".svg" {
		if at = bytes.LastIndex(content, []byte("</svg>")); at < 0 {
			return content
		}
		part = svgText(name, text)
	}
	return bytes.Join([][]byte{content[:at], part, content[at:]}, nil)
}

// withTexts puts the texts of all pictures into a file of them: of two of the same name the
// first.
func withTexts(content []byte, format string, pictures []*Picture) []byte {
	texts := map[string]string{}
	for _, p := range slices.Backward(pictures) {
		maps.Copy(texts, p.texts)
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		content = tell(content, format, name, texts[name])
	}
	return content
}

// ReadText reads a text that was kept with a picture in a .png or .svg file. The error
// wraps [ErrText] where there is none of that name.
func ReadText(path, name string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("picture: %w", err)
	}
	defer f.Close()
	read := svgTextIn
	magic := make([]byte, len(pngMagic))
	if n, _ := io.ReadFull(f, magic); string(magic[:n]) == pngMagic {
		read = pngTextIn
	} else if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("picture: %w", err)
	}
	text, err := read(f, name)
	if err != nil {
		return "", fmt.Errorf("picture: %s: %w: %q: %w", path, ErrText, name, err)
	}
	return text, nil
}

// pngTextIn looks for the text among the chunks, from the first on.
func pngTextIn(f io.Reader, name string) (string, error) {
	begin := []byte(name + "\x00\x00\x00\x00\x00")
	for {
		var head [8]byte
		if _, err := io.ReadFull(f, head[:]); err != nil {
			return "", err
		}
		size := int64(binary.BigEndian.Uint32(head[:4]))
		if string(head[4:]) != "iTXt" || size > textMost {
			if _, err := io.CopyN(io.Discard, f, size+4); err != nil {
				return "", err
			}
			continue
		}
		body, err := io.ReadAll(io.LimitReader(f, size+4))
		if err != nil || int64(len(body)) < size+4 {
			return "", io.ErrUnexpectedEOF
		}
		body, sum := body[:size], binary.BigEndian.Uint32(body[size:])
		if text, ok := bytes.CutPrefix(body, begin); ok {
			if crc32.Update(crc32.ChecksumIEEE(head[4:]), crc32.IEEETable, body) != sum {
				return "", errors.New("its checksum does not match")
			}
			return string(text), nil
		}
	}
}

// svgTextIn looks for the element with the text.
func svgTextIn(f io.Reader, name string) (string, error) {
	decoder := xml.NewDecoder(f)
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "metadata" {
			continue
		}
		for _, a := range start.Attr {
			if a.Name.Local == "id" && a.Value == name {
				var text string
				err := decoder.DecodeElement(&text, &start)
				return text, err
			}
		}
	}
}
