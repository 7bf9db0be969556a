package format_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"extrapasha/internal/h5/format"
)

// samples are files of every structure there is.
func samples(t testing.TB) (contents [][]byte) {
	t.Helper()
	archives, err := filepath.Glob("../../damage/testdata/*.zip")
	if err != nil || len(archives) == 0 {
		t.Fatal("no samples", err)
	}
	for _, path := range archives {
		archive, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range archive.File {
			if !strings.HasSuffix(entry.Name, ".h5") {
				continue
			}
			r, err := entry.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			if err = errors.Join(err, r.Close()); err != nil {
				t.Fatal(err)
			}
			contents = append(contents, content)
		}
		archive.Close()
	}
	return contents
}

// look reads all that describes a file, and tells how many objects that were.
func look(content []byte) (objects int, err error) {
	f, err := format.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return 0, err
	}
	var errs []error
	err = f.Walk(f.Root(), func(path string, kind format.Kind, header uint64) error {
		objects++
		if _, err := f.Attributes(header); err != nil {
			errs = append(errs, err)
		}
		if kind != format.Dataset {
			return nil
		}
		o, err := f.Object(header)
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		_ = o.Type.String()
		_, sourcesErr := f.Sources(o)
		x, err := f.Index(o)
		if errors.Is(err, format.ErrForm) {
			return nil
		}
		if err != nil {
			errs = append(errs, err, sourcesErr)
			return nil
		}
		for n := 0; n < min(x.Chunks(), 5000); n++ {
			if _, err := x.Place(n); err != nil {
				errs = append(errs, err)
				break
			}
		}
		if _, err := x.Next(0); err != nil {
			errs = append(errs, err)
		}
		return nil
	})
	return objects, errors.Join(append(errs, err)...)
}

func TestSamples(t *testing.T) {
	for i, content := range samples(t) {
		if objects, err := look(content); objects == 0 || err != nil {
			t.Errorf("sample %d: %d objects, %v", i, objects, err)
		}
	}
}

// TestTruncated cuts samples at many places: that is told at once.
func TestTruncated(t *testing.T) {
	for i, content := range samples(t) {
		for n := 0; n < len(content); n += len(content)/23 + 1 {
			_, err := format.Open(bytes.NewReader(content[:n]), int64(n))
			if !errors.Is(err, format.ErrCorrupt) && !errors.Is(err, format.ErrSignature) {
				t.Errorf("sample %d cut at %d: %v", i, n, err)
			}
		}
	}
}

// FuzzStructures changes bytes anywhere in files of every structure. Whatever comes, it
// ends, does not panic, and takes no memory for what a file claims.
func FuzzStructures(f *testing.F) {
	contents := samples(f)
	for i, content := range contents {
		for _, signature := range []string{"TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "FRHP", "FHDB", "FHIB", "BTHD", "BTIN", "BTLF", "FAHD", "FADB", "EAHD", "EAIB", "EASB", "EADB", "SMTB"} {
			if at := bytes.Index(content, []byte(signature)); at >= 0 {
				f.Add(uint8(i), uint32(at+5), []byte{0xff})
				f.Add(uint8(i), uint32(at+8), binary.LittleEndian.AppendUint64(nil, 1<<40))
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, at uint32, change []byte) {
		content := slices.Clone(contents[int(which)%len(contents)])
		copy(content[int(at)%len(content):], change)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := look(content)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 {
			t.Errorf("%d bytes of memory for a file of %d: %v", took, len(content), err)
		}
	})
}
