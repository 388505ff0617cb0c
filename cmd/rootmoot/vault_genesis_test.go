package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestVault: two cards as they leave the factory are made ready, sign a first
// root, and one is retired. Everything happens to them that can happen, and
// what is secret stays so.
func TestVault(t *testing.T) {
	v := newVault(t, "amsterdam", "boston")
	v.draft("tuf", "--role", "timestamp=online.hex", "--role", "snapshot=online.hex", "--role", "targets=online.hex")
	v.run(0, "plan", "lint", "plan.yaml")
	v.put(0, "amsterdam")
	v.put(1, "boston")
	v.provisions("amsterdam", 0)
	v.provisionsInLines("boston")
	v.ready("amsterdam")
	v.ready("boston")
	v.pull(0)
	v.pull(1)
	v.genesis()
	v.term.ended(0)
	v.begin("open", "plan.yaml", "--no-animation")
	v.want("the refusal", oneLine(strings.Split(v.term.ended(2), "\n")), "begun with the attestation CAs of ca.pem, given with --attestation-ca (sha256 ", "give them again with --attestation-ca FILE")
	v.verified("plan")
	v.retires("boston")
	v.records("amsterdam.json", "boston.json", "boston-retired.json")
	v.keptSecrets()
}

// genesis leads through the sitting. The cards come and go.
func (v *vault) genesis() {
	v.t.Helper()
	v.begin("open", "plan.yaml", "--attestation-ca", "ca.pem", "--no-animation")
	v.arrive("amsterdam", "boston")
	v.room()
	v.step("Trusted root")
	v.do("yes, this is to be the first root")

	v.step("Tokens")
	v.refused("take up the token of amsterdam", "REMOVED", "no token is there")
	v.put(0, "amsterdam")
	v.enrol("amsterdam")
	v.refused("take up the token of boston", "WRONG TOKEN", "serial number 21334983, is not there; there are: 21334982 (of amsterdam)")
	v.put(0, "boston")
	v.enrol("boston")
	v.do("all joining keys are enrolled")
	v.freeze()
	v.candidate()

	v.step("Signatures")
	v.refused("take up the token of amsterdam", "WRONG TOKEN", "there are: 21334983 (of boston)")
	v.put(1, "amsterdam")
	v.fumble("amsterdam", 1)
	v.signs("amsterdam", "version 1")
	v.pull(1)
	v.signs("boston", "version 1")
	v.do("the signatures are complete")
	v.finish("boston", "1.root.json")
}

// fumble signs in every way that fails; the card lies in that slot.
func (v *vault) fumble(name string, slot int) {
	v.t.Helper()
	c, label := v.cards[name], "sign version 1 as "+name
	v.do("take up the token of " + name)
	v.read()
	v.choose(label)
	v.pins[name] = "999999" // not the one
	v.fill()
	v.want("the outcome", v.goOn(), "wrong pin: 4 tries left")
	v.pins[name] = c.pin

	v.choose(label)
	v.fill()
	v.asksTouch(name, 1, 2)
	v.spy()
	v.pull(slot)
	v.want("the outcome", v.goOn(), "token is not there")
	v.put(slot, name)

	v.do("take up the token of " + name)
	v.read()
	v.choose(label)
	c.nobody.Store(true)
	v.fill()
	v.want("the outcome", v.goOn(), "no touch in time")
	c.nobody.Store(false)
	v.do("put the token away")
}

// refused does what cannot be done now, and reads why.
func (v *vault) refused(label string, why ...string) {
	v.t.Helper()
	v.want("the refusal", v.do(label), why...)
}

func (v *vault) arrive(names ...string) {
	v.t.Helper()
	v.step("Open: the plan, and who is here")
	for _, name := range names {
		v.choose("sign in " + name)
		v.answer("")
		v.yes()
	}
	v.do("everybody who is coming is here")
}

func (v *vault) room() {
	v.t.Helper()
	v.step("Room and machine")
	v.choose("compare the clocks")
	v.fill(clock())
	v.want("the findings", v.read(), "✓ pass ROOM-CLOCK", "✓ pass ROOM-CORE", "ROOM-SWAP", "ROOM-CAS: attestations are judged by CAs from a file, not the maker's: ca.pem")
	v.do("these findings are true")
}

func (v *vault) enrol(name string) {
	v.t.Helper()
	v.do("take up the token of " + name)
	v.want("the token", v.read(), "✓ pass ATTEST-CHAIN", `bundle "ca.pem, given with --attestation-ca"`, "slot 9c", "✓ pass ATTEST-REHEARSAL: no rehearsal token")
	v.choose("enrol this key for " + name)
	v.fill()
	v.touch(name, 1)
	v.want("the outcome", v.goOn(), "✓ pass the enrolment of "+name+" is stated, verified and recorded")
}

func (v *vault) freeze() {
	v.t.Helper()
	v.step("Freeze: read the plan's digest back")
	v.read()
	v.choose("all 32 words were read back")
	v.fill()
}

func (v *vault) candidate() {
	v.t.Helper()
	v.step("Candidate: what will be signed")
	v.read()
	v.choose("this is what we mean to sign")
	v.fill()
}

// signs takes up a token and signs with it.
func (v *vault) signs(name, what string) {
	v.t.Helper()
	v.do("take up the token of " + name)
	v.read()
	v.choose("sign " + what + " as " + name + " (two touches)")
	v.fill()
	v.touch(name, 2)
	v.want("the outcome", v.goOn(), "✓ pass the signature verifies", "✓ pass the signature of "+name+" is recorded", "is stated, verified and recorded")
	v.step("Signatures")
}

// finish checks, closes what is open, seals as somebody, and ends the sitting.
func (v *vault) finish(name, file string) {
	v.t.Helper()
	v.step("Check from scratch")
	v.want("the check", v.do("write and check it"), "✓ pass "+file+" is accepted")
	v.step("Seal the record")
	for {
		s := v.step("Seal the record")
		open := ""
		for _, e := range s.entries() {
			if strings.HasPrefix(e.label, "close exception ") {
				open = e.label[:len("close exception 01234567")]
			}
		}
		if open == "" {
			break
		}
		v.choose(open)
		v.fill("it is a test", "the lead")
	}
	v.do("take up the token of " + name)
	v.read()
	v.choose("I agree")
	v.fill()
	v.touch(name, 1)
	v.want("the outcome", v.goOn(), "✓ pass sealed by "+name)
	v.do("everybody has said their word")
	v.step("Hand over")
	v.do("write the evidence and end the sitting")
	v.sees("the end", sight.over)
	v.term.keys("Enter")
}

// verified has the auditor's tool judge what was made.
func (v *vault) verified(sitting string) {
	v.t.Helper()
	if err := os.Mkdir(v.path("public"), 0o755); err != nil {
		v.t.Fatal(err)
	}
	v.run(0, "publish", sitting, "public")
	out, err := exec.Command(filepath.Join(v.bin, "rootmoot-verify"), "chain", "--trust", v.path(sitting+"/1.root.json"), v.path("public")).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "2 of 2") {
		v.t.Fatalf("rootmoot-verify: %v\n%s", err, out)
	}
}
