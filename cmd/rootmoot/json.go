package main

import (
	"encoding/json"
	"io"
)

// printJSON writes one object, for machines, and a line feed.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
