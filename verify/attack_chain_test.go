package verify_test

import (
	"encoding/json"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// Versions, quorums, and what changed since the root before.
func chainAttacks() []attack {
	version := func(literal string) func(*forge.Doc) { return set("version", json.Number(literal)) }
	none := []string{"QUORUM-NEW", "QUORUM-OLD"}
	return []attack{
		{name: "version skipped", source: "CVE-2025-2885", rule: "CHAIN-NEXT", edit: version("3")},
		{name: "version far ahead", source: "CVE-2025-2885; conda weakness 9", rule: "CHAIN-NEXT", edit: version("7")},
		{name: "version repeated", rule: "CHAIN-NEXT", edit: version("1")},
		{name: "version zero", rule: "ROOT-VERSION", also: []string{"CHAIN-NEXT"}, edit: version("0")},
		{name: "version negative", rule: "ROOT-VERSION", also: []string{"CHAIN-NEXT"}, edit: version("-1")},
		{name: "version the smallest", rule: "ROOT-VERSION", also: []string{"CHAIN-NEXT"}, edit: version("-9223372036854775808")},
		{name: "version huge", rule: "CHAIN-NEXT", edit: version("9223372036854775807")},
		{name: "version 2^32 too many", rule: "CHAIN-NEXT", edit: version("4294967298")},
		{name: "version 2^63", rule: "ROOT-FORM", edit: version("9223372036854775808")},
		{name: "version 2^64 too many", rule: "ROOT-FORM", edit: version("18446744073709551618")},
		{name: "version a string", source: "CVE-2026-23991", rule: "ROOT-FORM", edit: set("version", "2")},
		{name: "version true", rule: "ROOT-FORM", edit: set("version", true)},
		{name: "version null", rule: "ROOT-FORM", edit: set("version", nil)},
		{name: "no version", rule: "ROOT-FORM", edit: unset("version")},
		{name: "version a float", rule: "ROOT-CANONICAL", only: root.TUF, edit: version("2.0")},
		{name: "version a float in conda", source: "conda weakness 22", rule: "ROOT-FORM", only: root.Conda, edit: version("2.0")},
		{name: "version with an exponent", rule: "ROOT-CANONICAL", only: root.TUF, edit: version("2e0")},
		{name: "version with an exponent in conda", rule: "ROOT-FORM", only: root.Conda, edit: version("2e0")},
		{name: "version minus zero", rule: "ROOT-CANONICAL", only: root.TUF, edit: version("-0")},
		{name: "version minus zero in conda", rule: "ROOT-FORM", only: root.Conda, edit: version("-0")},

		{name: "one of the old quorum missing", rule: "QUORUM-OLD", also: none[:1], edit: signedBy(alice)},
		{name: "nobody signed", rule: "QUORUM-NEW", also: none[1:], edit: signedBy()},
		{name: "strangers signed", rule: "QUORUM-NEW", also: none[1:], edit: signedBy(mallory, forge.Ed25519("trudy"), forge.Ed25519("eve"))},
		{name: "old quorum missing", rule: "QUORUM-OLD", edit: func(d *forge.Doc) {
			d.SetRole("root", 1, key(d.Format, mallory))
			setRole("root", "threshold", 2)(d)
			d.SetRole("root", 2, key(d.Format, mallory), key(d.Format, forge.Ed25519("trudy")))
			signedBy(mallory, forge.Ed25519("trudy"))(d)
		}},
		{name: "new quorum missing", source: "CVE-2020-15163", rule: "QUORUM-NEW", edit: func(d *forge.Doc) {
			d.SetRole("root", 2, key(d.Format, mallory), key(d.Format, forge.Ed25519("trudy")))
		}},
		{name: "the root's own threshold out of reach", source: "conda weakness 29", rule: "QUORUM-NEW", edit: setRole("root", "threshold", 4)},
		{name: "changed after it was signed", source: "conda weakness 29", rule: "QUORUM-NEW", also: none[1:], edit: text(`"threshold":2`, `"threshold":1`)},
		{name: "signatures of the root before", rule: "QUORUM-NEW", also: none[1:], edit: func(d *forge.Doc) {
			before := forge.Root(d.Format, 1, 2, people(d.Format)...)
			d.Entries = func([]forge.Entry) []forge.Entry { return before.Signatures() }
		}},
		{name: "a threshold lowered", source: "conda weakness 10", rule: "CHAIN-LOWERED", warning: true, edit: setRole("root", "threshold", 1)},
		{name: "made before the root before", source: "conda weakness 2", rule: "CHAIN-TIMESTAMP", only: root.Conda, warning: true, edit: set("timestamp", "2025-12-31T23:59:59Z")},
		{name: "made in 2999", source: "conda weakness 2", rule: "FRESH-FUTURE", only: root.Conda, warning: true, edit: both(
			set("timestamp", "2999-01-01T00:00:00Z"), set("expiration", "3000-01-01T00:00:00Z"),
		)},
		{name: "expires before it was made", source: "conda weakness 2", rule: "ROOT-DATE-ORDER", only: root.Conda, edit: set("expiration", "2025-01-01T00:00:00Z")},
		{name: "expires the second it was made", source: "conda weakness 2", rule: "ROOT-DATE-ORDER", only: root.Conda, edit: set("expiration", "2026-01-01T00:00:00Z")},
		{name: "a rehearsal's root", rule: "REHEARSAL-MARK", edit: set(root.RehearsalMember, true)},
		{name: "a rehearsal's root that says it is none", rule: "REHEARSAL-MARK", edit: set(root.RehearsalMember, false)},
	}
}
