package keymgr

import (
	"fmt"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// An Authority says which keys may sign packages. Only [NewAuthority] makes one.
type Authority struct {
	manager *root.KeyManager
	signers root.Role
	taken   map[root.Fingerprint]string // where a key signs documents
}

// NewAuthority takes the newest root of a verified chain and the key manager that
// lies with it, which it verifies under that root. Of a refused one there is no
// Authority, and the report says why. Whether there is a newer root, or whether a
// newer key manager was seen, is for the caller to have asked (verify.Chain,
// verify.Delegated).
func NewAuthority(newest verify.Trusted, manager []byte, o verify.Options) (*Authority, verify.Report) {
	m, rep := verify.KeyManager(newest, manager, o)
	if m == nil {
		return nil, rep
	}
	a := &Authority{manager: m, taken: make(map[root.Fingerprint]string)}
	a.signers, _ = m.Role(root.RolePackages)
	a.Add(newest)
	a.take("the key manager", &m.Body, root.RolePackages)
	return a, rep
}

// Add takes another root of the same chain: the keys of all roots are refused, not
// only those of the newest.
func (a *Authority) Add(t verify.Trusted) {
	if !t.IsZero() {
		a.take(fmt.Sprintf("root version %d", t.Version()), &t.Root().Body, "")
	}
}

// take notes the keys of all roles of a document but one.
func (a *Authority) take(document string, b *root.Body, but string) {
	for _, role := range b.Roles {
		if role.Name == but {
			continue
		}
		for _, k := range role.Keys() {
			if f := k.Public.Fingerprint(); !k.Public.IsZero() && a.taken[f] == "" {
				a.taken[f] = fmt.Sprintf("role %s of %s", role.Name, document)
			}
		}
	}
}

// KeyManager is the accepted document.
func (a *Authority) KeyManager() *root.KeyManager { return a.manager }

// Threshold is how many keys a package must be signed by.
func (a *Authority) Threshold() int { return a.signers.Threshold }

// A Permit is that a key may sign packages. Only [Authority.Permit] gives one.
type Permit struct {
	key   root.PublicKey
	ahead bool
}

// Key is the key.
func (p Permit) Key() root.PublicKey { return p.key }

// Ahead reports whether the key manager does not list the key yet.
func (p Permit) Ahead() bool { return p.ahead }

// A RoleError is that a key signs documents, so that it signs no packages.
type RoleError struct {
	Key   root.Fingerprint
	Where string // "role key_mgr of root version 3"
}

// Error names the key and the role.
func (e *RoleError) Error() string {
	return fmt.Sprintf("key %v stands in %s: a key that signs such documents never signs packages, because nothing but their content tells the two apart", e.Key, e.Where)
}

// An UnlistedError is that no clients take the key's signatures.
type UnlistedError struct {
	Key     root.Fingerprint
	Version int64 // of the key manager; 0 if it has none
}

// Error names the key.
func (e *UnlistedError) Error() string {
	return fmt.Sprintf("key %v is not in role %s of the key manager (version %d): no client takes its signatures", e.Key, root.RolePackages, e.Version)
}

// Permit lets a key sign packages. A key that the key manager does not list is let
// only if ahead is given: before a rotation packages are signed with the next key
// too.
func (a *Authority) Permit(k root.PublicKey, ahead bool) (Permit, error) {
	if k.Algorithm() != root.Ed25519 {
		return Permit{}, fmt.Errorf("a key of %v: packages are signed with Ed25519 only", k.Algorithm())
	}
	if err := k.Sound(); err != nil {
		return Permit{}, err
	}
	f := k.Fingerprint()
	if where := a.taken[f]; where != "" {
		return Permit{}, &RoleError{Key: f, Where: where}
	}
	listed := a.signers.Has(f)
	if !listed && !ahead {
		return Permit{}, &UnlistedError{Key: f, Version: a.manager.Version}
	}
	return Permit{key: k, ahead: !listed}, nil
}
