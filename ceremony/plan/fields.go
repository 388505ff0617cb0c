package plan

// Fields are the members of a plan file; one without "omitempty" must be there.
// The other tags are for docs/ceremony.schema.json, see [Schema].
type Fields struct {
	Rootmoot           int                    `yaml:"rootmoot" minimum:"1" maximum:"1" doc:"version of this file format"`
	Name               string                 `yaml:"name" doc:"what the root is for, as people say it"`
	Description        string                 `yaml:"description,omitempty" doc:"anything reviewers should know"`
	Format             Format                 `yaml:"format" doc:"family of the root; conda takes Ed25519 keys only"`
	Purpose            Purpose                `yaml:"purpose" doc:"what the ceremony is for"`
	Mode               Mode                   `yaml:"mode" doc:"a rehearsal marks what it makes"`
	Document           Document               `yaml:"document" doc:"what is signed; key_mgr is of conda"`
	Continues          *Continues             `yaml:"continues,omitempty" doc:"the trusted root; absent for a genesis"`
	SigningTime        Time                   `yaml:"signing_time" doc:"conda: timestamp, and the time in OpenPGP headers"`
	Deadline           Time                   `yaml:"deadline" doc:"a contribution after it is labelled late"`
	Root               *RootSection           `yaml:"root,omitempty" doc:"the root role and the expiry of the next root"`
	KeyManager         *KeyManagerSection     `yaml:"key_mgr,omitempty" doc:"document: key_mgr only"`
	ConsistentSnapshot *bool                  `yaml:"consistent_snapshot,omitempty" doc:"tuf only; inherited if absent, a genesis must say"`
	Roles              map[string]Role        `yaml:"roles,omitempty" doc:"roles beside root; those left out are inherited"`
	Leave              []string               `yaml:"leaving,omitempty" doc:"keys of the trusted root that the next one drops"`
	Reencode           []string               `yaml:"reencode,omitempty" doc:"keys whose object is written anew, under a new keyid"`
	Remove             []string               `yaml:"remove,omitempty" doc:"unknown members of the trusted root that are not inherited: x-name, or timestamp/x-name"`
	Keys               map[string]Key         `yaml:"keys" names:"identifier" doc:"every key, new and old, by a name of this plan's own"`
	Lead               string                 `yaml:"lead,omitempty" doc:"who leads: a participant or a witness"`
	Participants       map[string]Participant `yaml:"participants,omitempty" names:"identifier" doc:"who takes part; who holds a key has its name"`
	Witnesses          map[string]Witness     `yaml:"witnesses,omitempty" names:"identifier" doc:"who follows and holds no key"`
	Policy             Policy                 `yaml:"policy,omitempty"`
	Tool               Tool                   `yaml:"tool"`
}

// Continues names the trusted root: what the sitting must start from. It is
// compared with the pin that each place holds, and never trusted by itself.
type Continues struct {
	Version int64  `yaml:"version" minimum:"1"`
	Digest  Digest `yaml:"digest" doc:"SHA-256 of the canonical signed part"`
	// Chain is the digest of the chain's first root; Digest, if Version is 1.
	Chain Digest `yaml:"chain,omitempty" doc:"digest of the first root; may be left out if version is 1"`
}

// First is the digest of the chain's first root.
func (c Continues) First() Digest {
	if c.Chain == "" {
		return c.Digest
	}
	return c.Chain
}

// RootSection is the root role and the expiry of the next root.
type RootSection struct {
	Expires    Time     `yaml:"expires"`
	Threshold  int      `yaml:"threshold" minimum:"1" doc:"how many keys must agree"`
	Keyholders []string `yaml:"keyholders" doc:"names under keys, in the order in which the root lists them"`
}

// KeyManagerSection is what a conda key manager document says of itself; whom
// it delegates to stands under roles.pkg_mgr.
type KeyManagerSection struct {
	Version int64    `yaml:"version" minimum:"1" doc:"above that of the document before"`
	Expires Time     `yaml:"expires"`
	Follows *Follows `yaml:"follows,omitempty" doc:"the key manager document that this one replaces; absent for a first one"`
}

// Follows names the key manager document before: what changes is shown against
// it. Nothing rests on whether its signatures still hold.
type Follows struct {
	Version int64  `yaml:"version" minimum:"0" doc:"0 where it has none"`
	Digest  Digest `yaml:"digest" doc:"SHA-256 of the canonical signed part"`
}

// Role is whose keys speak for something, by their names under keys.
type Role struct {
	Threshold int      `yaml:"threshold" minimum:"1" doc:"how many keys must agree"`
	Keys      []string `yaml:"keys"`
}

// Key is a public key. In a draft a key that is still to be enrolled has only
// its type.
type Key struct {
	Type KeyType `yaml:"type"`
	PEM  string  `yaml:"pem,omitempty" doc:"one PEM block PUBLIC KEY"`
	Hex  string  `yaml:"hex,omitempty" doc:"ed25519 only: the key, 64 lower-case hex characters"`
}

// Participant is a person or desk with a part in the ceremony. The name is that
// of its key, if it holds one.
type Participant struct {
	Organisation string      `yaml:"organisation,omitempty" doc:"who can tell this participant what to do"`
	Location     string      `yaml:"location,omitempty"`
	Token        *Token      `yaml:"token,omitempty" doc:"absent for who holds no key"`
	Attestation  Attestation `yaml:"attestation,omitempty" enum:"none" doc:"none: a token that can attest nothing that we could check: pkcs11, file, openpgp"`
	Publish      []Publish   `yaml:"publish,omitempty" doc:"what a public evidence bundle may say"`
}

// Token is the device that holds a participant's private key.
type Token struct {
	Kind   TokenKind `yaml:"kind"`
	Serial Serial    `yaml:"serial" digits:"plain" doc:"openpgp: the fingerprint of the key or subkey that signs, 40 capital hex digits"`
	Slot   Slot      `yaml:"slot,omitempty" doc:"piv and rehearsal: 9c if left out; pkcs11: the key's id in hex, wanted where the token holds several; not for file and openpgp"`
}

// Witness is somebody who follows and holds no key of the root.
type Witness struct {
	Organisation string `yaml:"organisation,omitempty"`
	Key          string `yaml:"key,omitempty" doc:"public key of ssh-keygen or minisign, on one line; without it the witness signs on paper only"`
}

// Policy is what tokens and people must satisfy.
type Policy struct {
	PIN                PINPolicy   `yaml:"pin,omitempty"`
	Touch              TouchPolicy `yaml:"touch,omitempty"`
	Attestation        Attestation `yaml:"attestation,omitempty" enum:"required|optional"`
	Firmware           Firmware    `yaml:"firmware,omitempty" doc:"lowest firmware of a PIV token"`
	MaxPerOrganisation *int        `yaml:"max_per_organisation,omitempty" minimum:"1" doc:"most keys of one organisation; says yes to one that reaches or blocks the threshold alone"`
	Management         Management  `yaml:"management_key,omitempty" doc:"of PIV tokens: kept on the token behind its PIN, or shown once to be sealed"`
	Witness            Presence    `yaml:"witness,omitempty"`
}

// Tool is the program that everybody runs.
type Tool struct {
	Version string            `yaml:"version"`
	SHA256  map[string]Digest `yaml:"sha256,omitempty" doc:"of the binary, by platform: linux/amd64"`
}
