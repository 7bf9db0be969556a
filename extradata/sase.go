package extradata

import (
	"errors"
	"fmt"
	"strings"
)

// ErrSASE is wrapped where the sources of a run do not tell which SASE it is at.
var ErrSASE = errors.New("which SASE it is cannot be told")

// saseOf is the SASE that tunnels and instruments are at.
var saseOf = map[string]int{
	"SA1": 1, "LA1": 1, "SPB": 1, "FXE": 1,
	"SA2": 2, "LA2": 2, "MID": 2, "HED": 2,
	"SA3": 3, "LA3": 3, "SCS": 3, "SQS": 3, "SXP": 3,
}

// prefixOf is the first part of a source's name, which tells where it is.
func prefixOf(source string) string {
	before, _, _ := strings.Cut(source, "_")
	return before
}

// SASEOf is the SASE, 1 to 3, that a source is at by its name, 0 where that does not tell.
func SASEOf(source string) int { return saseOf[prefixOf(source)] }

// SASE tells from the names of the sources which SASE the run is at: 1, 2 or 3. The light
// of SASE 1 passes SASE 3, so that both together are 3. The error wraps [ErrSASE].
func (c *DataCollection) SASE() (int, error) {
	var seen [4]bool
	for _, source := range c.AllSources() {
		seen[SASEOf(source)] = true
	}
	switch {
	case seen[2] && !seen[1] && !seen[3]:
		return 2, nil
	case seen[3] && !seen[2]:
		return 3, nil
	case seen[1] && !seen[2]:
		return 1, nil
	}
	return 0, fmt.Errorf("extradata: %w: sources of SASE 1: %v, 2: %v, 3: %v", ErrSASE, seen[1], seen[2], seen[3])
}
