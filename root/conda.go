package root

import (
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// parseConda reads delegating metadata of conda-content-trust: root and
// key_mgr have the same members.
func (b *Body) parseConda(env opened) error {
	b.Format = Conda
	if err := b.seal(env, canonical.AppendConda); err != nil {
		return err
	}
	b.sameButCase(env.signed, "/signed", "type", "metadata_spec_version", "version", "timestamp", "expiration", "delegations")
	if err := b.condaHead(env); err != nil {
		return err
	}
	if err := b.condaDelegations(env); err != nil {
		return err
	}
	entries, err := b.condaSignatures(env.signatures, condaForm(env.kind))
	b.Envelope.Entries = entries
	return err
}

func (b *Body) condaHead(env opened) (err error) {
	const at = "/signed"
	if b.SpecVersion, err = text(env.signed, at, "metadata_spec_version"); err != nil {
		return err
	}
	if patch, known := strings.CutPrefix(b.SpecVersion, "0.6."); !known || patch == "" || strings.Trim(patch, "0123456789") != "" {
		b.fault(FaultSpecVersion, at+"/metadata_spec_version", "%q is not a version 0.6.x", clip(b.SpecVersion))
	}
	expires, err := text(env.signed, at, "expiration")
	if err != nil {
		return err
	}
	if b.Expires, err = b.readTime(at+"/expiration", expires); err != nil {
		return err
	}
	if err := b.condaTimestamp(env); err != nil {
		return err
	}
	return b.condaVersion(env)
}

func (b *Body) condaTimestamp(env opened) (err error) {
	const at = "/signed"
	if env.signed.Get("timestamp") == nil {
		return nil
	}
	made, err := text(env.signed, at, "timestamp")
	if err != nil {
		return err
	}
	if b.Timestamp, err = b.readTime(at+"/timestamp", made); err != nil {
		return err
	}
	if !b.Timestamp.Time.Before(b.Expires.Time) {
		b.fault(FaultDateOrder, at+"/expiration", "expires %s, before its own timestamp %s", b.Expires.Text, b.Timestamp.Text)
	}
	return nil
}

// condaVersion: a root must have a version; a key manager may have a timestamp
// instead, and counts as version 0 then.
func (b *Body) condaVersion(env opened) (err error) {
	const at = "/signed"
	if env.signed.Get("version") == nil && env.kind != "root" && b.Timestamp.Text != "" {
		b.fault(FaultVersionAbsent, at+"/version", "there is no version: a roll-back can be seen by the timestamp only")
		return nil
	}
	if b.Version, err = integer(env.signed, at, "version"); err != nil {
		return err
	}
	if b.Version < 1 {
		b.fault(FaultVersion, at+"/version", "version %d, must be at least 1", b.Version)
	}
	return nil
}

func (b *Body) condaDelegations(env opened) error {
	v, err := object(env.signed, "/signed", "delegations")
	if err != nil {
		return err
	}
	if v.Len() > maxRoles {
		return refuse(FaultCount, "/signed/delegations", "%d roles, at most %d are taken", v.Len(), maxRoles)
	}
	keys := make(map[string]*Key)
	for _, m := range v.Members() {
		if err := b.condaRole(m.Name, m.Value, keys); err != nil {
			return err
		}
	}
	if env.kind == "root" {
		b.roleSet([]string{"root", RoleManager}, nil)
		b.onlineRootKeys()
		return nil
	}
	b.roleSet([]string{RolePackages}, nil)
	return nil
}

// condaForm is the form in which a role's signatures count: only a root is
// signed in the OpenPGP form, what it delegates is raw.
func condaForm(role string) Form {
	if role == "root" {
		return OpenPGP
	}
	return Raw
}

func (b *Body) condaRole(name string, v *canonical.Value, keys map[string]*Key) error {
	at := canonical.Names("signed", "delegations", name)
	role, err := b.role(name, at, "pubkeys", v)
	if err != nil {
		return err
	}
	if v.Len() != 2 {
		return refuse(FaultForm, at, "a delegation has exactly pubkeys and threshold")
	}
	role.form = condaForm(name)
	for i, id := range role.KeyIDs {
		if _, known := keys[id]; known {
			continue
		}
		k, err := b.condaKey(id, canonical.Index(at+"/pubkeys", i))
		if err != nil {
			return err
		}
		keys[id] = &k
		b.Keys = append(b.Keys, k)
	}
	role.hold(keys)
	b.Roles = append(b.Roles, role)
	b.judgeable(role)
	return nil
}
