package verbs

import (
	"fmt"
	"runtime/debug"
)

// Version says what this binary is, as far as the toolchain recorded it:
// v1.2.3 (go1.26.8 linux/amd64, commit abc1234, 2026-11-22, clean).
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(built without version information)"
	}
	set := make(map[string]string, len(info.Settings))
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	text := fmt.Sprintf("%s (%s %s/%s", orElse(info.Main.Version, "(devel)"), info.GoVersion, set["GOOS"], set["GOARCH"])
	if commit := set["vcs.revision"]; commit != "" {
		state := "clean"
		if set["vcs.modified"] == "true" {
			state = "with local changes"
		}
		text += fmt.Sprintf(", commit %.12s, %.10s, %s", commit, set["vcs.time"], state)
	}
	return text + ")"
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
