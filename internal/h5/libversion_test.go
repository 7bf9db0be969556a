package h5

import (
	"regexp"
	"testing"
)

func TestLibraryVersion(t *testing.T) {
	version, err := LibraryVersion()
	if err != nil || !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(version) {
		t.Errorf("%q and %v, expected three numbers", version, err)
	}
}
