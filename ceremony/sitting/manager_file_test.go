package sitting_test

import (
	"context"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/keyfile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

var (
	onlineKey   = regexp.MustCompile(`online: \{type: ed25519, hex: "[0-9a-f]{64}"\}`)
	onlineToken = regexp.MustCompile(`token: \{kind: rehearsal, serial: 90000099, slot: 9c\}`)
)

// TestKeyManagerKeyFile: a key manager that is online signs with an encrypted key
// file, through the same steps. A wrong password costs nothing and signs nothing.
func TestKeyManagerKeyFile(t *testing.T) {
	const password = "correct horse battery"
	path := filepath.Join(t.TempDir(), "desk.key")
	public, err := keyfile.Create(t.Context(), path, token.NewSecret([]byte(password)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := keyfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := file.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	named := []byte(`online: {type: ed25519, hex: "` + hex.EncodeToString(public) + `"}`)

	st := stageIn(t, t.TempDir(), plan.Conda)
	st.cfg.Plan = onlineKey.ReplaceAll(st.cfg.Plan, named)
	trusted := st.genesis()
	keepRoot(t, st, trusted)
	st.stand(rehearse.KeyManager, trusted)
	st.cfg.Plan = onlineToken.ReplaceAll(onlineKey.ReplaceAll(st.cfg.Plan, named), []byte("token: {kind: file, serial: "+info.Serial+"}, attestation: none"))
	st.cfg.Tokens = func(context.Context) ([]token.Token, error) {
		again, err := keyfile.Open(path)
		return []token.Token{again}, err
	}
	st.cast.PINs["online"] = password
	st.open()
	st.walk("signatures")
	st.must(sitting.ActToken, "online")
	if v := st.view(); !shows(v, "the key is in a file") {
		t.Errorf("the keyholder is shown %+v", v.Body)
	}
	if o, _ := st.view().Offer(sitting.ActSign, "online"); o.Fields[len(o.Fields)-1].Prompt != "Password of the key file of online" {
		t.Errorf("asked for %+v", o.Fields)
	}
	st.refusedAs(st.fillWith(sitting.ActSign, "online", "wrong horse battery"), sitting.WrongPIN, "password", "")
	st.walk("")
	m, report := verify.KeyManager(trusted, st.file(verify.KeyManagerFile), verify.Options{At: st.cfg.Now(), Rehearsal: true})
	if m == nil {
		t.Fatalf("%+v", report.Failures())
	}
	role, _ := trusted.Root().Role("key_mgr")
	if k := role.Distinct()[0].Public; m.Version != 1 || hex.EncodeToString(k.Raw()) != hex.EncodeToString(public) || k.Algorithm() != root.Ed25519 {
		t.Errorf("version %d by %v", m.Version, k)
	}
}

// fillWith answers an offer with this PIN.
func (st *stage) fillWith(act, target, pin string) sitting.Act {
	a := st.fill(act, target)
	a.Secrets[sitting.PINField] = sitting.NewSecret([]byte(pin))
	return a
}
