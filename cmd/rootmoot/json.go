package main

import (
	"io"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// printJSON writes one object, for machines, and a line feed.
func printJSON(w io.Writer, v any) error {
	text, err := verbs.JSON(v)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
