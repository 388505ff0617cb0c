package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGuide has the built program used in a real terminal by somebody who sees
// the screen and has the keyboard, and nothing else.
func TestGuide(t *testing.T) {
	bin := buildBoth(t)
	for _, format := range []string{"tuf", "conda"} {
		t.Run("by hand, "+format, func(t *testing.T) {
			t.Parallel()
			byHand(t, bin, format)
		})
	}
	for name, test := range map[string]func(*testing.T, string){
		"played": plays, "taken over": takesOver, "stray tokens": strays, "looks": looks, "lines": lines,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, bin)
		})
	}
}

// A run is a person who leads through a whole rehearsal.
type run struct {
	person
	bin, dir, format string
	env              []string // of the program, beyond the usual
	version          int      // of the root that is made now
	manager          bool     // a key manager document is made now, the first
}

// made is what is made now: what it is called, its first role, its file, and a
// rule that is asked of it.
func (r *run) made() (title, role, file, rule string) {
	if r.manager {
		return "key manager version 1", "role pkg_mgr", "key_mgr.json", "QUORUM-DELEGATION"
	}
	return fmt.Sprintf("version %d", r.version), "role root", fmt.Sprintf("%d.root.json", r.version), "ROOT-VERSION"
}

func newRun(t *testing.T, bin, format string) *run {
	t.Helper()
	return &run{person: person{t: t, term: newTmux(t)}, bin: bin, dir: t.TempDir(), format: format, version: 1}
}

// open starts the guide, the first time or again.
func (r *run) open(args ...string) {
	r.t.Helper()
	r.term.start(r.program(args...)...)
}

func byHand(t *testing.T, bin, format string) {
	r := newRun(t, bin, format)
	r.open("--no-animation")
	pin := r.genesis()
	r.version = 2
	r.rotate()
	if format == "conda" {
		r.manager = true
		r.keyManager()
	}
	r.term.ended(0)
	r.want("what was said", r.term.said(), "2.root.json is published in", "--trust 1:"+pin)
	r.verify(pin)
}

// verify has the auditor's tool judge what was published.
func (r *run) verify(pin string) {
	r.t.Helper()
	out, err := exec.Command(filepath.Join(r.bin, "rootmoot-verify"), "chain", "--rehearsal", "--trust", "1:"+pin, filepath.Join(r.dir, "chain")).CombinedOutput()
	if err != nil {
		r.t.Fatalf("rootmoot-verify: %v\n%s", err, out)
	}
}

// step waits for a step: its number in the head, its heading, and the marks of
// the agenda.
func (r *run) step(n int, heading string) sight {
	r.t.Helper()
	s := r.sees(fmt.Sprintf("step %d: %s", n, heading), func(s sight) bool {
		return strings.Contains(s.head, fmt.Sprintf("step %d of 10", n)) && s.title == heading && s.lists()
	})
	purpose := map[int]string{1: "genesis", 2: "rotate"}[r.version]
	if r.manager {
		purpose = "key_mgr"
	}
	r.want("the head", s.head, "REHEARSAL", "Rehearsal packages", r.format+", "+purpose, "rehearsal-room")
	for i, item := range s.agenda {
		mark := "·"
		switch {
		case i >= 10:
			mark = ""
		case i+1 < n:
			mark = "✓"
		case i+1 == n:
			mark = "▸"
		}
		if !strings.HasPrefix(item, mark) {
			r.t.Errorf("step %d: item %d of the agenda has not the mark %q:\n%s", n, i+1, mark, s.screen)
		}
	}
	return s
}

// meters waits until the meters say so.
func (r *run) meters(wanted ...string) {
	r.t.Helper()
	for _, w := range wanted {
		r.sees("a meter: "+w, func(s sight) bool { return strings.Contains(s.meters, w) })
	}
}

// genesis leads through the first sitting, in which all goes well, and gives
// the digest that is published by other ways.
func (r *run) genesis() (digest string) {
	everybody := []string{"amsterdam", "boston", "chennai", "dakar", "fukuoka"}
	r.arrive(everybody...)
	r.room()
	s := r.step(3, "Trusted root")
	r.want("the step", oneLine(s.page), "This is a genesis")
	r.do("yes, this is to be the first root")
	r.step(4, "Tokens")
	for _, name := range everybody {
		r.enrol(name)
	}
	r.do("all joining keys are enrolled")
	r.freeze()
	r.candidate()
	r.step(7, "Signatures")
	for i, name := range everybody[:3] {
		r.meters(fmt.Sprintf("%d of 3, %d more needed", i, 3-i))
		r.sign(name)
	}
	r.meters("genesis quorum", "3 of 3, ✓ met", "signed: amsterdam boston chennai")
	r.do("the signatures are complete")
	r.check()
	r.seal("amsterdam")
	return r.handOver()
}

// arrive signs everybody in, the witness last and with a remark.
func (r *run) arrive(names ...string) {
	r.step(1, "Open: the plan, and who is here")
	for _, name := range names {
		r.choose("sign in " + name)
		r.answer("")
		r.yes()
	}
	r.choose("sign in internal-audit (witness)")
	r.fill("with a passport, and late")
	text := r.read()
	for _, name := range names {
		r.want("the list of people", text, "here "+name)
	}
	r.do("everybody who is coming is here")
}

func (r *run) room() {
	r.step(2, "Room and machine")
	r.choose("compare the clocks")
	r.fill(clock())
	r.want("the findings", r.read(), "✓ pass ROOM-CLOCK", "✓ pass ROOM-CORE")
	r.do("these findings are true")
}

// enrol proves that a token holds its key.
func (r *run) enrol(name string) {
	r.do("take up the token of " + name)
	r.want("the token", r.read(), "serial number", "✓ pass ATTEST-CHAIN", "slot 9c")
	r.choose("enrol this key for " + name)
	r.fill()
	r.touch(name, 1)
	r.want("the outcome", r.goOn(), "✓ pass the enrolment of "+name+" is stated, verified and recorded")
}

func (r *run) freeze() {
	r.step(5, "Freeze: read the plan's digest back")
	r.want("the plan", r.read(), "Digest of the frozen plan")
	r.choose("all 32 words were read back")
	r.fill()
}

// candidate reads what will be signed; whoever does not is told to.
func (r *run) candidate() {
	r.step(6, "Candidate: what will be signed")
	if s := r.choose("this is what we mean to sign"); !strings.Contains(s.hint(), "First read it to the end") {
		r.t.Errorf("what is not read can be signed:\n%s", s.screen)
	}
	title, role, _, _ := r.made()
	r.want("the candidate", r.read(), role, "Digest of "+title)
	r.choose("this is what we mean to sign")
	r.fill()
}

// sign takes up a token and signs with it.
func (r *run) sign(name string) {
	r.beforePIN(name)
	r.fill()
	r.touch(name, 2)
	r.want("the outcome", r.goOn(), "✓ pass the signature verifies", "✓ pass the signature of "+name+" is recorded", "is stated, verified and recorded")
	r.step(7, "Signatures")
}

// takeUp takes up a token at the step of the signatures, and reads what it is
// to sign.
func (r *run) takeUp(name string) {
	r.do("take up the token of " + name)
	s := r.sees("the turn of "+name, func(s sight) bool { return strings.HasPrefix(s.title, "Signature of "+name) })
	r.want("the turn", s.title, "token 900000", "tries left")
	title, role, _, _ := r.made()
	r.want("what is signed", r.read(), role, "Digest of "+title)
}

// beforePIN goes as far as the PIN.
func (r *run) beforePIN(name string) {
	r.takeUp(name)
	title, _, _, _ := r.made()
	r.choose(fmt.Sprintf("sign %s as %s", title, name))
	r.words2(name)
}

// words2 types the words of the keyholder and those of the witness.
func (r *run) words2(name string) {
	r.answer(strings.Join(r.words(), " "))
	s := r.answer(strings.Join(r.words(), " "))
	r.want("the answers", s.asks(), "✓ the words of "+name, "✓ the words of internal-audit")
}

// check has the result checked, and reads each line of it.
func (r *run) check() {
	r.step(8, "Check from scratch")
	said := r.do("write and check it")
	_, _, file, rule := r.made()
	r.want("the check", said, "✓ pass "+rule, fmt.Sprintf("✓ pass %s is accepted", file))
	if strings.Contains(said, "FAIL") {
		r.t.Errorf("the check fails: %s", said)
	}
}

func (r *run) seal(name string) {
	r.step(9, "Seal the record")
	r.do("take up the token of " + name)
	r.read()
	r.choose("I agree")
	r.fill()
	r.touch(name, 1)
	r.want("the outcome", r.goOn(), "✓ pass sealed by "+name)
	r.do("everybody has said their word")
}

// handOver ends the sitting, and gives the digest that stands on the last
// screen.
func (r *run) handOver() (digest string) {
	r.step(10, "Hand over")
	r.do("write the evidence and end the sitting")
	s := r.sees("the end", sight.over)
	title, _, _, _ := r.made()
	r.want("the last screen", s.screen, "The sitting is over", strings.ToUpper(title[:1])+title[1:]+" is signed, checked and handed over.")
	hex := shownHex.FindStringSubmatch(oneLine(s.page))
	if hex == nil {
		r.t.Fatalf("no digest is shown:\n%s", s.screen)
	}
	r.term.keys("Enter")
	return hex[1] + hex[2]
}
