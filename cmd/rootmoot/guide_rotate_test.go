package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// rotate leads through the second sitting, in which much goes wrong, one thing
// at a time.
func (r *run) rotate() {
	r.arrive("amsterdam", "boston", "chennai", "dakar", "edinburgh", "fukuoka")
	r.room()
	r.trusted()
	r.step(4, "Tokens")
	r.enrol("edinburgh")
	r.do("all joining keys are enrolled")
	r.freeze()
	r.candidate()
	r.step(7, "Signatures")
	r.meters("old quorum", "0 of 3, 3 more needed ○ could sign: amsterdam boston chennai dakar fukuoka new quorum")
	r.wrongPIN("amsterdam")
	r.quorums(1, "✓ signed: amsterdam ○ could sign: boston chennai dakar")
	r.wrongToken("boston")
	r.quorums(2, "✓ signed: amsterdam boston ○ could sign: chennai dakar")
	r.refuse("chennai")
	r.quorums(2, "✓ signed: amsterdam boston ✗ refused: chennai ○ could sign: dakar")
	r.deviate("signatures", "somebody opened the door")
	r.resize("dakar")
	r.killed("dakar")
	r.interrupt()
	r.killedBetween("dakar")
	r.quorums(3, "✓ signed: amsterdam boston dakar", "✗ refused: chennai")
	r.do("the signatures are complete")
	r.check()
	r.decide()
	r.seal("boston")
	r.handOver()
}

// keyManager leads through the third sitting of conda, of one keyholder.
func (r *run) keyManager() {
	r.arrive("online")
	r.room()
	r.trusted()
	r.step(4, "Tokens")
	r.do("all joining keys are enrolled")
	r.freeze()
	r.candidate()
	r.step(7, "Signatures")
	r.meters("delegation quorum", "0 of 1, 1 more needed")
	r.sign("online")
	r.meters("1 of 1, ✓ met", "signed: online")
	r.do("the signatures are complete")
	r.check()
	r.seal("online")
	r.handOver()
}

// quorums waits until both stand so.
func (r *run) quorums(have int, keys ...string) {
	r.t.Helper()
	s := r.step(7, "Signatures")
	stands := fmt.Sprintf("%d of 3, %d more needed", have, 3-have)
	if have == 3 {
		stands = "3 of 3, ✓ met"
	}
	from, to, both := strings.Cut(s.meters, "new quorum")
	if !both || !strings.Contains(from, "old quorum") {
		r.t.Fatalf("there are no two quorums:\n%s", s.screen)
	}
	for _, m := range []string{from, to} {
		r.want("the meter", m, append(keys, stands)...)
	}
}

// trusted types a wrong word first.
func (r *run) trusted() {
	s := r.step(3, "Trusted root")
	version, role := "version 1", "3 of 5 keys"
	if r.manager {
		version, role = "version 2", "1 of 1 keys"
	}
	r.want("the trusted root", oneLine(s.page), version, role)
	r.read()
	r.choose("it is the root that we trust")
	w := r.words()
	w[1] = other(w[1])
	s = r.answer(strings.Join(w, " "))
	r.want("the refusal", s.asks(), "your words are not those on the screen", "read them again")
	r.fill()
}

// other is another word than that.
func other(word string) string {
	if word == "aardvark" {
		return "absurd"
	}
	return "aardvark"
}

// wrongPIN mistypes it once.
func (r *run) wrongPIN(name string) {
	r.beforePIN(name)
	right := r.pin()
	s := r.answer("00000000")
	said := s.title + " " + r.goOn()
	r.want("the refusal", said, "WRONG PIN", "2 tries left", "look the PIN up, then sign again")
	s = r.sees("the turn again", func(s sight) bool { return s.lists() && strings.HasPrefix(s.title, "Signature of "+name) })
	r.want("the turn", s.title, "2 tries left")
	r.choose(fmt.Sprintf("sign version %d as %s", r.version, name))
	r.words2(name)
	r.answer(right)
	r.touch(name, 2)
	r.want("the outcome", r.goOn(), "✓ pass the signature of "+name+" is recorded")
}

// wrongToken comes without their token first.
func (r *run) wrongToken(name string) {
	r.rename(r.token(name), r.dir+"/away")
	said := r.do("take up the token of " + name)
	r.want("the refusal", said, "WRONG TOKEN", "the token of "+name+", serial number 90000002, is not there",
		"90000001 (of amsterdam)", "insert the token of "+name+" and take it up again")
	r.rename(r.dir+"/away", r.token(name))
	r.sign(name)
}

func (r *run) refuse(name string) {
	r.takeUp(name)
	r.choose("refuse to sign")
	r.fill("the date is not what our board decided")
	r.touch(name, 1)
	r.want("the outcome", r.goOn(), "✓ pass the refusal of "+name+" is stated, verified and recorded")
	r.step(7, "Signatures")
	r.want("the step", r.read(), "refused chennai: the date is not what our board decided")
}

// deviate records an exception, which then stands on every screen.
func (r *run) deviate(step, what string) {
	r.choose("record an exception")
	r.fill("nobody comes in", what)
	s := r.sees("a remark", func(s sight) bool { return s.lists() && strings.Contains(s.meters, "open exception") })
	r.want("the remark", s.meters, "at "+step+": "+what)
}

// decide closes it: before that nothing can be sealed.
func (r *run) decide() {
	s := r.step(9, "Seal the record")
	r.want("the step", oneLine(s.page), "1, 1 of them open")
	if _, can := s.find("take up the token"); can {
		r.t.Errorf("the record can be sealed with an open exception:\n%s", s.screen)
	}
	r.choose("close exception")
	r.fill("the door was closed again", "the lead, with the witness")
	s = r.sees("no remark", func(s sight) bool { return s.lists() && !strings.Contains(s.meters, "open exception") })
	r.want("the step", r.read(), "1, 0 of them open")
}

// resize makes the terminal larger and smaller while words are typed.
func (r *run) resize(name string) {
	r.takeUp(name)
	r.choose(fmt.Sprintf("sign version %d as %s", r.version, name))
	w := r.words()
	r.term.text(w[0])
	before := r.sees("what was typed", func(s sight) bool { in, _ := s.input(); return in == w[0] })
	r.term.resize(120, 40)
	s := r.sees("the larger screen in use", func(s sight) bool { return len([]rune(s.head)) > 110 && strings.Count(s.screen, "\n") == 40 })
	r.want("the larger screen", s.head, "REHEARSAL", "step 7 of 10")
	if in, _ := s.input(); in != w[0] || len(s.grid()) != 32 {
		r.t.Errorf("what was typed, or the words, are not on the larger screen:\n%s", s.screen)
	}
	r.term.resize(60, 20)
	small := r.term.steady("that it is too small", func(s string) bool { return strings.Contains(s, "80 by 24") })
	r.want("the small screen", small, "60 columns", "20 lines")
	r.term.text("aardvark") // which nobody sees
	r.term.keys("Enter")
	r.term.resize(60, 21) // drawn after those keys were read
	r.term.steady("that it is still too small", func(s string) bool { return strings.Contains(s, "21 lines") })
	r.term.resize(terminalWidth, terminalHeight)
	r.sees("the screen as it was:\n"+before.screen, before.again)
	r.press("Escape", "the list", sight.lists)
	r.do("put the token away")
	r.step(7, "Signatures")
}

// killed is what happens when the power fails before the first touch: nothing
// is lost, and nothing is signed.
func (r *run) killed(name string) {
	before := r.step(7, "Signatures")
	r.beforePIN(name)
	r.fill()
	r.sees("a touch", sight.touches)
	r.term.kill()
	r.resumes(before)
}

// interrupt is Control-C: it asks, and only then it ends the program.
func (r *run) interrupt() {
	before := r.step(7, "Signatures")
	s := r.press("C-c", "a question", func(s sight) bool { return s.title == "Leave the sitting?" })
	r.want("the question", oneLine(s.page), "Everything that was recorded is kept")
	r.press("Escape", "the step", sight.lists)
	r.press("C-c", "a question", func(s sight) bool { return s.title == "Leave the sitting?" })
	r.term.keys("y")
	r.want("the end", oneLine(strings.Split(r.term.ended(130), "\n")), "the same command goes on at the same step")
	r.resumes(before)
}

// resumes opens the guide by the same command, and wants the same step with the
// same meters and the same remarks.
func (r *run) resumes(before sight) {
	r.t.Helper()
	r.open("--no-animation")
	r.sees("the meters as they were: "+before.meters, func(s sight) bool {
		return s.title == before.title && s.head == before.head && s.meters == before.meters && s.lists()
	})
}

// killedBetween is what happens when the power fails between the two touches:
// the signature is there and counts.
func (r *run) killedBetween(name string) {
	r.beforePIN(name)
	r.fill()
	r.touchOnce(name, 1, 2)
	r.sees("the second touch", func(s sight) bool { return strings.Contains(oneLine(s.page), "(2 of 2)") })
	r.term.kill()
	r.open("--no-animation")
	r.step(7, "Signatures")
	r.want("the signatures", r.read(), "signed "+name+" (signature only, without a statement)")
}

// token is the file of a rehearsal token.
func (r *run) token(name string) string {
	r.t.Helper()
	return filepath.Join(r.dir, "tokens", name+".token.json")
}

func (r *run) rename(from, to string) {
	r.t.Helper()
	if err := os.Rename(from, to); err != nil {
		r.t.Fatal(err)
	}
}
