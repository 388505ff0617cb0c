package strictyaml

import (
	"fmt"
	"strconv"
	"strings"
)

// Child is the path of the value called name within the value at path. A name
// that a path could be misread for, or that cannot be seen, stands in quotes.
func Child(path, name string) string {
	switch quoted := strconv.Quote(name); {
	case name == "" || quoted != `"`+name+`"` || strings.ContainsAny(name, ".[] "):
		return path + "[" + quoted + "]"
	case path == "":
		return name
	}
	return path + "." + name
}

// Index is the path of element i, from 0, of the list at path.
func Index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// parent drops the last step of a path that [Child] and [Index] have made.
func parent(path string) string {
	if quote := strings.LastIndex(path, `["`); quote >= 0 && strings.HasSuffix(path, `"]`) {
		return path[:quote]
	}
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}
