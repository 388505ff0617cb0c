package verify_test

import (
	"encoding/hex"
	"strings"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// pointOf is an ECDSA key on P-256, and hexOf what older roots have for it.
func pointOf(label string) forge.Key { return forge.ECDSA(root.P256, label) }

func hexOf(k forge.Key) string { return hex.EncodeToString(k.Public.Raw()) }

// Keyids, and keys that are kept though some clients cannot use them.
func keyAttacks() []attack {
	targets := func(k forge.Key) func(*forge.Doc) { return func(d *forge.Doc) { d.SetRole("targets", 1, k) } }
	rebound := func(was, is forge.Key) func(*forge.Doc) {
		return func(d *forge.Doc) {
			d.SetRole("root", 2, is.Called(was.ID), bob.TUF(), carol.TUF())
			d.Signers = append(d.Signers, is.Called(was.ID))
			d.Signers = d.Signers[1:]
		}
	}
	return []attack{
		{name: "a keyid bound to another key", source: "seen: same keyid with changed key bytes", rule: "KEY-REBOUND", only: root.TUF, edit: rebound(alice.TUF(), mallory)},
		{name: "a keyid bound to a key of another kind", source: "seen: same keyid with changed key bytes", rule: "KEY-REBOUND", only: root.TUF, edit: rebound(alice.TUF(), pointOf("p"))},
		{name: "a keyid bound to a key that is not known", source: "seen: same keyid with changed key bytes", rule: "KEY-REBOUND", only: root.TUF, edit: rebound(alice.TUF(), mallory.As("sigstore-oidc", "Fulcio", "me@example.com"))},
		{name: "the keyid of a delegated role's key bound to another", source: "seen: same keyid with changed key bytes", rule: "KEY-REBOUND", only: root.TUF, edit: func(d *forge.Doc) {
			d.SetRole("targets", 1, mallory.Called(forge.Ed25519("online").TUF().ID))
		}},
		{name: "two keys under each other's keyids", source: "seen: same keyid with changed key bytes", rule: "KEY-REBOUND", also: []string{"QUORUM-NEW"}, only: root.TUF, edit: func(d *forge.Doc) {
			d.SetRole("root", 2, alice.Called(bob.TUF().ID), bob.Called(alice.TUF().ID), carol.TUF())
		}},
		{name: "one RSA modulus under two exponents makes up the number", source: "GHSA-3633-5h82-39pq", rule: "QUORUM-NEW", only: root.TUF, edit: func(d *forge.Doc) {
			real, twin := forge.RSA(2048, "r", forge.PSS), forge.Disguised(17, "r")
			d.SetRole("root", 2, real, twin)
			d.Signers = []forge.Key{alice.TUF(), bob.TUF(), real, twin}
		}},
		{name: "a keyid that is no hash", rule: "KEY-ID", only: root.TUF, warning: true, strictly: true, edit: targets(mallory.Called("mallory"))},
		{name: "a keyid without characters", rule: "KEY-ID", only: root.TUF, warning: true, strictly: true, edit: targets(mallory.Called(""))},
		{name: "a keyid in upper-case hex", rule: "KEY-ID", only: root.TUF, warning: true, strictly: true, edit: targets(mallory.Called(strings.ToUpper(mallory.TUF().ID)))},
		{name: "a keyid of 100,000 characters", rule: "KEY-ID", only: root.TUF, warning: true, strictly: true, edit: targets(mallory.Called(strings.Repeat("m", 100_000)))},
		{name: "a keyid that is a path", source: "CVE-2021-41131", rule: "KEY-ID", only: root.TUF, warning: true, strictly: true, edit: targets(mallory.Called("../../~0/etc"))},
		{name: "a key on P-384", rule: "KEY-UNCOMMON", only: root.TUF, warning: true, edit: unneeded(forge.ECDSA(root.P384, "p"))},
		{name: "a key on P-384 under an older name", rule: "KEY-UNCOMMON", only: root.TUF, warning: true, edit: unneeded(
			forge.ECDSA(root.P384, "p").As("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", forge.ECDSA(root.P384, "p").Public.PEM()),
		)},
		{name: "a key as a hex point", rule: "KEY-LEGACY", only: root.TUF, warning: true, strictly: true, edit: unneeded(pointOf("p").As("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", hexOf(pointOf("p"))))},
		{name: "a key listed under two keyids, counted once", source: "GHSA-3633-5h82-39pq", rule: "ROLE-KEY-TWICE", only: root.TUF, warning: true, edit: func(d *forge.Doc) {
			d.SetRole("root", 2, alice.TUF(), alice.With("x-name", "twin"), bob.TUF())
		}},
		{name: "a key in upper case in conda", source: "conda weakness 13", rule: "ROOT-FORM", only: root.Conda, edit: func(d *forge.Doc) {
			ids := d.Role("root")["pubkeys"].([]any)
			d.Role("root")["pubkeys"] = append(ids, strings.ToUpper(alice.ID))
		}},
		{name: "a short key in conda", rule: "ROOT-FORM", only: root.Conda, edit: setIDs("key_mgr", []any{"00ff"})},
		{name: "a long key in conda", rule: "ROOT-FORM", only: root.Conda, edit: setIDs("key_mgr", []any{alice.ID + "00"})},
		{name: "a key with 0x in conda", rule: "ROOT-FORM", only: root.Conda, edit: setIDs("key_mgr", []any{"0x" + alice.ID[2:]})},
		{name: "an empty key in conda", rule: "ROOT-FORM", only: root.Conda, edit: setIDs("key_mgr", []any{""})},
		{name: "a PEM key in conda", rule: "ROOT-FORM", only: root.Conda, edit: setIDs("key_mgr", []any{alice.Public.PEM()})},
	}
}

// One key under two keyids, in every way in which production roots write keys:
// it counts once, so that three people's quorum is not met by two.
func disguiseAttacks() []attack {
	p, pem := pointOf("p"), pointOf("p").Public.PEM()
	r := forge.RSA(2048, "r", forge.PSS)
	var out []attack
	for name, pair := range inOrder(map[string][2]forge.Key{
		"a member more":               {mallory.TUF(), mallory.With("x-name", "twin")},
		"a list of hashes":            {p, p.With("keyid_hash_algorithms", []any{"sha256", "sha512"})},
		"an owner":                    {p, p.With("x-tuf-on-ci-keyowner", "@p")},
		"keytype ecdsa-sha2-nistp256": {p, p.As("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", pem)},
		"a hex point":                 {p, p.As("ecdsa", "ecdsa-sha2-nistp256", hexOf(p))},
		"a hex point, older name":     {p.As("ecdsa", "ecdsa-sha2-nistp256", hexOf(p)), p.As("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", hexOf(p))},
		"no final newline":            {p, p.As("ecdsa", "ecdsa-sha2-nistp256", strings.TrimSpace(pem))},
		"more newlines":               {p, p.As("ecdsa", "ecdsa-sha2-nistp256", "\n"+pem+"\n\n")},
		"CRLF":                        {p, p.As("ecdsa", "ecdsa-sha2-nistp256", strings.ReplaceAll(pem, "\n", "\r\n"))},
		"another keyid":               {p, p.Called("p")},
		"a member in keyval":          {p, withPrivate(p)},
		"RSA without final newline":   {r, r.As("rsa", "rsassa-pss-sha256", strings.TrimSpace(r.Public.PEM()))},
		"RSA with a member more":      {r, r.With("x", 1)},
		"P-384 under an older name":   {forge.ECDSA(root.P384, "q"), forge.ECDSA(root.P384, "q").With("keytype", "ecdsa-sha2-nistp384")},
	}) {
		out = append(out, attack{
			name: "one key twice: " + name, rule: "QUORUM-NEW", only: root.TUF, edit: needed(pair[0], pair[1]),
			source: "GHSA-3633-5h82-39pq; go-tuf#733; CVE-2020-15093; python-tuf 5.1: one key for two",
		})
	}
	return append(out,
		attack{name: "one key five times", source: "GHSA-3633-5h82-39pq; CVE-2020-6174", rule: "QUORUM-NEW", only: root.TUF, edit: func(d *forge.Doc) {
			keys := []forge.Key{
				p, p.Called("p"), p.With("x", 1), p.As("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", pem),
				p.As("ecdsa", "ecdsa-sha2-nistp256", strings.ReplaceAll(pem, "\n", "\r\n")),
			}
			d.SetRole("root", 5, keys...)
			d.Signers = append(d.Signers, keys...)
		}},
		attack{name: "one key under two keyids, new to a root of two", source: "python-tuf 5.1: one key for two", rule: "QUORUM-NEW", only: root.TUF, edit: func(d *forge.Doc) {
			d.SetRole("root", 2, p, p.With("x", 1))
			d.Signers = append(d.Signers, p, p.With("x", 1))
		}},
	)
}

// withPrivate is the key with an empty private part, as notary writes it.
func withPrivate(k forge.Key) forge.Key {
	return k.With("keyval", map[string]any{"public": k.Public.PEM(), "private": ""})
}
