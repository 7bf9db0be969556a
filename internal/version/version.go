// Package version tells of which version a program is.
package version

import "runtime/debug"

// Program is the module of the running program and its version, or where it was built
// from source the revision of that: "extrapasha v1.2.0".
func Program() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Path + " " + of(info)
}

// of is the version of the main module; of a development version it is the revision, with
// "+dirty" where files differ from that.
func of(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	version, revision := info.Main.Version, settings["vcs.revision"]
	if version != "" && version != "(devel)" { // go build has put the revision in already
		return version
	}
	switch {
	case revision == "":
		return "(devel)"
	case settings["vcs.modified"] == "true":
		return revision + "+dirty"
	}
	return revision
}
