package forge

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/root"
)

// A Doc is a document before it is written: change Signed at will, then take
// its Bytes.
type Doc struct {
	Format  root.Format
	Signed  map[string]any
	Signers []Key  // each signs under its ID, in the form that counts
	Raw     bool   // conda: sign in the raw form
	Header  []byte // conda: the OpenPGP header of every signature, if not nil, instead of a good one

	Entries func(good []Entry) []Entry       // changes the signatures, if set
	Outer   func(envelope map[string]any)    // changes the envelope, if set
	Text    func(file []byte) (other []byte) // changes the file, if set
}

// An Entry is one signature.
type Entry struct {
	ID    string
	Value map[string]any // TUF: {sig}; conda: the signature object
}

// Made and Expires are the dates of every document.
var (
	Made    = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	Expires = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Root is a good root, signed by all its keys. An online key of its own serves
// the other roles.
func Root(f root.Format, version, threshold int, keys ...Key) *Doc {
	d := &Doc{Format: f, Signers: keys}
	online := Ed25519("online")
	if f == root.Conda {
		d.Signed = map[string]any{
			"type": "root", "metadata_spec_version": "0.6.0", "version": version,
			"timestamp": root.FormatTime(Made), "expiration": root.FormatTime(Expires),
			"delegations": map[string]any{},
		}
		d.SetRole("root", threshold, keys...)
		d.SetRole("key_mgr", 1, online)
		return d
	}
	d.Signed = map[string]any{
		"_type": "root", "spec_version": "1.0.34", "version": version, "consistent_snapshot": true,
		"expires": root.FormatTime(Expires), "keys": map[string]any{}, "roles": map[string]any{},
	}
	d.SetRole("root", threshold, keys...)
	for _, role := range []string{"timestamp", "snapshot", "targets"} {
		d.SetRole(role, 1, online.TUF())
	}
	return d
}

// KeyManager is a good key manager document of conda.
func KeyManager(version int, packages Key, signer Key) *Doc {
	d := &Doc{Format: root.Conda, Raw: true, Signers: []Key{signer}, Signed: map[string]any{
		"type": "key_mgr", "metadata_spec_version": "0.6.0", "version": version,
		"timestamp": root.FormatTime(Made), "expiration": root.FormatTime(Expires),
		"delegations": map[string]any{},
	}}
	d.SetRole("pkg_mgr", 1, packages)
	return d
}

// Roles is the object of all roles, to be changed.
func (d *Doc) Roles() map[string]any {
	list := "roles"
	if d.Format == root.Conda {
		list = "delegations"
	}
	return d.Signed[list].(map[string]any)
}

// Role is the object of a role, to be changed.
func (d *Doc) Role(name string) map[string]any {
	roles := d.Roles()
	if roles[name] == nil {
		roles[name] = map[string]any{}
	}
	return roles[name].(map[string]any)
}

// SetRole gives a role these keys; for TUF the document gets their objects.
func (d *Doc) SetRole(name string, threshold int, keys ...Key) {
	role := d.Role(name)
	ids := []any{}
	for _, k := range keys {
		ids = append(ids, k.ID)
		if d.Format == root.TUF {
			d.Signed["keys"].(map[string]any)[k.ID] = k.Object
		}
	}
	role["threshold"] = threshold
	role[d.IDs()] = ids
}

// IDs is what the list of a role's keys is called.
func (d *Doc) IDs() string {
	if d.Format == root.Conda {
		return "pubkeys"
	}
	return "keyids"
}

// Bytes is the signed document as a file.
func (d *Doc) Bytes() []byte {
	envelope := map[string]any{"signed": d.Signed, "signatures": d.signatures(d.Signatures())}
	if d.Outer != nil {
		d.Outer(envelope)
	}
	out := marshal(envelope)
	if d.Text != nil {
		out = d.Text(out)
	}
	return out
}

// Signatures are those of all signers, changed if they are to be.
func (d *Doc) Signatures() []Entry {
	signed := canon(d.Format, d.Signed)
	var entries []Entry
	for _, k := range d.Signers {
		entries = append(entries, d.entry(k, signed))
	}
	if d.Entries != nil {
		entries = d.Entries(entries)
	}
	return entries
}

func (d *Doc) entry(k Key, signed []byte) Entry {
	if d.Format == root.TUF {
		return Entry{k.ID, map[string]any{"sig": hex.EncodeToString(k.sign(signed))}}
	}
	if d.Raw {
		return Entry{k.ID, map[string]any{"signature": hex.EncodeToString(k.sign(signed))}}
	}
	header := d.Header
	if header == nil {
		ours, err := root.NewHeader(k.Public, Made)
		if err != nil {
			panic(err)
		}
		header = ours
	}
	h := sha256.New()
	h.Write(signed)
	h.Write(header)
	h.Write(binary.BigEndian.AppendUint32([]byte{0x04, 0xff}, uint32(len(header))))
	return Entry{k.ID, map[string]any{
		"other_headers": hex.EncodeToString(header), "signature": hex.EncodeToString(k.sign(h.Sum(nil))),
	}}
}

func (d *Doc) signatures(entries []Entry) any {
	if d.Format == root.Conda {
		out := map[string]any{}
		for _, e := range entries {
			out[e.ID] = e.Value
		}
		return out
	}
	out := []any{}
	for _, e := range entries {
		out = append(out, map[string]any{"keyid": e.ID, "sig": e.Value["sig"]})
	}
	return out
}

// canon is the canonical form, or what stands for it where there is none: then
// nobody can sign, and a refusal must come from elsewhere.
func canon(f root.Format, v any) []byte {
	text := marshal(v)
	tree, err := canonical.Parse(text, canonical.Limits{Bytes: 16 << 20})
	if err != nil {
		return text
	}
	form := canonical.AppendTUF
	if f == root.Conda {
		form = canonical.AppendConda
	}
	if out, err := form(nil, tree); err == nil {
		return out
	}
	return text
}

func marshal(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps, slices, strings and numbers only
	}
	return out
}
