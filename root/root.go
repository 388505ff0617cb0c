package root

import (
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// Format is the family of a document.
type Format uint8

// The two families.
const (
	TUF   Format = iota + 1 // TUF 1.0
	Conda                   // conda content trust 0.6.0
)

// String is the name that plans, flags and reports use.
func (f Format) String() string {
	return [...]string{"unknown", "tuf", "conda"}[f]
}

// ParseFormat reads what String writes.
func ParseFormat(s string) (Format, error) {
	switch s {
	case "tuf":
		return TUF, nil
	case "conda":
		return Conda, nil
	}
	return 0, fmt.Errorf("format %q: want tuf or conda", clip(s))
}

// RehearsalMember marks, in the signed part, what a rehearsal made.
const RehearsalMember = "x-rootmoot-rehearsal"

// A Body is what roots and key manager documents have in common.
type Body struct {
	Format      Format
	Version     int64
	SpecVersion string
	Expires     Time
	Timestamp   Time // conda only; zero if absent
	Keys        []Key
	Roles       []Role
	Rehearsal   bool   // carries RehearsalMember
	Digest      Digest // of the canonical signed part
	Envelope    *Envelope
	Faults      []Fault

	signed *canonical.Value
}

// A Root is a root of trust.
type Root struct {
	Body
	// ConsistentSnapshot is nil where the member is absent or, which is a
	// fault, no boolean. TUF only.
	ConsistentSnapshot *bool
}

// A KeyManager is conda's key_mgr document, which a root delegates to and
// which delegates to package signers.
type KeyManager struct{ Body }

// Parse reads a root of either format. What is odd about it is listed in
// Faults; what cannot be described at all is a *ParseError.
func Parse(raw []byte) (*Root, error) {
	env, err := open(raw)
	if err != nil {
		return nil, err
	}
	if env.conda {
		if err := env.wantCondaType("root"); err != nil {
			return nil, err
		}
		r := &Root{}
		if err := r.parseConda(env); err != nil {
			return nil, err
		}
		return r, nil
	}
	return parseTUF(env)
}

// ParseKeyManager reads a conda key_mgr document.
func ParseKeyManager(raw []byte) (*KeyManager, error) {
	env, err := open(raw)
	if err != nil {
		return nil, err
	}
	if !env.conda {
		return nil, refuse(FaultType, "/signed", "this is TUF metadata; a key manager document is conda's")
	}
	if err := env.wantCondaType(RoleManager); err != nil {
		return nil, err
	}
	m := &KeyManager{}
	if err := m.parseConda(env); err != nil {
		return nil, err
	}
	return m, nil
}

// IsKeyManager reports whether a file says that it is a conda key_mgr document,
// be it a good one or not: what is wrong with it [ParseKeyManager] tells.
func IsKeyManager(raw []byte) bool {
	env, err := open(raw)
	return err == nil && env.conda && env.kind == RoleManager
}

// opened is an envelope whose members are known to be there.
type opened struct {
	file               *canonical.Value
	signed, signatures *canonical.Value
	kind               string // _type or type
	conda              bool
	size               int // of the file
}

func open(raw []byte) (opened, error) {
	v, err := canonical.Parse(raw, canonical.Limits{})
	if err != nil {
		return opened{}, jsonFault(FaultJSON, err)
	}
	if v.Kind() != canonical.Object {
		return opened{}, refuse(FaultEnvelope, "", "want an object with signed and signatures, have a JSON %v", v.Kind())
	}
	o := opened{file: v, signed: v.Get("signed"), signatures: v.Get("signatures"), size: len(raw)}
	if o.signed.Kind() != canonical.Object || o.signatures == nil {
		return opened{}, refuse(FaultEnvelope, "", "want an object with signed (an object) and signatures")
	}
	kind, isTUF := o.signed.Get("_type").Text(canonical.String)
	if !isTUF {
		if kind, o.conda = o.signed.Get("type").Text(canonical.String); !o.conda {
			return opened{}, refuse(FaultType, "/signed", "neither _type (TUF) nor type (conda): not metadata of either format")
		}
	}
	if o.conda && v.Len() != 2 {
		return opened{}, refuse(FaultEnvelope, "", "a conda document has exactly signed and signatures")
	}
	o.kind = kind
	return o, nil
}

func jsonFault(code Code, err error) error {
	f := Fault{Code: code, Detail: err.Error()}
	if e, is := errors.AsType[*canonical.Error](err); is {
		f.Pointer = e.Pointer
		at := *e
		at.Pointer = ""
		f.Detail = at.Error()
	}
	return &ParseError{Fault: f, Err: err}
}

func (o opened) wantCondaType(want string) error {
	if o.kind != want {
		return refuse(FaultType, "/signed/type", "want a document of type %q, this one is %q", want, clip(o.kind))
	}
	return nil
}

func (b *Body) fault(code Code, pointer, format string, args ...any) {
	b.Faults = append(b.Faults, Fault{code, pointer, fmt.Sprintf(format, args...)})
}

// seal fixes the canonical bytes and the digest of the signed part.
func (b *Body) seal(env opened, form func([]byte, *canonical.Value) ([]byte, error)) error {
	signed := env.signed
	bytes, err := form(make([]byte, 0, env.size), signed) // mostly enough
	if err != nil {
		fault := jsonFault(FaultCanonical, err).(*ParseError)
		fault.Pointer = "/signed" + fault.Pointer
		return fault
	}
	b.signed = signed
	b.Digest = DigestOf(bytes)
	b.Envelope = &Envelope{Signed: bytes, digest: b.Digest}
	b.Rehearsal = signed.Get(RehearsalMember) != nil
	return nil
}

// Role is the role of that name.
func (b *Body) Role(name string) (Role, bool) {
	for _, r := range b.Roles {
		if r.Name == name {
			return r, true
		}
	}
	return Role{}, false
}

// RootRole is the role that signs roots. A root without one parses, and no
// quorum is ever met for it.
func (r *Root) RootRole() Role {
	role, _ := r.Role("root")
	return role
}

// Signed is the canonical form of the signed part: the bytes that signatures
// are over. The caller must not change it.
func (b *Body) Signed() []byte { return b.Envelope.Signed }

// KeyOf is the first key of the document with that material.
func (b *Body) KeyOf(f Fingerprint) (Key, bool) {
	for _, k := range b.Keys {
		if !k.Public.IsZero() && k.Public.Fingerprint() == f {
			return k, true
		}
	}
	return Key{}, false
}
