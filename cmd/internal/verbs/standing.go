package verbs

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// A standingIn says where a key stands in a run of roots, each the successor of
// the one before: under one keyid, in the same roles.
type standingIn struct {
	First int64    `json:"first"`
	Last  int64    `json:"last"`
	KeyID string   `json:"keyid"`
	Roles []string `json:"roles"`
}

// A keyInChain is where a key stands in a folder of roots, whose versions are
// given, ascending. The files were not verified.
type keyInChain struct {
	Path     string       `json:"path"`
	Versions []int64      `json:"versions"`
	Stands   []standingIn `json:"stands"` // by version, then by keyid
}

// lookUp finds a key in the roots of a folder, by its material. The error has
// its exit code.
func lookUp(ctx context.Context, path string, spki []byte) (*keyInChain, error) {
	dir, err := OpenFolder(path)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	out := &keyInChain{Path: path, Stands: []standingIn{}}
	if out.Versions, err = dir.Dir.Versions(); err != nil {
		return nil, &Error{Code: Unread, Err: fmt.Errorf("%s: %w", path, err)}
	}
	if len(out.Versions) == 0 {
		return nil, &Error{Code: Unread, Err: fmt.Errorf("%s: no N.root.json here", path), Hint: "want a folder of files named 1.root.json, 2.root.json, …"}
	}
	for _, version := range out.Versions {
		raw, err := dir.Read(ctx, chain.Name(version), verify.MaxRoot)
		if err != nil {
			return nil, &Error{Code: Unread, Err: fmt.Errorf("%s: %w", path, err)}
		}
		r, err := root.Parse(raw)
		if err != nil {
			return nil, &Error{Code: Usage, Err: fmt.Errorf("%s: %s: %w", path, chain.Name(version), err)}
		}
		out.add(version, r, sha256.Sum256(spki))
	}
	return out, nil
}

// add takes in one root, whose version is that of its file's name.
func (k *keyInChain) add(version int64, r *root.Root, key root.Fingerprint) {
	roles := make(map[string][]string) // by keyid
	var ids []string
	for _, role := range r.Roles {
		for _, id := range role.IDsOf(key) {
			if roles[id] == nil {
				ids = append(ids, id)
			}
			roles[id] = append(roles[id], role.Name)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		goesOn := slices.IndexFunc(k.Stands, func(s standingIn) bool {
			return s.Last == version-1 && s.KeyID == id && slices.Equal(s.Roles, roles[id])
		})
		if goesOn >= 0 {
			k.Stands[goesOn].Last = version
			continue
		}
		k.Stands = append(k.Stands, standingIn{version, version, id, roles[id]})
	}
}

// lines are for people.
func (k *keyInChain) lines() []string {
	if len(k.Stands) == 0 {
		return []string{fmt.Sprintf("key stands in no root of %s (%d files)", k.Path, len(k.Versions))}
	}
	out := []string{"in " + k.Path + ":"}
	for _, s := range k.Stands {
		versions := fmt.Sprintf("version %d", s.First)
		if s.Last > s.First {
			versions = fmt.Sprintf("versions %d to %d", s.First, s.Last)
		}
		out = append(out, fmt.Sprintf("key stands in %s (%s) as keyid %s", versions, strings.Join(s.Roles, ", "), s.KeyID))
	}
	return out
}
