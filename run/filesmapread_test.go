package run

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// mapText is a files map of one entry, without the brackets around it.
const mapText = `{"filename": "RAW-R0001-DA01-S00000.h5", "mtime": 1.5, "size": 3, "train_ids": [1, 2], "control_sources": ["A/B/C"],
	"instrument_sources": [], "legacy_sources": {"x": "y"}, "suspect_train_indices": [1]}`

func TestFilesMapText(t *testing.T) {
	odd := strings.Replace(mapText, "A/B/C", `[{\"\\`, 1)
	for text, want := range map[string]int{
		"[]": 0, " [ ] \n": 0, "[" + mapText + "]": 1, " [ " + mapText + " , " + odd + "\n]\n": 2, `[{}]`: 1, `[{"new": [1], "train_ids": [3], "train_ids": [4]}]`: 1,
	} {
		if got, err := parseAll([]byte(text)); err != nil || len(got) != want {
			t.Errorf("%s: %v, %v; want %d entries", text, got, err, want)
		}
	}
	if got, err := parseAll([]byte("[" + odd + "]")); err != nil || got[0].ControlSources[0] != `[{"\` {
		t.Errorf("%v, %v", got, err)
	}
}

// TestFilesMapDamage reads maps that would take a parser long, or much memory.
func TestFilesMapDamage(t *testing.T) {
	const most = 1 << 22
	for name, text := range map[string]string{
		"brackets":     strings.Repeat("[", most),
		"objects":      strings.Repeat(`[{"a":`, most/6),
		"deep":         `[{"new": ` + strings.Repeat("[", most),
		"deep objects": "[" + strings.Repeat(`{"a":`, most/5),
		"three deep":   `[{"new": [[]]}]`,
		"entries":      "[" + strings.Repeat("{},", most/3),
		"too many":     "[" + strings.Repeat("{},", mapEntriesLimit) + "{}]",
		"long":         `[{"filename": "` + strings.Repeat("a", mapEntryLimit),
		"strings":      `[{"control_sources": [` + strings.Repeat(`"",`, most/3),
		"keys":         "[{" + strings.Repeat(`"train_ids": [1],`, most/17),
		"number":       `[{"size": ` + strings.Repeat("9", most) + "}]",
		"exponent":     `[{"mtime": 1e999999999}]`,
		"negative":     `[{"train_ids": [-1]}]`,
		"unfinished":   `[{"filename": "a`,
		"backslash":    `[{"filename": "a\`,
		"behind":       "[" + mapText + "] []",
		"two":          "[" + mapText + mapText + "]",
		"comma":        "[" + mapText + ",]",
		"mixed":        "[{]",
		"null":         "null",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := parseFilesMap([]byte(text), func(mapEntry) {})
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		// Nearly all of it is garbage at once: lists that grow, entries that nobody takes.
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20+256*uint64(len(text)) {
			t.Errorf("%s: %d bytes for %d", name, taken, len(text))
		}
	}
}

// TestManyFiles reads the map of 100,000 files.
func TestManyFiles(t *testing.T) {
	text := make([]byte, 0, 1<<26)
	for i := range 100_000 {
		text = fmt.Appendf(text, `,{"filename": "RAW-R0001-DA01-S%05d.h5", "train_ids": [%d, %d]}`, i, i, i+1)
	}
	text[0] = '['
	files := 0
	err := parseFilesMap(append(text, ']'), func(entry mapEntry) {
		if entry.TrainIDs[0] == uint64(files) {
			files++
		}
	})
	if err != nil || files != 100_000 {
		t.Errorf("%d files, %v", files, err)
	}
}

// TestFilesMapKinds opens runs whose files map is no file.
func TestFilesMapKinds(t *testing.T) {
	text, err := os.ReadFile("../testdata/SPB/202601/p700000/raw/r0001/RAW-R0001-DA01-S00000.h5")
	if err != nil {
		t.Fatal(err)
	}
	for name, make := range map[string]func(path string) error{
		"pipe":      func(path string) error { return syscall.Mkfifo(path, 0o644) },
		"device":    func(path string) error { return os.Symlink("/dev/zero", path) },
		"directory": func(path string) error { return os.Mkdir(path, 0o755) },
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "RAW-R0001-DA01-S00000.h5"), text, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := make(filepath.Join(dir, filesMapName)); err != nil {
			t.Fatal(err)
		}
		files, err := OpenDirectory(dir, Choice{})
		if err != nil || len(files) != 1 || len(files[0].TrainIDs()) == 0 {
			t.Errorf("%s: %v, %v", name, files, err)
		}
	}
}
