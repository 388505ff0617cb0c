package provision_test

import (
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/provision"
)

// planned has a plan say what the token is to become.
func (st *stage) planned(changes ...string) {
	st.t.Helper()
	text := strings.NewReplacer(changes...).Replace(planText)
	p, err := plan.Load([]byte(text))
	if err != nil {
		st.t.Fatalf("%v\n%s", err, text)
	}
	st.cfg.Plan, st.cfg.Participant, st.cfg.Options, st.cfg.Rehearsal = p, "ada", provision.Options{}, false
}

// sealed has it say that the management key is to be on paper alone.
func (st *stage) sealed() {
	st.t.Helper()
	st.planned("management_key: protected", "management_key: sealed")
}

const planText = `rootmoot: 1
name: Simple
format: tuf
purpose: genesis
mode: rehearsal
document: root
signing_time: 2026-12-01T12:00:00Z
deadline: 2026-12-15T00:00:00Z
consistent_snapshot: true
root:
  expires: 2027-12-01T00:00:00Z
  threshold: 1
  keyholders: [ada]
roles:
  timestamp: {threshold: 1, keys: [online]}
  snapshot: {threshold: 1, keys: [online]}
  targets: {threshold: 1, keys: [online]}
keys:
  ada: {type: ecdsa-p256}
  online: {type: ed25519, hex: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}
participants:
  ada: {token: {kind: rehearsal, serial: 90000123}}
policy: {management_key: protected}
tool: {version: 1.0.0}
`
