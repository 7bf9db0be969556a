package xgm

import (
	"errors"
	"fmt"
	"strings"

	"extrapasha/extradata"
)

// ErrSASE is wrapped where the sources of a run do not tell which SASE it is at.
var ErrSASE = errors.New("which SASE it is cannot be told")

// saseOf is the SASE that tunnels and instruments are at.
var saseOf = map[string]int{
	"SA1": 1, "LA1": 1, "SPB": 1, "FXE": 1,
	"SA2": 2, "LA2": 2, "MID": 2, "HED": 2,
	"SA3": 3, "LA3": 3, "SCS": 3, "SQS": 3, "SXP": 3,
}

func prefix(source string) string {
	before, _, _ := strings.Cut(source, "_")
	return before
}

// SASE tells from the names of a run's sources which SASE it is at: 1, 2 or 3. The light
// of SASE 1 passes SASE 3, so that both together are 3. The error wraps [ErrSASE].
func SASE(run *extradata.DataCollection) (int, error) {
	var seen [4]bool
	for _, source := range run.AllSources() {
		seen[saseOf[prefix(source)]] = true
	}
	switch {
	case seen[2] && !seen[1] && !seen[3]:
		return 2, nil
	case seen[3] && !seen[2]:
		return 3, nil
	case seen[1] && !seen[2]:
		return 1, nil
	}
	return 0, fmt.Errorf("%w: sources of SASE 1: %v, 2: %v, 3: %v", ErrSASE, seen[1], seen[2], seen[3])
}
