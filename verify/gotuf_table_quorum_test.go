package verify_test

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"math/big"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

func quorums() []string { return []string{"QUORUM-OWN", "QUORUM-OLD", "QUORUM-NEW"} }

// What go-tuf counts and we do not.
func quorumDisagreements() []disagreement {
	return []disagreement{
		{
			name: "a weak key makes up the number", theirs: "counts it", rules: quorums(),
			why: "its signatures prove nothing: Ed25519 points of small order or not written canonically, RSA under 2,048 bits", source: "TUF 1.0.34, 4.2; RFC 8032, 5.1.3",
			accepted: standing(func(s root.KeyStanding, _ string) bool {
				return s.Standing == root.NotCounted && !s.Key.Public.IsZero() && s.Key.Public.Weakness() != ""
			}),
		},
		{
			name: "a key whose type, scheme and value do not fit makes up the number", theirs: "looks at the type only, and at the first PEM block", rules: quorums(),
			why: "a signature of one scheme must not count for another, nor one of two keys in a text", source: "TUF 1.0.34, 4.2",
			accepted: standing(func(s root.KeyStanding, _ string) bool {
				known := s.Key.Type == "ed25519" || s.Key.Type == "rsa" || s.Key.Type == "ecdsa" || s.Key.Type == "ecdsa-sha2-nistp256"
				return s.Standing == root.NotCounted && known && s.Key.Public.IsZero()
			}),
		},
		{
			name: "one RSA modulus under two exponents makes up the number", theirs: "counts it twice", rules: quorums(),
			why: "whoever has the secret of one exponent has that of both", source: "TAP 12; GHSA-3633-5h82-39pq",
			accepted: func(c *comparison, _ verify.Check) bool { return c.document != nil && sameModulus(c.document) },
		},
		{
			name: "an ECDSA signature as r and s in a row", theirs: "counts it", rules: quorums(),
			why: "ECDSA signatures are DER; python-tuf reads nothing else either", source: "TUF 1.0.34, 4.2; RFC 3279, 2.2.3",
			accepted: func(c *comparison, ch verify.Check) bool {
				return standing(func(s root.KeyStanding, sig string) bool {
					return s.Standing == root.BadSig && inARowVerifies(s.Key.Public, c.document.Signed(), sig)
				})(c, ch)
			},
		},
		{
			name: "a signature in upper-case hex", theirs: "counts it", rules: quorums(),
			why: "hex is lower-case, so that one signature is written in one way", source: "TUF 1.0.34, 4.2; this project",
			accepted: standing(func(s root.KeyStanding, sig string) bool {
				return s.Standing == root.BadForm && sig != strings.ToLower(sig)
			}),
		},
		{
			name: "signatures over a document written anew", theirs: "counts them", rules: quorums(),
			why: "signatures are over the document as received, not over what a client would have written", source: "TUF 1.0.34, 4.2",
			accepted: func(c *comparison, _ verify.Check) bool { return c.rewritten() && rewriting(c) != "" },
		},
	}
}

// standing finds a key of a role that was asked for which go-tuf counts.
func standing(is func(s root.KeyStanding, sig string) bool) func(*comparison, verify.Check) bool {
	return func(c *comparison, ch verify.Check) bool {
		if c.document == nil {
			return false
		}
		role := c.document.RootRole()
		if ch.Rule == "QUORUM-OLD" {
			role = c.trusted.Root().RootRole()
		}
		for _, s := range role.Tally(c.document.Envelope).Keys {
			sig, _ := c.at(s.Pointer).Get("sig").Text(canonical.String)
			if s.Pointer != "" && is(s, sig) {
				return true
			}
		}
		return false
	}
}

// sameModulus: the role root has an RSA modulus twice.
func sameModulus(r *root.Root) bool {
	seen := make(map[string]bool)
	for _, k := range r.RootRole().Keys() {
		public, err := x509.ParsePKIXPublicKey(k.Public.SPKI())
		if of, is := public.(*rsa.PublicKey); err == nil && is {
			if seen[of.N.String()] {
				return true
			}
			seen[of.N.String()] = true
		}
	}
	return false
}

// inARowVerifies: the signature is good if it is read as r and s in a row.
func inARowVerifies(k root.PublicKey, msg []byte, sig string) bool {
	public, err := x509.ParsePKIXPublicKey(k.SPKI())
	if err != nil {
		return false
	}
	point, is := public.(*ecdsa.PublicKey)
	raw, err := hex.DecodeString(sig)
	if !is || err != nil {
		return false
	}
	hash := sha256.Sum256(msg)
	digest := hash[:]
	if k.Algorithm() == root.P384 {
		longer := sha512.Sum384(msg)
		digest = longer[:]
	}
	r, s := new(big.Int).SetBytes(raw[:len(raw)/2]), new(big.Int).SetBytes(raw[len(raw)/2:])
	return ecdsa.Verify(point, digest, r, s)
}
