package verify_test

import (
	"bytes"
	"encoding/hex"
	"strings"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// header is the good header of a key, changed.
func header(change func(h []byte) []byte) []byte {
	h, err := root.NewHeader(alice.Public, forge.Made)
	if err != nil {
		panic(err)
	}
	return change(bytes.Clone(h))
}

// each changes every signature of the document.
func each(change func(value map[string]any)) func(*forge.Doc) {
	return func(d *forge.Doc) {
		d.Entries = func(good []forge.Entry) []forge.Entry {
			for _, e := range good {
				change(e.Value)
			}
			return good
		}
	}
}

// The form in which conda roots are signed. conda interprets nothing of the
// header that is signed with the document, nor see_also, and neither do we,
// when counting; but what no OpenPGP program would make is warned of.
func openPGPAttacks() []attack {
	odd := func(name string, h []byte) attack {
		return attack{name: name, source: "conda weakness 15", rule: "SIG-HEADER", only: root.Conda, warning: true, edit: func(d *forge.Doc) { d.Header = h }}
	}
	bad := func(name, source string, edit func(*forge.Doc)) attack {
		return attack{name: name, source: source, rule: "QUORUM-NEW", also: []string{"QUORUM-OLD"}, only: root.Conda, edit: edit}
	}
	member := func(name string, value any) func(*forge.Doc) {
		return each(func(v map[string]any) { v[name] = value })
	}
	return []attack{
		odd("a header of one byte", []byte{0}),
		odd("a header of version 3", header(func(h []byte) []byte { h[0] = 3; return h })),
		odd("a header of a certification", header(func(h []byte) []byte { h[1] = 0x10; return h })),
		odd("a header that says RSA", header(func(h []byte) []byte { h[2] = 1; return h })),
		odd("a header that says SHA-512", header(func(h []byte) []byte { h[3] = 10; return h })),
		odd("a header of 4,000 bytes", bytes.Repeat([]byte{0xab}, 4000)),
		odd("a header with bytes after it", header(func(h []byte) []byte { return append(h, 0) })),
		odd("a header cut short", header(func(h []byte) []byte { return h[:len(h)-1] })),
		odd("a header that looks like the trailer", []byte{4, 0xff, 0, 0, 0, 0}),
		{name: "see_also names another key", source: "conda weakness 14", rule: "SIG-HEADER", only: root.Conda, warning: true, edit: member("see_also", strings.Repeat("0", 40))},
		{name: "see_also where the header names nobody", source: "conda weakness 14", rule: "SIG-HEADER", only: root.Conda, warning: true, edit: func(d *forge.Doc) {
			d.Header = []byte{4, 0, 0x16, 8, 0, 0}
			member("see_also", strings.Repeat("0", 40))(d)
		}},

		bad("raw signatures on a conda root", "conda weakness 14", func(d *forge.Doc) { d.Raw = true }),
		bad("raw signatures with a header", "conda weakness 14", both(func(d *forge.Doc) { d.Raw = true }, member("other_headers", "00"))),
		bad("OpenPGP signatures without their header", "", each(func(v map[string]any) { delete(v, "other_headers") })),
		bad("another header than was signed", "conda weakness 15", member("other_headers", "04")),
		bad("a header's last byte moved out", "conda weakness 15", each(func(v map[string]any) { h := v["other_headers"].(string); v["other_headers"] = h[:len(h)-2] })),
		bad("a header without bytes", "conda weakness 15", func(d *forge.Doc) { d.Header = []byte{} }),
		bad("a header of odd hex", "", each(func(v map[string]any) { v["other_headers"] = v["other_headers"].(string)[1:] })),
		bad("a header in upper-case hex", "", each(func(v map[string]any) { v["other_headers"] = strings.ToUpper(v["other_headers"].(string)) })),
		bad("a header that is null", "", member("other_headers", nil)),
		bad("a header that is a number", "", member("other_headers", 4)),
		bad("see_also too short", "conda weakness 14", member("see_also", "00")),
		bad("see_also no hex", "conda weakness 14", member("see_also", strings.Repeat("g", 40))),
		bad("see_also null", "conda weakness 14", member("see_also", nil)),
		bad("a fourth member", "", both(member("see_also", strings.Repeat("0", 40)), member("x", 1))),
		bad("the member of TUF", "", each(func(v map[string]any) { v["sig"] = v["signature"]; delete(v, "signature") })),
		bad("signatures in upper-case hex", "", each(func(v map[string]any) { v["signature"] = strings.ToUpper(v["signature"].(string)) })),
		bad("signatures as OpenPGP packets", "conda weakness 29", each(func(v map[string]any) { v["signature"] = "0100" + v["signature"].(string) })),
		bad("the digest signed without the trailer", "", func(d *forge.Doc) {
			d.Raw = true
			member("other_headers", hex.EncodeToString(header(func(h []byte) []byte { return h })))(d)
		}),
	}
}
