package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// A tokenJSON is what a token says about itself, for machines, and what follows
// from it (docs/token.schema.json). All but Wrong and Advisories is a claim.
type tokenJSON struct {
	Kind       string      `json:"kind"`
	Serial     string      `json:"serial"`
	Reader     string      `json:"reader"`
	Firmware   string      `json:"firmware,omitempty"`
	FormFactor string      `json:"form_factor,omitempty"`
	Slot       string      `json:"slot"`
	Key        *keyInSlot  `json:"key"` // null if the slot is empty
	Others     []keyInSlot `json:"other_keys"`
	PIN        secretJSON  `json:"pin"`
	PUK        secretJSON  `json:"puk"`
	Management struct {
		Default   token.Default `json:"default"`
		Protected bool          `json:"protected"`
	} `json:"management_key"`
	Certificate *storedJSON    `json:"certificate"` // in the slot; null if there is none
	Advisories  []advisoryJSON `json:"advisories"`
	Wrong       []string       `json:"wrong"` // in a word each
}

// A keyInSlot is a key on a token.
type keyInSlot struct {
	Slot        string        `json:"slot"`
	Algorithm   string        `json:"algorithm"`
	Fingerprint string        `json:"fingerprint,omitempty"` // SHA-256 of the SubjectPublicKeyInfo
	PIN         string        `json:"pin_policy,omitempty"`
	Touch       string        `json:"touch_policy,omitempty"`
	Origin      string        `json:"origin,omitempty"`
	Extractable token.Default `json:"extractable,omitempty"`
}

// A secretJSON is how a PIN or a PUK stands; -1 tries are not told.
type secretJSON struct {
	Left    int           `json:"left"`
	Total   int           `json:"total"`
	Default token.Default `json:"default"`
}

// A storedJSON is the certificate that lies in a slot. A provisioned token keeps
// the attestation of its key there.
type storedJSON struct {
	Fingerprint string `json:"fingerprint"` // SHA-256 of the certificate
	OfKey       bool   `json:"of_key"`      // it is for the key in the slot
}

type advisoryJSON struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

func describeToken(i token.Info) *tokenJSON {
	t := &tokenJSON{
		Kind: string(i.Kind), Serial: i.Serial, Reader: i.Reader, Firmware: i.Firmware, FormFactor: i.FormFactor, Slot: i.Slot,
		Others: []keyInSlot{},
		PIN:    secretJSON{i.PINLeft, i.PINTotal, orUnknown(i.DefaultPIN)},
		PUK:    secretJSON{i.PUKLeft, i.PUKTotal, orUnknown(i.DefaultPUK)},
	}
	t.Management.Default, t.Management.Protected = orUnknown(i.DefaultManagement), i.ManagementProtected
	if i.Occupied() {
		t.Key = &keyInSlot{i.Slot, i.Algorithm, fingerprint(i.SPKI), i.PINPolicy, i.TouchPolicy, i.Origin, i.Extractable}
	}
	for _, k := range i.Others {
		t.Others = append(t.Others, keyInSlot{Slot: k.Slot, Algorithm: k.Algorithm, Fingerprint: fingerprint(k.SPKI), PIN: k.PINPolicy, Touch: k.TouchPolicy, Origin: k.Origin})
	}
	t.Certificate = storedIn(i)
	t.Advisories = advisoriesOf(i)
	t.Wrong = wrongWith(i, t.Advisories)
	return t
}

func orUnknown(d token.Default) token.Default {
	if d == "" {
		return token.Unknown
	}
	return d
}

// fingerprint is the SHA-256 of a SubjectPublicKeyInfo or certificate; "" of
// none.
func fingerprint(der []byte) string {
	if der == nil {
		return ""
	}
	d := sha256.Sum256(der)
	return hex.EncodeToString(d[:])
}

// advisoriesOf are those that apply to the key in the slot that signs, or while
// there is none to any.
func advisoriesOf(i token.Info) []advisoryJSON {
	out := []advisoryJSON{}
	for _, a := range sitting.Advisories(i, i.Algorithm) {
		out = append(out, advisoryJSON{a.ID, a.Title, a.URL})
	}
	return out
}

// wrongWith is why a token is not ready to sign in a ceremony, in a word each.
func wrongWith(i token.Info, advisories []advisoryJSON) []string {
	out := []string{}
	say := func(is bool, what string) {
		if is {
			out = append(out, what)
		}
	}
	say(!i.Occupied(), "no key")
	say(i.Occupied() && i.SPKI == nil, "key of an unknown kind")
	stored := storedIn(i)
	say(i.Occupied() && i.Kind != token.PKCS11 && stored == nil, "no certificate")
	say(i.Occupied() && stored != nil && !stored.OfKey, "certificate of another key")
	say(i.DefaultPIN == token.Yes, "default PIN")
	say(i.DefaultPUK == token.Yes, "default PUK")
	say(i.DefaultManagement == token.Yes, "default management key")
	say(i.PINLeft == 0, "PIN blocked")
	say(i.PINLeft == 1, "one PIN try left")
	say(i.PUKLeft == 0, "PUK blocked")
	say(i.Origin == "imported", "key imported")
	say(i.Extractable == token.Yes, "key extractable")
	say(i.PINPolicy == "never", "key wants no PIN")
	say(i.TouchPolicy == "never", "key wants no touch")
	for _, a := range advisories {
		out = append(out, "advisory "+a.ID)
	}
	return out
}

// short is a key on one line.
func (k *keyInSlot) short() string {
	if k == nil {
		return "no key"
	}
	return k.Algorithm + " key " + k.Fingerprint[:min(8, len(k.Fingerprint))]
}

// long is all that the token says of it.
func (k *keyInSlot) long() string {
	out := k.Algorithm
	for _, part := range [][2]string{{"", k.Origin}, {"PIN ", k.PIN}, {"touch ", k.Touch}} {
		if part[1] != "" {
			out += ", " + part[0] + part[1]
		}
	}
	if k.Extractable != "" {
		out += ", extractable: " + string(k.Extractable)
	}
	return visible.Line(out)
}

// text is the token for people.
func (t *tokenJSON) text() string {
	var b strings.Builder
	head := func(what, text string) { fmt.Fprintf(&b, "%-10s %s\n", what, visible.Line(text)) }
	head("token", t.Serial+", "+t.Kind)
	head("reader", t.Reader)
	head("firmware", orNone(t.Firmware)+optional(", ", t.FormFactor))
	if t.Key == nil {
		head("slot "+t.Slot, "no key")
	} else {
		head("slot "+t.Slot, t.Key.long())
		if t.Key.Fingerprint != "" {
			head("", t.Key.Fingerprint)
		}
	}
	for _, k := range t.Others {
		head("slot "+k.Slot, k.long())
	}
	head("in slot", t.Certificate.text())
	head("PIN", t.PIN.text())
	head("PUK", t.PUK.text())
	head("management", "key, factory default: "+string(t.Management.Default)+protected(t.Management.Protected))
	for _, a := range t.Advisories {
		head("advisory", a.ID+": "+a.Title)
		head("", a.URL)
	}
	return b.String()
}

// storedIn looks into the certificate in the slot, as far as an attestation is
// looked into.
func storedIn(i token.Info) *storedJSON {
	if i.Certificate == nil {
		return nil
	}
	f, _ := attest.Check(i.Certificate, nil, attest.Bundle{}, attest.Expect{}, time.Time{})
	return &storedJSON{Fingerprint: fingerprint(i.Certificate), OfKey: i.SPKI != nil && bytes.Equal(f.SPKI, i.SPKI)}
}

func (s *storedJSON) text() string {
	switch {
	case s == nil:
		return "no certificate"
	case !s.OfKey:
		return "a certificate that is not for this key"
	}
	return "a certificate for this key"
}

func optional(sep, s string) string {
	if s == "" {
		return ""
	}
	return sep + s
}

func protected(is bool) string {
	if is {
		return ", kept by the token behind its PIN"
	}
	return ""
}

func (s secretJSON) text() string {
	left := "tries left not told"
	switch {
	case s.Left == 0:
		left = "blocked"
	case s.Left > 0 && s.Total > 0:
		left = fmt.Sprintf("%d of %d tries left", s.Left, s.Total)
	case s.Left > 0:
		left = fmt.Sprintf("%d tries left", s.Left)
	}
	return left + ", factory default: " + string(s.Default)
}
