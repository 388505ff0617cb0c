package verify_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// What stands beside enough good signatures: anybody who relays a file can add
// it, so that it refuses nothing by default.
func signatureAttacks() []attack {
	value := func(text string) map[string]any { return map[string]any{"sig": text, "signature": text} }
	stranger := strings.Repeat("0f", 32)
	return []attack{
		{name: "a signature that does not verify", rule: "SIG-VALID", warning: true, edit: mangled(func(sig []byte) []byte { sig[5] ^= 1; return sig })},
		{name: "another's signature", rule: "SIG-VALID", warning: true, edit: func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry { good[2].Value = good[1].Value; return good }
		}},
		{name: "a signature that does not verify, by a key with a good one under another keyid", rule: "SIG-VALID", also: []string{"ROLE-KEY-TWICE"}, only: root.TUF, warning: true, edit: func(d *forge.Doc) {
			twin := alice.With("x-name", "twin")
			d.SetRole("root", 2, alice.TUF(), twin, bob.TUF(), carol.TUF())
			d.Signers = []forge.Key{alice.TUF(), twin, bob.TUF()}
			d.Entries = func(good []forge.Entry) []forge.Entry { good[1].Value = good[2].Value; return good }
		}},
		{name: "a signature that is no hex", source: "conda weakness 17", rule: "SIG-FORM", also: []string{"SIG-VALID"}, warning: true, strictly: true, edit: written(func(string) any { return "XYZ" })},
		{name: "a signature of odd hex", rule: "SIG-FORM", also: []string{"SIG-VALID"}, warning: true, strictly: true, edit: written(func(hex string) any { return hex[1:] })},
		{name: "a signature in upper-case hex", rule: "SIG-FORM", also: []string{"SIG-VALID"}, warning: true, strictly: true, edit: written(func(hex string) any { return strings.ToUpper(hex) })},
		{name: "a signature with 0x", rule: "SIG-FORM", also: []string{"SIG-VALID"}, warning: true, strictly: true, edit: written(func(hex string) any { return "0x" + hex })},
		{name: "an empty signature", rule: "SIG-EMPTY", only: root.TUF, warning: true, edit: written(func(string) any { return "" })},
		{name: "a short signature", rule: "SIG-VALID", only: root.TUF, warning: true, edit: written(func(string) any { return "00" })},
		{name: "a stranger's signature", rule: "SIG-LISTED", warning: true, edit: signedBy(alice, bob, mallory)},
		{name: "a stranger's signature that is no hex", rule: "SIG-FORM", also: []string{"SIG-LISTED"}, warning: true, strictly: true, edit: added("nobody", value("XYZ"))},
		{name: "a stranger's empty signature", rule: "SIG-EMPTY", also: []string{"SIG-LISTED"}, only: root.TUF, warning: true, edit: added(stranger, value(""))},
		{name: "a signature by a keyid without characters", rule: "SIG-LISTED", only: root.TUF, warning: true, edit: added("", value("00"))},
		{name: "a signature of 200,000 bytes", source: "CVE-2020-6173", rule: "SIG-LISTED", only: root.TUF, warning: true, edit: added(stranger, value(strings.Repeat("0", 400_000)))},
		{name: "a keyid of 200,000 bytes", source: "CVE-2020-6173", rule: "SIG-LISTED", only: root.TUF, warning: true, edit: added(strings.Repeat("x", 200_000), value("00"))},
		{name: "1,000 signatures by strangers", source: "CVE-2020-6173", rule: "SIG-LISTED", only: root.TUF, warning: true, edit: junk(1_000)},
		{name: "a signature by an upper-case keyid", source: "conda weakness 13", rule: "SIG-LISTED", warning: true, edit: func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry {
				return append(good, forge.Entry{ID: strings.ToUpper(good[0].ID), Value: good[0].Value})
			}
		}},
		{name: "an upper-case keyid makes up the number", source: "conda weakness 13", rule: "QUORUM-NEW", also: []string{"QUORUM-OLD"}, edit: func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry {
				return []forge.Entry{good[0], {ID: strings.ToUpper(good[0].ID), Value: good[0].Value}}
			}
		}},
	}
}

// Entries that are none.
func entryAttacks() []attack {
	out := []attack{
		{name: "the keyid of a key twice among the signatures", source: "CVE-2020-6174; rust-tuf 1f80ec1; CVE-2026-6966", rule: "SIG-TWICE", only: root.TUF, edit: func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry { return append(good, good[0]) }
		}},
		{name: "one signature three times makes up the number", source: "CVE-2020-6174", rule: "SIG-TWICE", also: []string{"QUORUM-NEW", "QUORUM-OLD"}, only: root.TUF, edit: func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry { return []forge.Entry{good[0], good[0], good[0]} }
		}},
		{name: "a stranger's keyid twice among the signatures", source: "CVE-2020-6174", rule: "SIG-TWICE", only: root.TUF, edit: func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry {
				none := forge.Entry{ID: "nobody", Value: map[string]any{"sig": ""}}
				return append(good, none, none)
			}
		}},
		{name: "a signature and KEYID and SIG", rule: "ROOT-CASE", only: root.TUF, warning: true, edit: func(d *forge.Doc) {
			text(`"keyid":`, `"KEYID":"x","Sig":"00","keyid":`)(d)
		}},
	}
	for _, entry := range []string{
		"null", "5", `"x"`, "[]", "{}", `{"keyid":"x"}`, `{"sig":"00"}`, `{"keyid":null,"sig":"00"}`, `{"keyid":5,"sig":"00"}`,
		`{"keyid":["x"],"sig":"00"}`, `{"keyid":"x","sig":null}`, `{"keyid":"x","sig":0}`, `{"keyid":"x","sig":["00"]}`,
	} {
		out = append(out, attack{name: "a signature of " + entry, source: "CVE-2026-23991", rule: "ROOT-FORM", only: root.TUF, edit: text(`"signatures":[`, `"signatures":[`+entry+",")})
	}
	for i, value := range []string{
		"null", "5", `""`, "[]", "{}", `{"signature":null}`, `{"signature":5}`, `{"signature":""}`, `{"signature":"` + strings.Repeat("0", 126) + `"}`,
		`{"signature":"` + strings.Repeat("0", 400_000) + `"}`, `{"signature":"` + strings.Repeat("0", 128) + `","x":1}`, `{"sig":"` + strings.Repeat("0", 128) + `"}`,
	} {
		out = append(out, attack{
			name: fmt.Sprintf("a malformed conda signature, %d: %.40s", i, value), source: "conda weakness 17", rule: "SIG-FORM", also: []string{"SIG-LISTED"},
			only: root.Conda, warning: true, strictly: true, edit: text(`"signatures":{`, `"signatures":{"`+mallory.ID+`":`+value+","),
		})
	}
	return out
}

// junk adds n signatures by keyids that nobody has, as short as they can be.
func junk(n int) func(*forge.Doc) {
	return func(d *forge.Doc) {
		d.Entries = func(good []forge.Entry) []forge.Entry {
			for i := range n {
				good = append(good, forge.Entry{ID: fmt.Sprint(i), Value: map[string]any{"sig": "00", "signature": "00"}})
			}
			return good
		}
	}
}

// A der is an ECDSA signature taken apart.
type der struct{ R, S *big.Int }

func parts(sig []byte) der {
	var v der
	if _, err := asn1.Unmarshal(sig, &v); err != nil {
		panic(err)
	}
	return v
}

func (v der) bytes() []byte {
	out, err := asn1.Marshal(v)
	if err != nil {
		panic(err)
	}
	return out
}

// sequence is DER of raw contents of integers.
func sequence(integers ...[]byte) []byte {
	var body []byte
	for _, n := range integers {
		body = append(append(body, 2, byte(len(n))), n...)
	}
	return append([]byte{0x30, byte(len(body))}, body...)
}

// Signatures that some verifiers count and ours does not: the key is needed.
func encodingAttacks() []attack {
	var out []attack
	p, order := pointOf("p"), p256Order()
	for name, change := range inOrder(map[string]func(sig []byte) []byte{
		"r and s in a row": func(sig []byte) []byte {
			v := parts(sig)
			return append(v.R.FillBytes(make([]byte, 32)), v.S.FillBytes(make([]byte, 32))...)
		},
		"bytes after it": func(sig []byte) []byte { return append(sig, 0) },
		"a third integer": func(sig []byte) []byte {
			v := parts(sig)
			return sequence(v.R.FillBytes(make([]byte, 33)), v.S.FillBytes(make([]byte, 33)), []byte{1})
		},
		"a BER length":         func(sig []byte) []byte { return append([]byte{0x30, 0x81, sig[1]}, sig[2:]...) },
		"an indefinite length": func(sig []byte) []byte { return append(append([]byte{0x30, 0x80}, sig[2:]...), 0, 0) },
		"padded integers": func(sig []byte) []byte {
			v := parts(sig)
			return sequence(v.R.FillBytes(make([]byte, 34)), v.S.FillBytes(make([]byte, 34)))
		},
		"integers read as negative": func(sig []byte) []byte {
			v := parts(sig)
			v.R.SetBit(v.R, 255, 1)
			return sequence(v.R.Bytes(), v.S.Bytes())
		},
		"r negated": func(sig []byte) []byte { v := parts(sig); v.R.Neg(v.R); return v.bytes() },
		"s negated": func(sig []byte) []byte { v := parts(sig); v.S.Neg(v.S); return v.bytes() },
		"r zero":    func(sig []byte) []byte { v := parts(sig); v.R = new(big.Int); return v.bytes() },
		"s zero":    func(sig []byte) []byte { v := parts(sig); v.S = new(big.Int); return v.bytes() },
		"both zero": func([]byte) []byte { return der{new(big.Int), new(big.Int)}.bytes() },
		"both one":  func([]byte) []byte { return der{big.NewInt(1), big.NewInt(1)}.bytes() },
		"r + n":     func(sig []byte) []byte { v := parts(sig); v.R.Add(v.R, order); return v.bytes() },
		"s + n":     func(sig []byte) []byte { v := parts(sig); v.S.Add(v.S, order); return v.bytes() },
		"cut short": func(sig []byte) []byte { return sig[:len(sig)-1] },
		"one byte":  func(sig []byte) []byte { return sig[:1] },
		"a bit string around it": func(sig []byte) []byte {
			return append([]byte{3, byte(len(sig) + 1), 0}, sig...)
		},
		"its hex as bytes": func(sig []byte) []byte { return []byte(hex.EncodeToString(sig)) },
	}) {
		source := ""
		if name == "r and s in a row" {
			source = "seen: raw r||s signatures"
		}
		out = append(out, attack{name: "ECDSA, " + name, source: source, rule: "QUORUM-NEW", only: root.TUF, edit: both(needed(p), mangled(change))})
	}
	for name, change := range inOrder(map[string]func(hex string) any{
		"upper-case hex": func(hex string) any { return strings.ToUpper(hex) }, "0x": func(hex string) any { return "0x" + hex },
		"odd hex": func(hex string) any { return hex + "0" }, "a newline": func(hex string) any { return hex + "\n" }, "nothing": func(string) any { return "" },
	}) {
		out = append(out, attack{name: "a needed signature with " + name, rule: "QUORUM-NEW", edit: both(needed(carol), written(change))})
	}
	return append(out, rsaEncodings()...)
}

// p256Order is the order of the base point of P-256 (FIPS 186-5).
func p256Order() *big.Int {
	n, _ := new(big.Int).SetString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
	return n
}

func rsaEncodings() []attack {
	var out []attack
	for name, how := range inOrder(map[string]crypto.SignerOpts{
		"PKCS #1 v1.5":     crypto.SHA256,
		"PSS with SHA-512": &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA512},
		"PSS with SHA-384": &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA384},
	}) {
		out = append(out, attack{name: "RSA, " + name, source: "seen: rsa-pkcs1v15", rule: "QUORUM-NEW", only: root.TUF, edit: needed(forge.RSA(2048, "r", how))})
	}
	r := forge.RSA(2048, "r", forge.PSS)
	for name, change := range inOrder(map[string]func(sig []byte) []byte{
		"a zero before it": func(sig []byte) []byte { return append([]byte{0}, sig...) },
		"a zero after it":  func(sig []byte) []byte { return append(sig, 0) },
		"zeros":            func([]byte) []byte { return make([]byte, 256) },
		"one":              func([]byte) []byte { return append(make([]byte, 255), 1) },
		"all ones":         func([]byte) []byte { return bytes.Repeat([]byte{0xff}, 256) },
	}) {
		out = append(out, attack{name: "RSA, " + name, rule: "QUORUM-NEW", only: root.TUF, edit: both(needed(r), mangled(change))})
	}
	return append(out, attack{name: "P-384 with the hash of P-256", rule: "QUORUM-NEW", only: root.TUF, edit: needed(forge.WithHash(root.P384, "q", crypto.SHA256))})
}
