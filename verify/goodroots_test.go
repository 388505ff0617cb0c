package verify_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// A goodRoot is one that others refuse, or that only looks odd: it is accepted,
// with these rules warned of and no others; and under --strict too, unless by
// some of them it is refused.
type goodRoot struct {
	name, source string
	warns        []string
	refused      []string // under --strict
	only         root.Format
	edit         func(d *forge.Doc)
}

func goodRoots() []goodRoot {
	return slices.Concat(goodMembers(), goodKeys(), goodSignatures(), goodText())
}

func goodMembers() []goodRoot {
	custom := map[string]any{"a": []any{1, "x", nil, true, map[string]any{}}, "é": "\u0000\u007f\u2028<>&\U0001f600"}
	return []goodRoot{
		{name: "no consistent_snapshot", source: "good: consistent_snapshot absent", only: root.TUF, edit: unset("consistent_snapshot")},
		{name: "consistent_snapshot false", only: root.TUF, edit: set("consistent_snapshot", false)},
		{name: "an integer above 2^53", source: "good: integer > 2^53", edit: set("x-big", json.Number("9007199254740993"))},
		{name: "an integer below -2^63", source: "good: integer > 2^53", edit: set("x-big", json.Number("-9223372036854775809"))},
		{name: "an integer of 400 digits", source: "good: integer > 2^53", edit: set("x-big", json.Number(strings.Repeat("8", 400)))},
		{name: "floats in conda", source: "conda weakness 23", only: root.Conda, edit: set("x", []any{json.Number("1.0"), json.Number("1e2"), json.Number("-0"), json.Number("1e-7")})},
		{name: "a date with an offset", source: `good: "+00:00" date`, warns: []string{"ROOT-DATE-FORM"}, refused: []string{"ROOT-DATE-FORM"}, edit: expires("2027-01-01T00:00:00+00:00")},
		{name: "a date with a fraction", source: "good: sub-second and offset dates", warns: []string{"ROOT-DATE-FORM"}, refused: []string{"ROOT-DATE-FORM"}, edit: expires("2027-01-01T00:00:00.123456Z")},
		{name: "the year 9999", edit: expires("9999-12-31T23:59:59Z")},
		{name: "the first of 1970, for never", only: root.TUF, edit: expires("1970-01-01T00:00:00Z")},
		{name: "a leap day", edit: expires("2028-02-29T00:00:00Z")},
		{name: "no timestamp in conda", only: root.Conda, edit: unset("timestamp")},
		{name: "the role mirrors", source: "good: mirrors role", only: root.TUF, edit: func(d *forge.Doc) { d.SetRole("mirrors", 1, mallory.TUF()) }},
		{name: "unknown members everywhere", source: "conda weakness 11", only: root.TUF, edit: func(d *forge.Doc) {
			d.SetRole("targets", 1, mallory.With("x", custom))
			setRole("targets", "x", custom)(d)
			set("x", custom)(d)
			outer("x", custom)(d)
			text(`"keyid":`, `"x":{},"keyid":`)(d)
		}},
		{name: "unknown members in conda", source: "conda weakness 11", only: root.Conda, edit: set("x", custom)},
		{name: "the member type of conda in a TUF root", only: root.TUF, edit: set("type", "key_mgr")},
		{name: "specification 1.0", only: root.TUF, edit: set("spec_version", "1.0")},
		{name: "specification 1.99.0", only: root.TUF, edit: set("spec_version", "1.99.0")},
		{name: "specification 0.6.9", only: root.Conda, edit: set("metadata_spec_version", "0.6.9")},
		{name: "expired, as one between may be", edit: both(expires("2026-01-02T00:00:00Z"))},
		{name: "a threshold raised", edit: setRole("root", "threshold", 3)},
		{name: "as many keys as are taken", only: root.TUF, edit: func(d *forge.Doc) {
			for i := range 1_020 {
				k := mallory.With("x", i)
				d.Signed["keys"].(map[string]any)[k.ID] = k.Object
			}
		}},
	}
}

func goodKeys() []goodRoot {
	bare := mallory.TUF().As("sigstore-oidc", "Fulcio", "").With("keyval", map[string]any{"identity": "me@example.com", "issuer": "https://accounts.example.com"})
	p := pointOf("p")
	return []goodRoot{
		{name: "a key without a public value", source: "good: key without keyval.public", only: root.TUF, warns: []string{"KEY-UNKNOWN"}, edit: unneeded(bare)},
		{name: "a key of an unknown kind that no role has", source: "good: unknown keytypes that are not used", only: root.TUF, warns: []string{"KEY-UNKNOWN"}, edit: func(d *forge.Doc) {
			d.Signed["keys"].(map[string]any)[bare.ID] = bare.Object
		}},
		{name: "a key that no role has", only: root.TUF, edit: func(d *forge.Doc) { d.Signed["keys"].(map[string]any)[mallory.TUF().ID] = mallory.TUF().Object }},
		{name: "one key under two keyids, once needed", source: "GHSA-3633-5h82-39pq", only: root.TUF, warns: []string{"ROLE-KEY-TWICE"}, edit: func(d *forge.Doc) {
			d.SetRole("root", 2, alice.TUF(), alice.With("x", 1), bob.TUF())
			d.Signers = []forge.Key{alice.With("x", 1), alice.TUF(), bob.TUF()}
		}},
		{name: "another person's key for each", edit: func(d *forge.Doc) {
			next := []forge.Key{key(d.Format, mallory), key(d.Format, forge.Ed25519("trudy"))}
			d.SetRole("root", 2, next...)
			d.Signers = append(d.Signers, next...)
		}},
		{name: "P-256", only: root.TUF, edit: needed(p)},
		{name: "P-384", only: root.TUF, warns: []string{"KEY-UNCOMMON"}, edit: needed(forge.ECDSA(root.P384, "q"))},
		{name: "RSA", only: root.TUF, edit: needed(forge.RSA(2048, "r", forge.PSS))},
		{name: "RSA in CRLF", only: root.TUF, edit: func(d *forge.Doc) {
			r := forge.RSA(2048, "r", forge.PSS)
			needed(r.As("rsa", "rsassa-pss-sha256", strings.ReplaceAll(r.Public.PEM(), "\n", "\r\n")))(d)
		}},
		{name: "a hex point", only: root.TUF, warns: []string{"KEY-LEGACY"}, refused: []string{"KEY-LEGACY"}, edit: needed(p.As("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", hexOf(p)))},
		{name: "a key and its negative, which are two", source: "conda weakness 12", edit: needed(forge.Ed25519("m"), forge.Negative("m"))},
		{name: "a key of mixed order, which needs its secret", source: "conda weakness 12", edit: needed(forge.Mixed("m"))},
		{name: "a key, and it with a point of small order added, which are two", source: "conda weakness 12", edit: needed(forge.Ed25519("m"), forge.Mixed("m"))},
	}
}

func goodSignatures() []goodRoot {
	out := []goodRoot{
		{name: "an unneeded signature that is no hex", source: "good: one unneeded non-hex signature", warns: []string{"SIG-FORM", "SIG-VALID"}, refused: []string{"SIG-FORM"}, edit: written(func(string) any { return "not hex" })},
		{name: "empty signatures for those who have still to sign", only: root.TUF, warns: []string{"SIG-EMPTY"}, edit: written(func(string) any { return "" })},
		{name: "an empty signature for a new key", only: root.TUF, warns: []string{"SIG-EMPTY"}, edit: func(d *forge.Doc) {
			d.SetRole("root", 2, append(people(d.Format), pointOf("p"))...)
			added(pointOf("p").ID, map[string]any{"sig": ""})(d)
		}},
		{name: "signatures in another order", edit: func(d *forge.Doc) { slices.Reverse(d.Signers) }},
		{name: "no signature more than is needed", edit: signedBy(alice, carol)},
		{name: "ECDSA with a high s", only: root.TUF, edit: both(needed(pointOf("p")), mangled(func(sig []byte) []byte {
			v := parts(sig)
			v.S.Sub(p256Order(), v.S)
			return v.bytes()
		}))},
		{name: "a header of 2106", source: "conda weakness 15", only: root.Conda, edit: func(d *forge.Doc) {
			d.Header = header(func(h []byte) []byte { return append(h[:len(h)-4], 0xff, 0xff, 0xff, 0xff) })
		}},
		{name: "a header that says the signature has expired", source: "conda weakness 18", only: root.Conda, edit: func(d *forge.Doc) {
			d.Header = header(func(h []byte) []byte { h[5] += 6; return append(h, 5, 3, 0, 0, 0, 1) })
		}},
		{name: "see_also names the header's issuer", source: "conda weakness 14", only: root.Conda, edit: each(func(v map[string]any) { v["see_also"] = v["other_headers"].(string)[18:58] })},
	}
	for _, salt := range []int{0, 20, 64, 222} { // 222 is as long as fits
		how := *forge.PSS
		how.SaltLength = salt
		if salt == 0 {
			how.SaltLength = 1 // 0 means "as long as fits" to crypto/rsa
		}
		out = append(out, goodRoot{name: fmt.Sprintf("PSS with a salt of %d bytes", how.SaltLength), only: root.TUF, edit: needed(forge.RSA(2048, "r", &how))})
	}
	return out
}

func goodText() []goodRoot {
	return []goodRoot{
		{name: "escapes in names", edit: text(`"version":2`, `"\u0076er\u0073ion":2`)},
		{name: "escapes in values", edit: text(`"root"`, `"\u0072oot"`)},
		{name: "white space", edit: rewrite(func(file []byte) []byte { return append([]byte("\r\n\t "), append(file, "\r\n\t "...)...) })},
		{name: "indented", edit: rewrite(func(file []byte) []byte {
			var v any
			d := json.NewDecoder(strings.NewReader(string(file)))
			d.UseNumber()
			if err := d.Decode(&v); err != nil {
				panic(err)
			}
			out, err := json.MarshalIndent(v, "", "\t")
			if err != nil {
				panic(err)
			}
			return out
		})},
		{name: "as long as is taken", edit: rewrite(func(file []byte) []byte { return append(file, strings.Repeat(" ", 512_000-len(file))...) })},
		{name: "32 levels", source: "conda weakness 24", edit: func(d *forge.Doc) {
			var v any = 0
			for range 30 {
				v = []any{v}
			}
			set("x", v)(d)
		}},
		{name: "a string of 400,000 bytes", edit: set("x", strings.Repeat("x", 400_000))},
		{name: "a name of 400,000 bytes", edit: set(strings.Repeat("x", 400_000), 1)},
		{name: "controls, in a member that means nothing", source: "other: review blindness", edit: set("x-owner", "\u0000\u001b[2J\u202e\u2066\ufeff")},
		{name: "1,024 signatures", source: "CVE-2020-6173", warns: []string{"SIG-LISTED"}, only: root.TUF, edit: junk(1_021)},
	}
}

func TestGoodRoots(t *testing.T) {
	for _, f := range []root.Format{root.TUF, root.Conda} {
		trusted := trust(t, forge.Root(f, 1, 2, people(f)...).Bytes(), options())
		for _, g := range goodRoots() {
			if g.only != 0 && g.only != f {
				continue
			}
			t.Run(fmt.Sprint(f, "/", g.name), func(t *testing.T) {
				d := forge.Root(f, 2, 2, people(f)...)
				g.edit(d)
				raw := d.Bytes()
				next, rep := verify.Next(trusted, raw, options())
				validate(t, rep)
				if next.IsZero() || rep.Verdict() != verify.Accepted {
					t.Fatalf("refused: %v", rep.Failures())
				}
				pinpointed(t, raw, &next.Root().Body, rep)
				if diff := cmp.Diff(g.warns, withResult(rep, verify.Warn)); diff != "" {
					t.Errorf("warned of (-want +got):\n%s", diff)
				}
				o := options()
				o.Strict = true
				if _, rep := verify.Next(trusted, raw, o); cmp.Diff(g.refused, withResult(rep, verify.Fail)) != "" {
					t.Errorf("strictly refused by %v, want %v", withResult(rep, verify.Fail), g.refused)
				}
			})
		}
	}
}
