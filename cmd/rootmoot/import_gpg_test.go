package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/openpgp/openpgptest"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/root"
)

// A keyring is a folder with the second ceremony of a chain whose first root was
// signed with GnuPG: boston stays on a subkey there, amsterdam has a token.
type keyring struct {
	vault
	gpg    *openpgptest.Home
	subkey string
}

// newKeyring writes 1.root.json and plan.yaml.
func newKeyring(t *testing.T) *keyring {
	t.Helper()
	t.Parallel()
	k := &keyring{vault: vault{person: person{t: t, term: newTmux(t)}, bin: buildBoth(t), dir: t.TempDir()}, gpg: openpgptest.New(t)}
	k.env = []string{"XDG_STATE_HOME=" + k.path("state"), "GNUPGHOME=" + k.gpg.Dir()}
	r := rehearse.Rehearsal{Dir: k.path("r"), Format: plan.Conda, Now: time.Now, Rand: rand.Reader}
	if err := r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	serial, amsterdam := k.token("r/tokens", "amsterdam")
	primary, subkey := k.gpg.Subkey(t, "boston")
	k.subkey = subkey
	boston := k.gpg.Public(t, primary, subkey)
	now := time.Now().UTC().Truncate(time.Second)
	c, err := root.Draft(nil, root.Spec{
		Format: root.Conda, Rehearsal: true, Expires: now.AddDate(0, 6, 0), SigningTime: now.AddDate(0, -6, 0),
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 1, Keys: []root.PublicKey{amsterdam, boston}},
			{Name: "key_mgr", Threshold: 1, Keys: []root.PublicKey{k.gpg.Public(t, primary, primary)}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	k.write("1.root.json", k.gpg.Root(t, c, map[string]root.PublicKey{subkey: boston}))
	k.write("boston.gpg", k.gpg.Export(t, primary))
	k.write("plan.yaml", fmt.Appendf(nil, `rootmoot: 1
name: Rehearsal packages
format: conda
purpose: rotate
mode: rehearsal
document: root
continues: {version: 1, digest: %v}
signing_time: %s
deadline: %s
root: {expires: %s, threshold: 2, keyholders: [amsterdam, boston]}
keys:
  amsterdam: {type: ed25519, hex: "%x"}
  boston: {type: ed25519, hex: "%x"}
  online: {type: ed25519, hex: "%x"}
participants:
  amsterdam: {organisation: A, token: {kind: rehearsal, serial: %s, slot: 9c}}
  boston: {organisation: B, token: {kind: openpgp, serial: %s}, attestation: none}
policy: {witness: optional, max_per_organisation: 1}
tool: {version: 1.0.0}
`, c.Digest(), root.FormatTime(now), root.FormatTime(now.AddDate(0, 0, 14)), root.FormatTime(now.AddDate(0, 10, 0)),
		amsterdam.Raw(), boston.Raw(), k.gpg.Public(t, primary, primary).Raw(), serial, subkey))
	return k
}

// token is the serial number and the key of a rehearsal token, whose PIN the
// person learns.
func (k *keyring) token(folder, name string) (string, root.PublicKey) {
	k.t.Helper()
	card, err := rehearsal.Open(k.path(folder), name, rehearsal.Options{})
	if err != nil {
		k.t.Fatal(err)
	}
	seen := sitting.Seen{Token: card}
	defer sitting.CloseSeen([]sitting.Seen{seen})
	info, err := card.Inspect(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
	public, err := root.ParseSPKI(info.SPKI)
	if err != nil {
		k.t.Fatal(err)
	}
	pin, err := rehearsal.PINOf(k.path(folder), name)
	if err != nil {
		k.t.Fatal(err)
	}
	k.pins = map[string]string{name: pin}
	return info.Serial, public
}

// until leads through the steps before the signatures.
func (k *keyring) until(name string) {
	k.t.Helper()
	k.arrive(name)
	k.step("Room and machine")
	k.choose("compare the clocks")
	k.fill(clock())
	k.do("these findings are true")
	k.step("Trusted root")
	k.read()
	k.choose("it is the root that we trust")
	k.fill()
}

func (k *keyring) leave() string {
	k.t.Helper()
	k.press("q", "a question", func(s sight) bool { return s.title == "Leave the sitting?" })
	k.term.keys("y")
	k.term.ended(4)
	return k.term.said()
}

// TestImportGPG: somebody asks boston, who reviews, confirms and signs with the
// gpg of this system, by the command that stands on the screen; what comes back is
// merged, and the root holds by our verifier and by conda's rules.
func TestImportGPG(t *testing.T) {
	k := newKeyring(t)
	k.want("inspect", k.run(0, "inspect", "boston.gpg"), "primary key", "subkey       "+k.subkey, fmt.Sprintf("  hex        %x", k.gpg.Public(t, k.subkey, k.subkey).Raw()))
	k.run(0, "plan", "lint", "plan.yaml", "--trust", "1.root.json")
	open := []string{"open", "plan.yaml", "--sitting", "next", "--tokens", "r/tokens", "--no-animation"}
	k.begin(append(open, "--trust", "1.root.json")...)
	k.until("amsterdam")
	k.step("Tokens")
	k.do("all joining keys are enrolled")
	k.freeze()
	k.candidate()
	k.step("Signatures")
	k.do("take up the token of amsterdam")
	k.read()
	k.choose("sign version 2 as amsterdam")
	k.fill()
	k.person.touch("amsterdam", 2)
	k.goOn()
	k.leave()
	k.want("request", k.run(0, "request", "next", "boston"), "rootmoot import-gpg boston.request.json --trust")

	answer := []string{"import-gpg", "next/boston.request.json", "--sitting", "desk", "--tokens", "r/tokens", "--no-animation"}
	k.want("no signature", k.run(1, "import-gpg", "next/boston.request.json", "plan.yaml", "--tokens", "r/tokens"), "begins with no packet")
	command := k.reviews(answer)
	k.signs(command)
	k.returns(answer)

	k.want("merge", k.run(0, "merge", "next", "desk/boston.contribution.json"), "signature of boston: signature only")
	k.want("status", k.run(4, "status", "next"), "boston")
	k.begin(open...)
	k.step("Signatures")
	k.want("the signers", k.read(), "signed boston (signature only, without a statement)", "Every quorum is met")
	k.do("the signatures are complete")
	k.step("Check from scratch")
	k.want("the check", k.do("write and check it"), "✓ pass 2.root.json is accepted")
	k.step("Seal the record")
	k.do("take up the token of amsterdam")
	k.read()
	k.choose("I agree")
	k.fill()
	k.person.touch("amsterdam", 1)
	k.goOn()
	k.do("everybody has said their word")
	k.step("Hand over")
	k.do("write the evidence and end the sitting")
	k.sees("the end", sight.over)
	k.term.keys("Enter")
	k.term.ended(0)
	k.run(0, "verify", "candidate", "--rehearsal", "--trust", "1.root.json", "next/2.root.json")
	k.run(0, "verify", "evidence", "--rehearsal", "--trust", "1.root.json", "next/evidence.tar")
}

// reviews goes through what boston sees before anything is signed, and gives the
// command that is told at its end.
func (k *keyring) reviews(answer []string) (command string) {
	k.t.Helper()
	k.begin(append(answer, "--trust", "1.root.json")...)
	k.until("boston")
	k.freeze()
	k.candidate()
	k.step("Signatures")
	k.do("take up the OpenPGP key of boston")
	k.want("what is signed", k.read(), "OpenPGP key of boston", k.subkey, "role root", "Digest of version 2", "nothing proves where this key lives")
	k.choose("write boston.bytes")
	k.fill()
	k.want("the outcome", k.goOn(), "boston.bytes is written, in desk")
	s := k.step("Signature by gpg of boston")
	k.want("the page, at its beginning", oneLine(s.page), "gpg --local-user "+k.subkey+"! \\ --digest-algo SHA256 --detach-sign --no-armor \\ --output boston.sig boston.bytes")
	told := regexp.MustCompile(`(?m)^  (gpg --local-user .*\\\n.*\\\n.*)$`).FindStringSubmatch(k.leave())
	if told == nil {
		k.t.Fatalf("the command is not told:\n%s", k.term.said())
	}
	return told[1]
}

// signs runs the command as it was told, in the folder that was told. Before it, gpg
// is asked otherwise, which is refused.
func (k *keyring) signs(command string) {
	k.t.Helper()
	for _, c := range []struct{ change, want string }{
		{" --no-armor", "is armoured"}, {"SHA256", "SHA-512"},
	} {
		other := strings.NewReplacer(c.change, map[string]string{"SHA256": "SHA512"}[c.change], "boston.sig", "other.sig").Replace(command)
		k.shell(strings.Replace(other, "gpg ", "gpg --armor --yes ", 1))
		if c.want != "is armoured" {
			k.shell("gpg --dearmor --yes --output plain.sig other.sig && mv plain.sig other.sig")
		}
		k.want("the refusal", k.run(1, "import-gpg", "next/boston.request.json", "desk/other.sig", "--tokens", "r/tokens"), c.want, "hint: ")
	}
	k.shell(command)
}

func (k *keyring) shell(command string) {
	k.t.Helper()
	cmd := exec.Command("sh", "-ec", command)
	cmd.Dir, cmd.Env = k.path("desk"), append(cmd.Environ(), k.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		k.t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// returns goes on with what gpg made.
func (k *keyring) returns(answer []string) {
	k.t.Helper()
	k.begin(append([]string{answer[0], answer[1], filepath.Join("desk", "boston.sig")}, answer[2:]...)...)
	k.step("Signatures")
	k.do("take up the OpenPGP key of boston")
	k.read()
	k.want("the outcome", k.do("take the signature that gpg made for boston"), "✓ pass the signature verifies", "recorded, without a statement")
	k.do("that is my answer")
	k.want("the answer", k.read(), "boston.contribution.json", "signature only")
	k.do("write the file")
	k.sees("the end", sight.over)
	k.term.keys("Enter")
	k.want("what was said", k.term.ended(0), "boston.contribution.json")
}

// TestImportGPGAnswers: what the verb cannot answer is told before anybody is led
// through anything.
func TestImportGPGAnswers(t *testing.T) {
	p := &plan.Plan{Fields: plan.Fields{Participants: map[string]plan.Participant{
		"amsterdam": {Token: &plan.Token{Kind: plan.PIVToken, Serial: "1"}},
		"boston":    {Token: &plan.Token{Kind: plan.OpenPGPToken, Serial: plan.Serial(strings.Repeat("A", 40))}},
	}}}
	missing := filepath.Join(t.TempDir(), "none.sig")
	for _, c := range []struct {
		name      string
		asks      ceremony.ContributionKind
		signature string
		code      int
		want      string
	}{
		{"amsterdam", ceremony.SignatureMade, "", verbs.Usage, "the plan has amsterdam sign with no token of kind openpgp"},
		{"chennai", ceremony.SignatureMade, "", verbs.Usage, "no token of kind openpgp"},
		{"boston", ceremony.Enrolled, "", verbs.Usage, "gpg gives signatures only"},
		{"boston", ceremony.SignatureMade, missing, verbs.Unread, "none.sig"},
		{"boston", ceremony.SignatureMade, "", verbs.Yes, ""},
	} {
		err := answering{only: plan.OpenPGPToken, signature: c.signature}.answers(ceremony.Request{Participant: c.name, Asks: c.asks}, p)
		if got := verbs.ExitCode(err); got != c.code || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, asked for %s: code %d, %v", c.name, c.asks, got, err)
		}
	}
	if err := (answering{}).answers(ceremony.Request{Participant: "amsterdam"}, p); err != nil {
		t.Errorf("rootmoot sign: %v", err)
	}
}
