package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// A sheet is what the template of a new plan sees.
type sheet struct {
	Options
	Signing, Until, Expiry string
	Keyholders, Leaving    []string
	Unnamed                []string // keyholders whom the options do not know
	Roles                  []sheetRole
	Keys                   []sheetKey

	named map[root.Fingerprint]string
}

type sheetRole struct {
	Name      string
	Threshold int
	Keys      []string
}

type sheetKey struct {
	Name, Type, Comment string
	PEM                 []string // lines
	Hex                 string
}

func newSheet(o Options) (*sheet, error) {
	s := &sheet{
		Options: o,
		Signing: root.FormatTime(o.SigningTime), Until: root.FormatTime(o.Deadline), Expiry: root.FormatTime(o.Expires),
		named: make(map[root.Fingerprint]string),
	}
	if err := s.holders(); err != nil {
		return nil, err
	}
	if o.Trusted != nil {
		s.inherited()
	}
	s.roles()
	if s.Threshold == 0 && o.Trusted != nil {
		s.Threshold = o.Trusted.RootRole().Threshold
	}
	if s.Threshold == 0 {
		s.Threshold = len(s.Keyholders)/2 + 1
	}
	return s, nil
}

// holders takes those whom the options name.
func (s *sheet) holders() error {
	for _, h := range s.Holders {
		switch {
		case h.Leaves:
			s.Leaving = append(s.Leaving, h.Name)
		default:
			s.Keyholders = append(s.Keyholders, h.Name)
		}
		if h.Key == (root.Fingerprint{}) {
			s.Keys = append(s.Keys, sheetKey{Name: h.Name, Type: string(s.keyType(h)), Comment: "joins; still to be enrolled"})
			continue
		}
		if s.Trusted == nil {
			return fmt.Errorf("holder %s: a genesis has no keys before it", h.Name)
		}
		k, ok := s.Trusted.KeyOf(h.Key)
		if !ok {
			return fmt.Errorf("holder %s: key %v is not in the trusted root", h.Name, h.Key)
		}
		s.list(h.Name, k.Public)
	}
	return nil
}

func (s *sheet) keyType(h Holder) KeyType {
	switch {
	case h.Type != "":
		return h.Type
	case s.Format == Conda:
		return Ed25519
	}
	return P256
}

// inherited names the other keys of the trusted root: its keyholders' first,
// then those of the other roles, which stay where they are.
func (s *sheet) inherited() {
	old := s.Trusted
	for _, k := range append(old.RootRole().Distinct(), old.Keys...) {
		f := k.Public.Fingerprint()
		if _, done := s.named[f]; done || k.Public.IsZero() {
			continue
		}
		name := s.unused()
		s.list(name, k.Public)
		if old.RootRole().Has(f) {
			s.Keyholders = append(s.Keyholders, name)
			s.Unnamed = append(s.Unnamed, name)
		}
	}
}

// unused is a name that nobody has: key-1, key-2.
func (s *sheet) unused() string {
	for n := 1; ; n++ {
		name := fmt.Sprintf("key-%d", n)
		if !slices.ContainsFunc(s.Keys, func(k sheetKey) bool { return k.Name == name }) {
			return name
		}
	}
}

// list puts a key into the plan in full.
func (s *sheet) list(name string, k root.PublicKey) {
	s.named[k.Fingerprint()] = name
	out := sheetKey{Name: name, Type: k.Algorithm().String()}
	if s.Trusted != nil {
		var roles []string
		for _, role := range s.Trusted.Roles {
			if role.Has(k.Fingerprint()) {
				roles = append(roles, role.Name)
			}
		}
		out.Comment = "of the trusted root: " + strings.Join(roles, ", ")
	}
	if k.Algorithm() == root.Ed25519 {
		out.Hex = fmt.Sprintf("%x", k.Raw())
	} else {
		out.PEM = strings.Split(strings.TrimSpace(k.PEM()), "\n")
	}
	s.Keys = append(s.Keys, out)
}

// roles takes the roles that the options name, and those that a genesis must, or
// that a successor cannot inherit.
func (s *sheet) roles() {
	if s.Trusted != nil {
		s.left()
	}
	names := slices.Sorted(maps.Keys(s.RoleKeys))
	if s.Trusted == nil {
		for _, name := range demanded(s.Format) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, name := range names {
		r := sheetRole{Name: name, Threshold: 1}
		if s.Trusted != nil {
			before, _ := s.Trusted.Role(name)
			r.Threshold = max(before.Threshold, 1)
		}
		for i, k := range s.RoleKeys[name] {
			if _, known := s.named[k.Fingerprint()]; !known {
				s.list(roleKey(name, i), k)
			}
			r.Keys = append(r.Keys, s.named[k.Fingerprint()])
		}
		if len(r.Keys) == 0 {
			r.Keys = []string{roleKey(name, 0)}
			s.Keys = append(s.Keys, sheetKey{Name: roleKey(name, 0), Type: string(Ed25519), Comment: "give pem or hex here"})
		}
		s.Roles = append(s.Roles, r)
	}
}

// left are the other roles in which somebody who leaves stands. Where a role had
// the keys of the root role it keeps having them, joining ones too; elsewhere it
// goes on without who leaves.
func (s *sheet) left() {
	was := names(s.Trusted.RootRole(), s.named)
	for _, old := range s.Trusted.Roles {
		keys := names(old, s.named)
		stays := slices.DeleteFunc(slices.Clone(keys), func(name string) bool { return slices.Contains(s.Leaving, name) })
		if _, given := s.RoleKeys[old.Name]; given || old.Name == "root" || len(stays) == len(keys) || len(stays) == 0 {
			continue
		}
		if slices.Equal(keys, was) {
			stays = s.Keyholders
		}
		s.Roles = append(s.Roles, sheetRole{old.Name, old.Threshold, stays})
	}
}

// names are the plan's names of a role's keys, sorted.
func names(r root.Role, named map[root.Fingerprint]string) []string {
	var out []string
	for _, k := range r.Distinct() {
		out = append(out, named[k.Public.Fingerprint()])
	}
	slices.Sort(out)
	return out
}

// roleKey is what we call the keys of a role: timestamp, timestamp-2.
func roleKey(role string, i int) string {
	name := strings.ReplaceAll(role, "_", "-")
	if i == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, i+1)
}
