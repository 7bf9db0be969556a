package version

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for name, test := range map[string]struct {
		main     string
		settings map[string]string
		want     string
	}{
		"a release":           {"v1.2.0", nil, "v1.2.0"},
		"of a revision":       {"v0.0.0-20260101000000-0123456789ab+dirty", map[string]string{"vcs.revision": "0123", "vcs.modified": "true"}, "v0.0.0-20260101000000-0123456789ab+dirty"},
		"a revision alone":    {"(devel)", map[string]string{"vcs.revision": "0123", "vcs.modified": "false"}, "0123"},
		"files that differ":   {"(devel)", map[string]string{"vcs.revision": "0123", "vcs.modified": "true"}, "0123+dirty"},
		"without any of that": {"", nil, "(devel)"},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Version: test.main}}
		for key, value := range test.settings {
			info.Settings = append(info.Settings, debug.BuildSetting{Key: key, Value: value})
		}
		if got := of(info); got != test.want {
			t.Errorf("%s: %q, expected %q", name, got, test.want)
		}
	}
}

func TestProgram(t *testing.T) {
	if got := Program(); !strings.HasPrefix(got, "extrapasha ") {
		t.Errorf("%q, expected the module and its version", got)
	}
}
