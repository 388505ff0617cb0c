package bench

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/root"
)

// A task is one signature, with everything at hand that checking it needs: what
// no verifier can do without.
type task struct {
	p256    *ecdsa.PublicKey
	ed25519 ed25519.PublicKey
	header  []byte // of the OpenPGP form
	msg     []byte // the canonical signed part
	sig     []byte
}

// tasksOf are the signatures present in a chain of roots: of each entry that is
// not empty and whose keyid the old root's or the new root's role has, each key
// once. Of the first root its own role is asked.
func tasksOf(roots [][]byte) ([]task, error) {
	var tasks []task
	var before root.Role
	for _, raw := range roots {
		r, err := root.Parse(raw)
		if err != nil {
			return nil, err
		}
		for _, e := range r.Envelope.Entries {
			more, err := tasksFor(r.Signed(), e, before, r.RootRole())
			if err != nil {
				return nil, fmt.Errorf("version %d: %w", r.Version, err)
			}
			tasks = append(tasks, more...)
		}
		before = r.RootRole()
	}
	return tasks, nil
}

func tasksFor(msg []byte, e root.Entry, roles ...root.Role) ([]task, error) {
	var tasks []task
	done := make(map[root.Fingerprint]bool)
	for _, role := range roles {
		for _, k := range role.Keys() {
			f := k.Public.Fingerprint()
			if len(e.Sig) == 0 || k.ID != e.KeyID || done[f] {
				continue
			}
			done[f] = true
			t := task{header: e.Header, msg: msg, sig: e.Sig}
			switch k.Public.Algorithm() {
			case root.P256:
				var err error
				if t.p256, err = ecdsa.ParseUncompressedPublicKey(elliptic.P256(), k.Public.Raw()); err != nil {
					return nil, err
				}
			case root.Ed25519:
				t.ed25519 = k.Public.Raw()
			default:
				return nil, fmt.Errorf("a key of %v", k.Public.Algorithm())
			}
			tasks = append(tasks, t)
		}
	}
	return tasks, nil
}

// bare checks signatures and does nothing else.
func bare(tasks []task) error {
	for _, t := range tasks {
		if !t.good() {
			return errors.New("a signature that does not verify")
		}
	}
	return nil
}

func (t task) good() bool {
	if t.p256 != nil {
		h := sha256.Sum256(t.msg)
		return ecdsa.VerifyASN1(t.p256, h[:], t.sig)
	}
	if t.header == nil {
		return ed25519.Verify(t.ed25519, t.msg, t.sig)
	}
	h := sha256.New()
	h.Write(t.msg)
	h.Write(t.header)
	h.Write([]byte{0x04, 0xff, 0, 0, 0, byte(len(t.header))})
	return ed25519.Verify(t.ed25519, h.Sum(nil), t.sig)
}
