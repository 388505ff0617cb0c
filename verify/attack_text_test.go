package verify_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// beside puts text among the members of the signed part.
func beside(members string) func(*forge.Doc) {
	return text(`"signed":{`, `"signed":{`+members+`,`)
}

func after(tail string) func(*forge.Doc) {
	return rewrite(func(file []byte) []byte { return append(file, tail...) })
}

func before(head string) func(*forge.Doc) {
	return rewrite(func(file []byte) []byte { return append([]byte(head), file...) })
}

// Text that is not one JSON document to every reader.
func textAttacks() []attack {
	const twice, utf = "seen: duplicate JSON members; conda weakness 19", "conda weakness 20"
	wide := func(order binary.AppendByteOrder, mark bool) func(*forge.Doc) {
		return rewrite(func(file []byte) []byte { return encoded(file, mark, order.AppendUint16) })
	}
	wider := func(order binary.AppendByteOrder, mark bool) func(*forge.Doc) {
		return rewrite(func(file []byte) []byte {
			return encoded(file, mark, func(b []byte, u uint16) []byte { return order.AppendUint32(b, uint32(u)) })
		})
	}
	json := func(name, source string, edit func(*forge.Doc)) attack {
		return attack{name: name, source: source, rule: "ROOT-JSON", edit: edit}
	}
	return []attack{
		json("data after the document", "", after(" {}")),
		json("the document twice", "", rewrite(func(file []byte) []byte { return append(file, file...) })),
		json("a comma after the document", "", after(",")),
		json("a zero byte after the document", "", after("\x00")),
		json("a zero byte before the document", "", before("\x00")),
		json("a byte order mark", utf, before("\xef\xbb\xbf")),
		json("a byte order mark at the end", utf, after("\xef\xbb\xbf")),
		json("UTF-16, little-endian", utf, wide(binary.LittleEndian, false)),
		json("UTF-16, big-endian", utf, wide(binary.BigEndian, false)),
		json("UTF-16, little-endian with its mark", utf, wide(binary.LittleEndian, true)),
		json("UTF-16, big-endian with its mark", utf, wide(binary.BigEndian, true)),
		json("UTF-32, little-endian", utf, wider(binary.LittleEndian, true)),
		json("UTF-32, big-endian", utf, wider(binary.BigEndian, false)),
		json("a member twice", twice, text(`"version":2`, `"version":2,"version":2`)),
		json("a member twice, once with an escape", twice, text(`"version":2`, `"version":2,"\u0076ersion":3`)),
		json("signed twice", twice, text(`"signed":{`, `"signed":{},"signed":{`)),
		json("signed twice, once with an escape", twice, text(`"signed":{`, `"\u0073igned":{},"signed":{`)),
		json("signatures twice", twice, text(`"signatures":`, `"signatures":[],"signatures":`)),
		json("a role twice", twice, text(`"root":{`, `"root":{"threshold":1},"root":{`)),
		json("a threshold twice", twice, text(`"threshold":2`, `"threshold":2,"threshold":1`)),
		json("a member that means nothing twice", twice, beside(`"x":{"a":1,"a":2}`)),
		{name: "a keyid twice among the keys", source: twice, rule: "ROOT-JSON", only: root.TUF, edit: text(`"keys":{`, `"keys":{"`+alice.TUF().ID+`":{},`)},
		{name: "a signer twice in conda", source: twice + "; conda weakness 13", rule: "ROOT-JSON", only: root.Conda, edit: text(`"signatures":{`, `"signatures":{"`+alice.ID+`":{},`)},
		json("cut short", "", rewrite(func(file []byte) []byte { return file[:len(file)-1] })),
		json("no file", "", rewrite(func([]byte) []byte { return nil })),
		json("white space only", "", rewrite(func([]byte) []byte { return []byte(" \n") })),
		json("a comment", "", before("// root\n")),
		json("a comma too many", "", beside(`"x":[1,]`)),
		json("single quotes", "", beside(`'x':1`)),
		json("a name without quotes", "", beside(`x:1`)),
		json("a form feed for white space", "", before("\f")),
		json("a no-break space for white space", "", before("\u00a0")),
		json("True", "", beside(`"x":True`)),
		json("undefined", "", beside(`"x":undefined`)),

		{name: "Signed for signed", source: "other: case variants", rule: "ROOT-ENVELOPE", edit: text(`"signed":`, `"Signed":`)},
		{name: "SIGNED beside signed", source: "other: case variants", rule: "ROOT-CASE", only: root.TUF, warning: true, edit: outer("SIGNED", map[string]any{})},
		{name: "SIGNED beside signed in conda", source: "other: case variants", rule: "ROOT-ENVELOPE", only: root.Conda, edit: outer("SIGNED", map[string]any{})},
		{name: "a long s in signed beside it", source: "other: case variants", rule: "ROOT-CASE", only: root.TUF, warning: true, edit: outer("ſigned", map[string]any{})},
		{name: "Version for version", source: "other: case variants", rule: "ROOT-FORM", edit: both(unset("version"), set("Version", 2))},
		{name: "Version beside version", source: "other: case variants", rule: "ROOT-CASE", warning: true, edit: set("Version", 7)},
		{name: "_Type beside _type", source: "other: case variants", rule: "ROOT-CASE", only: root.TUF, warning: true, edit: set("_Type", "targets")},
		{name: "Threshold beside threshold", source: "other: case variants", rule: "ROOT-CASE", only: root.TUF, warning: true, edit: setRole("root", "Threshold", 1)},
		{name: "Threshold beside threshold in conda", source: "other: case variants", rule: "ROOT-FORM", only: root.Conda, edit: setRole("root", "Threshold", 1)},
		{name: "KeyIDs for keyids", source: "other: case variants", rule: "ROOT-FORM", only: root.TUF, edit: text(`"keyids":`, `"KeyIDs":`)},
		{name: "PUBLIC beside public", source: "other: case variants", rule: "ROOT-CASE", only: root.TUF, warning: true, edit: func(d *forge.Doc) {
			d.SetRole("targets", 1, mallory.TUF().With("keyval", map[string]any{"public": mallory.ID, "PUBLIC": alice.ID}))
		}},
		{name: "Scheme beside scheme", source: "other: case variants", rule: "ROOT-CASE", only: root.TUF, warning: true, edit: func(d *forge.Doc) {
			d.SetRole("targets", 1, mallory.TUF().With("Scheme", "none"))
		}},
	}
}

// encoded is the file in code units of another size.
func encoded(file []byte, mark bool, unit func([]byte, uint16) []byte) []byte {
	var out []byte
	if mark {
		out = unit(out, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(string(file))) {
		out = unit(out, u)
	}
	return out
}

// Numbers that readers take for different ones, or for none.
func numberAttacks() []attack {
	var out []attack
	for _, n := range []string{"NaN", "Infinity", "-Infinity", "nan", "0x10", "01", "-01", "+1", ".5", "1.", "1e", "1e+", "--1", "1_000", "½"} {
		out = append(out, attack{name: "the number " + n, source: "conda weakness 21", rule: "ROOT-JSON", edit: beside(`"x":` + n)})
	}
	for _, n := range []string{"1.5", "1.0", "1e2", "1E2", "-0", "-0.0", "0e0", "1e400", "1e-400"} {
		out = append(out, attack{name: "the number " + n + " in TUF", source: "conda weakness 23", rule: "ROOT-CANONICAL", only: root.TUF, edit: beside(`"x":` + n)})
	}
	for _, n := range []string{"1e400", "-1e400", "1e309"} {
		out = append(out, attack{name: "the number " + n + " in conda", source: "conda weakness 23", rule: "ROOT-CANONICAL", only: root.Conda, edit: beside(`"x":[` + n + `]`)})
	}
	return append(out, attack{name: "a number of 5,000 digits", source: "conda weakness 23", rule: "ROOT-JSON", edit: beside(`"x":` + strings.Repeat("9", 5000))})
}

// Strings that are not Unicode, as bytes and as escapes, in values and names.
func unicodeAttacks() []attack {
	const source = "conda weakness 23"
	var out []attack
	for name, s := range inOrder(map[string]string{
		"no UTF-8": "\xff", "a continuation byte": "\x80", "UTF-8 cut short": "\xe2\x82", "UTF-8 too long": "\xc0\xaf", "a zero as UTF-8 too long": "\xc0\x80",
		"a surrogate in UTF-8": "\xed\xa0\x80", "a pair of surrogates in UTF-8": "\xed\xa0\xbd\xed\xb8\x80", "UTF-8 beyond Unicode": "\xf4\x90\x80\x80",
		"a high surrogate": `\ud800`, "a low surrogate": `\udc00`, "two high surrogates": `\ud800\ud800`, "surrogates in the wrong order": `\udc00\ud800`,
		"a high surrogate before text": `\ud800x`, "a high surrogate at the end": `\uD83D`, "an unknown escape": `\x41`, "an escape of three digits": `\u012`, "an escape without hex": `\u00g0`,
		"a zero byte": "\x00", "a newline": "\n", "a tab": "\t", "an escape character": "\x1b",
	}) {
		out = append(out,
			attack{name: name + " in a value", source: source, rule: "ROOT-JSON", edit: beside(`"x":"` + s + `"`)},
			attack{name: name + " in a name", source: source, rule: "ROOT-JSON", edit: beside(`"` + s + `":1`)},
		)
	}
	return out
}

// Size, depth and number, before any signature is looked at.
func sizeAttacks() []attack {
	const source = "CVE-2020-6173"
	deep := func(n int, open, close string) func(*forge.Doc) {
		return beside(`"x":` + strings.Repeat(open, n) + "0" + strings.Repeat(close, n))
	}
	return []attack{
		{name: "two megabytes", source: "seen: 2 MB roots; conda weakness 24", rule: "ROOT-SIZE", edit: after(strings.Repeat(" ", 2<<20))},
		{name: "a byte too many", source: source, rule: "ROOT-SIZE", edit: rewrite(func(file []byte) []byte {
			return append(file, bytes.Repeat([]byte("\n"), 512_001-len(file))...)
		})},
		{name: "20,000 signatures", source: source + "; seen: 20,000 junk signatures", rule: "ROOT-SIZE", edit: junk(20_000)},
		{name: "2,000 signatures", source: source, rule: "ROOT-COUNT", edit: junk(2_000)},
		{name: "1,025 signatures", source: source, rule: "ROOT-COUNT", edit: junk(1_022)},
		{name: "nested deeply", source: "conda weakness 24", rule: "ROOT-JSON", edit: deep(20_000, "[", "]")},
		{name: "objects nested deeply", source: "conda weakness 24", rule: "ROOT-JSON", edit: deep(20_000, `{"a":`, "}")},
		{name: "33 levels", source: "conda weakness 24", rule: "ROOT-JSON", edit: deep(31, "[", "]")},
		{name: "nested deeply and not closed", source: "conda weakness 24", rule: "ROOT-JSON", edit: rewrite(func([]byte) []byte { return bytes.Repeat([]byte("["), 500_000) })},
		{name: "100,000 values", source: source, rule: "ROOT-JSON", edit: beside(`"x":[` + strings.Repeat("0,", 100_000) + "0]")},
		{name: "1,025 keys", source: source, rule: "ROOT-COUNT", only: root.TUF, edit: func(d *forge.Doc) {
			for i := range 1_025 {
				d.Signed["keys"].(map[string]any)[fmt.Sprint(i)] = mallory.Object
			}
		}},
		{name: "1,025 keys in a role", source: source, rule: "ROOT-COUNT", edit: func(d *forge.Doc) {
			ids := make([]any, 1_025)
			for i := range ids {
				ids[i] = fmt.Sprintf("%064x", i)
			}
			setIDs("", ids)(d)
		}},
		{name: "100,000 faults", source: source, rule: "ROLE-KEYID-TWICE", only: root.TUF, edit: func(d *forge.Doc) {
			for i := range 60 {
				ids := make([]any, 1_024)
				for j := range ids {
					ids[j] = ""
				}
				d.Roles()[fmt.Sprint("bonus", i)] = map[string]any{"threshold": 1, "keyids": ids}
			}
		}},
	}
}
