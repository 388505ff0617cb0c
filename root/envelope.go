package root

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"sync"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// An Envelope is the canonical signed bytes of a document and the signatures
// beside them, as received.
type Envelope struct {
	Signed  []byte // canonical; must not be changed
	Entries []Entry

	digest  Digest // of Signed
	mu      sync.Mutex
	begun   hash.Hash      // SHA-256 that has taken Signed, for the OpenPGP form; made when it is needed
	checked map[check]bool // each signature is checked once for each key, in old and new role
}

type check struct {
	entry int
	key   Fingerprint
}

// Form is the shape of a signature entry.
type Form uint8

// The shapes. Which of them counts is a matter of format and role.
const (
	Malformed   Form = iota // not of the format's form
	Placeholder             // TUF: an empty signature, entered for somebody who has still to sign
	Raw                     // over the canonical bytes
	OpenPGP                 // conda: over a digest that includes an OpenPGP header
)

// String names the form.
func (f Form) String() string {
	return [...]string{"malformed", "placeholder", "raw", "OpenPGP"}[f]
}

// An Entry is one signature of an envelope.
type Entry struct {
	KeyID   string
	Form    Form
	Sig     []byte
	Header  []byte // OpenPGP: the hashed part of the signature packet
	SeeAlso string // OpenPGP: a fingerprint, for people; nothing depends on it
	Pointer string
}

// verify checks entry i with key k, once.
func (e *Envelope) verify(i int, k PublicKey) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := check{i, k.Fingerprint()}
	if good, done := e.checked[c]; done {
		return good
	}
	if e.checked == nil {
		e.checked = make(map[check]bool, len(e.Entries))
	}
	e.checked[c] = e.good(e.Entries[i], k)
	return e.checked[c]
}

// good reports whether the entry is a signature of that key.
func (e *Envelope) good(entry Entry, k PublicKey) bool {
	if entry.Form == OpenPGP {
		return k.verify(e.openPGP(entry.Header), entry.Sig) == nil
	}
	return k.verifyHashed(e.Signed, e.digest, entry.Sig) == nil
}

// openPGP is what a signature in OpenPGP form is over. The signed part, which
// may be large where nobody has signed it, is hashed once for all of them.
func (e *Envelope) openPGP(h Header) []byte {
	if e.begun == nil {
		e.begun = sha256.New()
		e.begun.Write(e.Signed)
	}
	if c, can := e.begun.(hash.Cloner); can {
		if d, err := c.Clone(); err == nil {
			return openPGPRest(d, h)
		}
	}
	return openPGPDigest(e.Signed, h)
}

// Counts of what is taken before anything is looked at: production roots have
// at most 6 keys, 4 roles and 10 signatures.
const (
	maxSignatures = 1024
	maxKeys       = 1024
	maxRoles      = 64
	maxRoleKeys   = 1024
	maxRoleName   = 256 // bytes: it is in the place of each of the role's keys
)

func (b *Body) tufSignatures(v *canonical.Value) ([]Entry, error) {
	if v.Kind() != canonical.Array {
		return nil, refuse(FaultEnvelope, "/signatures", "want an array of {keyid, sig}")
	}
	if v.Len() > maxSignatures {
		return nil, refuse(FaultCount, "/signatures", "%d signatures, at most %d are taken", v.Len(), maxSignatures)
	}
	seen := make(map[string]bool, v.Len())
	entries := make([]Entry, 0, v.Len())
	for i, s := range v.Elements() {
		at := canonical.Index("/signatures", i)
		b.sameButCase(s, at, "keyid", "sig")
		id, okID := s.Get("keyid").Text(canonical.String)
		sig, okSig := s.Get("sig").Text(canonical.String)
		if !okID || !okSig {
			return nil, refuse(FaultForm, at, "a signature needs keyid and sig, both strings")
		}
		if seen[id] {
			b.fault(FaultSigTwice, at, "keyid %s has a second signature", clip(id))
		}
		seen[id] = true
		entries = append(entries, b.tufEntry(id, sig, at))
	}
	return entries, nil
}

func (b *Body) tufEntry(id, sig, at string) Entry {
	e := Entry{KeyID: id, Pointer: at, Form: Raw}
	if sig == "" {
		e.Form = Placeholder
		b.fault(FaultSigPlaceholder, at, "keyid %s: an empty signature, as for somebody who has still to sign", clip(id))
		return e
	}
	raw, ok := decodeHex(sig)
	if !ok {
		e.Form = Malformed
		b.fault(FaultSigMalformed, at, "keyid %s: the signature is not lower-case hex", clip(id))
		return e
	}
	e.Sig = raw
	return e
}

func (b *Body) condaSignatures(v *canonical.Value, counts Form) ([]Entry, error) {
	if v.Kind() != canonical.Object {
		return nil, refuse(FaultEnvelope, "/signatures", "want an object from key to signature")
	}
	if v.Len() > maxSignatures {
		return nil, refuse(FaultCount, "/signatures", "%d signatures, at most %d are taken", v.Len(), maxSignatures)
	}
	entries := make([]Entry, 0, v.Len())
	for _, m := range v.Members() {
		e := condaEntry(m.Name, m.Value)
		switch e.Form {
		case counts:
			if err := e.odd(); err != nil {
				b.fault(FaultSigHeader, e.Pointer, "%v; conda interprets none of it", err)
			}
		case Malformed:
			b.fault(FaultSigMalformed, e.Pointer, "neither a raw signature nor one in OpenPGP form")
		default:
			b.fault(FaultSigForm, e.Pointer, "a signature in %v form where only those in %v form count", e.Form, counts)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// condaEntry knows the two forms of conda-content-trust: exactly `signature`,
// or `other_headers` and `signature` with an optional `see_also`.
func condaEntry(key string, v *canonical.Value) Entry {
	e := Entry{KeyID: key, Pointer: canonical.Names("signatures", key)}
	sig, ok := hexMember(v, "signature")
	if !ok || len(sig) != 64 {
		return e
	}
	e.Sig = sig
	headers, has := hexMember(v, "other_headers")
	also := v.Get("see_also")
	switch {
	case v.Len() == 1:
		e.Form = Raw
	case !has || len(headers) == 0:
	case v.Len() == 2:
		e.Form, e.Header = OpenPGP, headers
	case v.Len() == 3 && also.Kind() == canonical.String:
		if raw, ok := hexMember(v, "see_also"); ok && len(raw) == 20 {
			e.Form, e.Header = OpenPGP, headers
			e.SeeAlso, _ = also.Text(canonical.String)
		}
	}
	return e
}

// odd says what OpenPGP programs would find odd about a signature that counts.
func (e Entry) odd() error {
	if e.Form != OpenPGP {
		return nil
	}
	if err := Header(e.Header).check(); err != nil {
		return err
	}
	if issuer := Header(e.Header).issuer(); e.SeeAlso != "" && e.SeeAlso != hex.EncodeToString(issuer) {
		return errors.New("OpenPGP header: its issuer is not the fingerprint in see_also")
	}
	return nil
}

func hexMember(v *canonical.Value, name string) ([]byte, bool) {
	s, ok := v.Get(name).Text(canonical.String)
	if !ok {
		return nil, false
	}
	return decodeHex(s)
}
