package root

import (
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// parseTUF reads a root as the TUF specification 1.0.34 (4.3) has it.
func parseTUF(env opened) (*Root, error) {
	if strings.EqualFold(env.kind, "root") && env.kind != "root" {
		return nil, refuse(FaultType, "/signed/_type", "want a root of TUF 1.0, this is %q, as in Notary and in TUF before 1.0", env.kind)
	}
	if env.kind != "root" {
		return nil, refuse(FaultType, "/signed/_type", "want a root, this is %q", clip(env.kind))
	}
	r := &Root{Body: Body{Format: TUF}}
	if err := r.seal(env, canonical.AppendTUF); err != nil {
		return nil, err
	}
	r.sameButCase(env.file, "", "signed", "signatures")
	r.sameButCase(env.signed, "/signed", "_type", "spec_version", "version", "expires", "consistent_snapshot", "keys", "roles")
	if err := r.tufHead(env.signed); err != nil {
		return nil, err
	}
	keys, err := r.tufKeys(env.signed)
	if err != nil {
		return nil, err
	}
	if err := r.tufRoles(env.signed, keys); err != nil {
		return nil, err
	}
	if r.Envelope.Entries, err = r.tufSignatures(env.signatures); err != nil {
		return nil, err
	}
	return r, nil
}

// specForm: a semantic version of major 1; production has 1.0 as well.
func specForm(s string) bool {
	parts := strings.Split(s, ".")
	for _, p := range parts {
		if p == "" || strings.Trim(p, "0123456789") != "" || len(p) > 1 && p[0] == '0' {
			return false
		}
	}
	return parts[0] == "1" && (len(parts) == 2 || len(parts) == 3)
}

func (r *Root) tufHead(signed *canonical.Value) (err error) {
	const at = "/signed"
	if r.SpecVersion, err = text(signed, at, "spec_version"); err != nil {
		return err
	}
	if !specForm(r.SpecVersion) {
		r.fault(FaultSpecVersion, at+"/spec_version", "%q is not a version 1.x of the specification", clip(r.SpecVersion))
	}
	if r.Version, err = integer(signed, at, "version"); err != nil {
		return err
	}
	if r.Version < 1 {
		r.fault(FaultVersion, at+"/version", "version %d, must be at least 1", r.Version)
	}
	expires, err := text(signed, at, "expires")
	if err != nil {
		return err
	}
	if r.Expires, err = r.readTime(at+"/expires", expires); err != nil {
		return err
	}
	if v := signed.Get("consistent_snapshot"); v != nil {
		b, ok := v.Bool()
		if !ok {
			r.fault(FaultSnapshotType, at+"/consistent_snapshot", "want true or false, have a JSON %v", v.Kind())
			return nil
		}
		r.ConsistentSnapshot = &b
	}
	return nil
}

func (r *Root) tufKeys(signed *canonical.Value) (map[string]*Key, error) {
	v, err := object(signed, "/signed", "keys")
	if err != nil {
		return nil, err
	}
	if v.Len() > maxKeys {
		return nil, refuse(FaultCount, "/signed/keys", "%d keys, at most %d are taken", v.Len(), maxKeys)
	}
	keys := make(map[string]*Key, v.Len())
	r.Keys = make([]Key, 0, v.Len())
	for _, m := range v.Members() {
		k, err := r.tufKey(m.Name, m.Value)
		if err != nil {
			return nil, err
		}
		r.Keys = append(r.Keys, k)
		keys[k.ID] = &k // a copy: whoever sorts Keys changes no role
	}
	return keys, nil
}

func (r *Root) tufRoles(signed *canonical.Value, keys map[string]*Key) error {
	v, err := object(signed, "/signed", "roles")
	if err != nil {
		return err
	}
	if v.Len() > maxRoles {
		return refuse(FaultCount, "/signed/roles", "%d roles, at most %d are taken", v.Len(), maxRoles)
	}
	for _, m := range v.Members() {
		role, err := r.role(m.Name, canonical.Names("signed", "roles", m.Name), "keyids", m.Value)
		if err != nil {
			return err
		}
		role.hold(keys)
		r.Roles = append(r.Roles, role)
		r.judgeable(role)
	}
	r.roleSet([]string{"root", "timestamp", "snapshot", "targets"}, []string{"mirrors"})
	r.onlineRootKeys()
	return nil
}

// list is the member of the signed part that holds the roles.
func (b *Body) list() string {
	if b.Format == Conda {
		return "delegations"
	}
	return "roles"
}

// roleSet lists roles that are missing or unknown.
func (b *Body) roleSet(demanded, optional []string) {
	known := make(map[string]bool)
	for _, name := range demanded {
		known[name] = true
		if _, ok := b.Role(name); !ok {
			b.fault(FaultRoleMissing, "/signed/"+b.list(), "there is no role %s", name)
		}
	}
	for _, name := range optional {
		known[name] = true
	}
	for _, role := range b.Roles {
		if !known[role.Name] {
			b.fault(FaultRoleUnknown, role.Pointer, "role %s is not one of the format; it is kept and means nothing", clip(role.Name))
		}
	}
}

// onlineRootKeys lists root keys that also sign for a role that machines use.
// conda's key manager is the role next to the root there.
func (b *Body) onlineRootKeys() {
	rootRole, _ := b.Role("root")
	inRoot := make(map[Fingerprint]bool)
	for _, k := range rootRole.distinct() {
		inRoot[k.Public.Fingerprint()] = true
	}
	for _, name := range []string{"timestamp", "snapshot", "key_mgr"} {
		role, ok := b.Role(name)
		if !ok {
			continue
		}
		for _, k := range role.distinct() {
			if inRoot[k.Public.Fingerprint()] {
				b.fault(FaultRootOnline, role.Pointer, "root key %v also signs for %s", k.Public.Fingerprint(), name)
			}
		}
	}
}
