package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"extrapasha/internal/regular"
)

// Locality is where the data of a file is. In the facility's archive (dCache) it
// may be on tape, and reading it waits until it is back on disk.
type Locality int

// The localities.
const (
	OnDisk      Locality = iota // on disk, also outside the archive
	OnTape                      // on tape only
	Unavailable                 // on a pool that does not answer, or lost
	Unknown                     // the archive says something else
)

// String is the name of the locality.
func (l Locality) String() string {
	return [...]string{"on disk", "on tape", "unavailable", "unknown"}[l]
}

// localityLimit is more than any answer has, in bytes.
const localityLimit = 1 << 10

// LocalityOf finds out where the data of a file is, without reading it. dCache
// tells in a file of its own for each file; where there is none the file is on an
// ordinary disk. dCache's manual calls these the dot commands.
func LocalityOf(path string) (Locality, error) {
	dir, name := filepath.Split(path)
	answer, err := regular.Read(filepath.Join(dir, fmt.Sprintf(".(get)(%s)(locality)", name)), localityLimit)
	if err != nil {
		if _, err := os.Stat(path); err != nil {
			return Unavailable, fmt.Errorf("locality: %w", err)
		}
		return OnDisk, nil
	}
	switch strings.TrimSpace(string(answer)) {
	case "ONLINE", "ONLINE_AND_NEARLINE":
		return OnDisk, nil
	case "NEARLINE":
		return OnTape, nil
	case "UNAVAILABLE":
		return Unavailable, nil
	}
	return Unknown, nil
}
