package strictyaml

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rootmoot/rootmoot/internal/visible"
)

// checkText refuses what a reviewer cannot see, before any YAML is read.
func checkText(raw []byte) error {
	if len(raw) > MaxSize {
		return &Error{Line: 1, Column: 1, Message: fmt.Sprintf("larger than %d bytes", MaxSize)}
	}
	if bytes.HasPrefix(raw, []byte("\ufeff")) {
		return &Error{Line: 1, Column: 1, Message: "begins with a byte order mark: save it as UTF-8 without one"}
	}
	line := 0
	for text := range strings.Lines(string(raw)) {
		line++
		if strings.HasPrefix(text, "%") {
			return &Error{Line: line, Column: 1, Message: "a directive, or a line that looks like one: not accepted"}
		}
		if err := checkLine(line, strings.TrimSuffix(text, "\n")); err != nil {
			return err
		}
	}
	return nil
}

func checkLine(line int, text string) error {
	column := 0
	for i, r := range text {
		column++
		message := ""
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			message = fmt.Sprintf("byte %#02x is not UTF-8", text[i])
		case r == '\r':
			message = "a carriage return: save it with line feeds only"
		case r == '\t':
			message = "a tab: use spaces"
		case r != '\\' && unseen(text, i, r):
			message = fmt.Sprintf("the character %U cannot be seen: remove it, or write it as an escape in double quotes", r)
		}
		if message != "" {
			return &Error{Line: line, Column: column, Message: message}
		}
	}
	return nil
}

// unseen says whether the character at i is one that package visible writes out.
// A mark is looked at together with the letter that it stands on.
func unseen(text string, i int, r rune) bool {
	if s := string(r); visible.Line(s) == s {
		return false
	}
	_, size := utf8.DecodeLastRuneInString(text[:i])
	pair := text[i-size : i+utf8.RuneLen(r)]
	return visible.Line(pair) != pair
}
