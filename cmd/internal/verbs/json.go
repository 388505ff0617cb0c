package verbs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"
)

// JSON is one object, for machines, indented and with a line feed at its end.
// It is plain ASCII, as the reports are (verify.Report.AppendJSON): whatever of
// a file is shown at a terminal cannot repaint it.
func JSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return ascii(b.Bytes()), nil
}

// ascii escapes what stands outside of it in a JSON text; there that can only be
// in strings, where package json has escaped the control characters below space.
func ascii(text []byte) []byte {
	var out []byte
	for _, r := range string(text) {
		switch {
		case r < 0x7f:
			out = append(out, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}
