package plan

import (
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

const simple = `rootmoot: 1
name: Simple
format: conda
purpose: genesis
mode: rehearsal
document: root
signing_time: 2026-12-01T12:00:00Z
deadline: 2026-12-15T00:00:00Z
root:
  expires: 2027-12-01T00:00:00Z
  threshold: 1
  keyholders: [ada]
roles:
  key_mgr: {threshold: 1, keys: [online]}
keys:
  ada: {type: ed25519, hex: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}
  online: {type: ed25519, hex: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"}
participants:
  ada: {organisation: Example, token: {kind: rehearsal, serial: 1}}
tool: {version: 1.0.0}
`

func TestSimplePlanDrafts(t *testing.T) {
	p, err := Load([]byte(simple))
	if err != nil {
		t.Fatal(err)
	}
	if !p.Frozen() {
		t.Errorf("not frozen: missing %v", p.Missing())
	}
	s, err := p.Spec()
	if err != nil {
		t.Fatal(err)
	}
	c, err := root.Draft(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	if c.Root.Version != 1 || c.Root.RootRole().Threshold != 1 {
		t.Errorf("drafted version %d with threshold %d", c.Root.Version, c.Root.RootRole().Threshold)
	}
}
