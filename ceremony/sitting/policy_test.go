package sitting_test

import (
	"bytes"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// TestManagementKey: where a card keeps its management key is compared with the
// plan; an HSM and a rehearsal token have none of it.
func TestManagementKey(t *testing.T) {
	const lacks, keeps = "the plan wants the management key protected", "the plan wants the management key sealed"
	for _, c := range []struct {
		name string
		want string // in the plan
		kind token.Kind
		kept bool
		is   token.Default
		warn string
	}{
		{"protected, and is", "protected", token.PIV, true, token.No, ""},
		{"protected, and is not", "protected", token.PIV, false, token.No, lacks},
		{"protected, and is not, firmware that tells little", "protected", token.PIV, false, token.Unknown, lacks},
		{"sealed, and is", "sealed", token.PIV, false, token.No, ""},
		{"sealed, and is not", "sealed", token.PIV, true, token.No, keeps},
		{"the factory's", "protected", token.PIV, false, token.Yes, ""},
		{"of a rehearsal", "protected", token.Rehearsal, false, token.No, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			if c.kind == token.PIV {
				st.production()
			}
			st.cfg.Plan = bytes.Replace(st.cfg.Plan, []byte("policy: {"), []byte("policy: {management_key: "+c.want+", "), 1)
			st.say("boston", func(i *token.Info) { i.ManagementProtected, i.DefaultManagement = c.kept, c.is })
			st.open()
			st.walk("tokens")
			st.must(sitting.ActToken, "boston")
			for _, text := range []string{lacks, keeps} {
				if marked(st.view(), sitting.MarkWarn, text) != (text == c.warn) {
					t.Errorf("want a warning %q: %+v", c.warn, st.view().Body)
				}
			}
		})
	}
}

// TestKeyInThePlan: whose key plan enrol has put into the plan still proves that
// it is held, and is not said to be without one.
func TestKeyInThePlan(t *testing.T) {
	st := newStage(t)
	p, err := plan.Load(st.cfg.Plan)
	if err != nil {
		t.Fatal(err)
	}
	key := st.keyOf("90000002")
	if st.cfg.Plan, err = p.Enrol(map[string]root.PublicKey{"boston": key}); err != nil {
		t.Fatal(err)
	}
	st.open()
	st.walk("tokens")
	const planned = "rehearsal 90000002: joins, key in the plan, to prove that it is held"
	for _, want := range []string{planned, "rehearsal 90000001: joins, to be enrolled"} {
		if !shows(st.view(), want) {
			t.Errorf("%q is not shown: %+v", want, st.view().Body)
		}
	}
	if err := st.takeAnd(sitting.ActEnrol, "boston"); err != nil {
		t.Fatal(err)
	}
	if v := st.view(); !shows(v, "joins, enrolled: key "+key.Fingerprint().Short()) || shows(v, planned) {
		t.Errorf("shown is %+v", v.Body)
	}
}

// keyOf is the key of the token with this serial number.
func (st *stage) keyOf(serial string) root.PublicKey {
	st.t.Helper()
	tokens, err := st.tokens(st.ctx)
	if err != nil {
		st.t.Fatal(err)
	}
	for _, x := range tokens {
		defer x.Close() //nolint:errcheck // it was only looked at
		if i, err := x.Inspect(st.ctx); err == nil && i.Serial == serial {
			k, err := root.ParseSPKI(i.SPKI)
			if err != nil {
				st.t.Fatal(err)
			}
			return k
		}
	}
	st.t.Fatalf("no token has serial number %s", serial)
	return root.PublicKey{}
}
