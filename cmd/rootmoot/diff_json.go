package main

import "github.com/rootmoot/rootmoot/root"

// What diff prints for machines. Fingerprints and digests are in lower-case
// hex; values of members are JSON texts, empty where the member is absent.
type (
	diffJSON struct {
		Schema    string       `json:"schema"` // rootmoot/diff/v1
		Old       versionJSON  `json:"old"`
		New       versionJSON  `json:"new"`
		Roles     []roleJSON   `json:"roles"`
		Reencoded []keyJSON    `json:"reencoded"`
		Members   []memberJSON `json:"members"`
	}
	versionJSON struct {
		Format  string `json:"format"`
		Version int64  `json:"version"`
		Digest  string `json:"digest"`
	}
	roleJSON struct {
		Name         string   `json:"name"`
		Change       string   `json:"change"` // added, removed, changed or none
		OldThreshold int      `json:"old_threshold"`
		NewThreshold int      `json:"new_threshold"`
		Joined       []string `json:"joined"` // fingerprints
		Left         []string `json:"left"`
		Stayed       []string `json:"stayed"`
	}
	keyJSON struct {
		Fingerprint string       `json:"fingerprint"`
		OldKeyIDs   []string     `json:"old_keyids"`
		NewKeyIDs   []string     `json:"new_keyids"`
		Members     []memberJSON `json:"members"`
	}
	memberJSON struct {
		Pointer string `json:"pointer"`
		Old     string `json:"old"`
		New     string `json:"new"`
	}
)

func (c *comparison) json() diffJSON {
	out := diffJSON{
		Schema: "rootmoot/diff/v1", Old: versionOf(c.old), New: versionOf(c.next),
		Roles: []roleJSON{}, Reencoded: []keyJSON{}, Members: members(c.Members),
	}
	for _, r := range c.Roles {
		out.Roles = append(out.Roles, roleJSON{
			Name: r.Name, Change: change(r), OldThreshold: r.OldThreshold, NewThreshold: r.NewThreshold,
			Joined: fingerprints(r.Joined), Left: fingerprints(r.Left), Stayed: fingerprints(r.Stayed),
		})
	}
	for _, k := range c.Reencoded {
		out.Reencoded = append(out.Reencoded, keyJSON{k.Key.String(), k.OldIDs, k.NewIDs, members(k.Members)})
	}
	return out
}

func versionOf(b *root.Body) versionJSON {
	return versionJSON{b.Format.String(), b.Version, b.Digest.String()}
}

func change(r root.RoleChange) string {
	switch {
	case r.Added:
		return "added"
	case r.Removed:
		return "removed"
	case r.Changed():
		return "changed"
	}
	return "none"
}

func fingerprints(keys []root.Key) []string {
	out := []string{}
	for _, k := range keys {
		out = append(out, k.Public.Fingerprint().String())
	}
	return out
}

func members(changes []root.MemberChange) []memberJSON {
	out := []memberJSON{}
	for _, m := range changes {
		out = append(out, memberJSON{m.Pointer, m.Old, m.New})
	}
	return out
}
