package sitting

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"

	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// toSign is how many bytes the key on the table would have to sign; 0 if it
// cannot be told, or if the key is in no quorum. Before every key is enrolled
// the candidate is foreseen: keys of one type are of one length.
func (s *Sitting) toSign(u *turn) int {
	c := s.state.Candidate
	if c == nil {
		c = s.foreseen(u)
	}
	if c == nil {
		return 0
	}
	m, err := c.Message(u.key.Fingerprint(), nil)
	if err != nil {
		return 0
	}
	return len(m.Bytes())
}

// foreseen is the candidate with the key on the table, those that are enrolled,
// and stand-ins for the others; nil where there is no telling.
func (s *Sitting) foreseen(u *turn) *root.Candidate {
	keys := make(map[string]root.PublicKey)
	for _, name := range s.state.Plan.Missing() {
		k, known := u.key, name == u.participant
		if e, enrolled := s.state.Enrolments[name]; enrolled && !known {
			var err error
			k, err = root.ParseSPKI(e.Key)
			known = err == nil
		}
		if !known {
			k, known = standIn(name, s.state.Plan.Keys[name].Type.Algorithm())
		}
		if !known {
			return nil
		}
		keys[name] = k
	}
	c, err := s.state.Foresee(keys)
	if err != nil {
		return nil
	}
	return c
}

// standIn is a key for its length alone: everybody can work out its private
// part, and it is never shown.
func standIn(name string, a root.Algorithm) (root.PublicKey, bool) {
	var public crypto.PublicKey
	switch a {
	case root.Ed25519:
		seed := sha256.Sum256([]byte(name))
		public = ed25519.NewKeyFromSeed(seed[:]).Public()
	case root.P256:
		scalar := sha256.Sum256([]byte(name))
		public = pointAt(elliptic.P256(), scalar[:])
	case root.P384:
		scalar := sha512.Sum384([]byte(name))
		public = pointAt(elliptic.P384(), scalar[:])
	default:
		return root.PublicKey{}, false
	}
	spki, err := token.SPKI(public)
	if err != nil {
		return root.PublicKey{}, false
	}
	k, err := root.ParseSPKI(spki)
	return k, err == nil
}

func pointAt(curve elliptic.Curve, scalar []byte) crypto.PublicKey {
	k, err := ecdsa.ParseRawPrivateKey(curve, scalar)
	if err != nil {
		return nil // a hash that is no scalar of the curve
	}
	return k.Public()
}
