package sitting

import (
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// judge says what is to be thought of the token on the table. A check that
// fails keeps it from being asked for anything.
func (u *turn) judge(s *Sitting) {
	if want, known := s.state.InForce().KeyOf(u.participant); known && want.Fingerprint() != u.key.Fingerprint() {
		u.add(MarkFail, "the key in slot %s is not the one in the plan (%s), it is %s", u.info.Slot, want.Fingerprint().Short(), u.key.Fingerprint().Short())
	}
	u.factory()
	u.management(s.state.Plan.Policy.InForce().Management)
	c := s.contribution(ceremony.Enrolled, u)
	for _, line := range Judged(s.state.Attest(c)) {
		u.add(line.Mark, "%s", line.Text)
		u.disproven = u.disproven || u.attestation != nil && line.Mark == MarkFail
	}
	if u.attestation == nil {
		u.ownWord()
		for _, a := range Advisories(u.info, u.info.Algorithm) { // an attestation's checks tell them by what it proves
			u.add(MarkWarn, "%s, %s: %s", a.ID, a.Title, a.What)
		}
	}
	if n := s.toSign(u); u.info.MaxMessage > 0 && n > u.info.MaxMessage {
		u.short = true
		u.add(MarkWarn, "the candidate has %d bytes, and this token signs %d at most with a key of %s: it cannot sign it; an ECDSA key can, which signs a digest, or a key in an HSM", n, u.info.MaxMessage, u.info.Algorithm)
	}
}

// factory says which secrets are still the factory's, or may be: nobody finds
// out by trying.
func (u *turn) factory() {
	var untold []string
	for _, c := range u.info.Credentials() {
		switch c.Factory {
		case token.Yes:
			u.add(MarkFail, "the %s is still the factory's", c.Name)
		case token.No:
		default:
			untold = append(untold, c.Name)
		}
	}
	if len(untold) > 0 {
		u.add(MarkWarn, "the token does not tell whether these are still the factory's: %s; its holder has to know", strings.Join(untold, ", "))
	}
}

// management compares where a smart card keeps its management key with the plan.
// A factory's is worse, and [turn.factory] says so.
func (u *turn) management(want plan.Management) {
	if u.info.Kind != token.PIV || u.info.DefaultManagement == token.Yes {
		return
	}
	switch {
	case want == plan.ManagementProtected && !u.info.ManagementProtected:
		u.add(MarkWarn, "the plan wants the management key protected, kept on the token behind its PIN; this token does not keep it: ask its holder who has it")
	case want == plan.ManagementSealed && u.info.ManagementProtected:
		u.add(MarkWarn, "the plan wants the management key sealed, and not on the token; this token keeps it behind its PIN")
	}
}

// ownWord is what a token says of its key where nothing proves it. A key that
// can leave its token is none of this ceremony's.
func (u *turn) ownWord() {
	if u.info.Kind == token.KeyFile { // as the plan says
		u.add(MarkWarn, "the key is in a file: whoever reads it and learns its password has the key")
		return
	}
	u.add(MarkWarn, "nothing proves where this key lives; what follows is the token's own word")
	switch u.info.Origin {
	case "generated":
		u.add(MarkNote, "origin: the key was made on the token")
	case "imported":
		u.add(MarkWarn, "origin: the key was made elsewhere and brought to the token; who made it may have kept a copy")
	default:
		u.add(MarkWarn, "origin: not told; the key may have been made elsewhere")
	}
	switch u.info.Extractable {
	case token.No:
		u.add(MarkNote, "extractable: no, and it never was")
	case token.Yes:
		u.add(MarkFail, "extractable: the key can leave the token, or once could")
	default:
		u.add(MarkWarn, "extractable: not told; the key may be able to leave the token")
	}
}

// Advisories are those that concern a key of this algorithm on a token, "" for
// any, by what it says of itself. They are of one maker's smart cards, and so of
// their stand-ins in a rehearsal; no HSM has their firmware.
func Advisories(i token.Info, algorithm string) []attest.Advisory {
	firmware, err := attest.ParseVersion(i.Firmware)
	if i.Kind == token.PKCS11 || err != nil {
		return nil
	}
	return attest.AdvisoriesOf(firmware, algorithm, i.FormFactor)
}

// Judged are the checks of an attestation, as they are shown.
func Judged(checks []verify.Check) []CheckLine {
	var out []CheckLine
	for _, c := range checks {
		mark := map[verify.Result]Mark{verify.Pass: MarkPass, verify.Fail: MarkFail, verify.Warn: MarkWarn, verify.Skip: MarkNote}[c.Result]
		out = append(out, CheckLine{mark, safe("%s: %s", c.Rule, c.Detail)})
	}
	return out
}

// showFailed says what to do with a token that is asked for nothing, because it
// does not pass its checks.
func (s *Sitting) showFailed(v *View) {
	u := s.turn
	if !u.failed {
		return
	}
	text := "This token does not pass its checks, and is asked for nothing. Put it away and have mended what the lines marked FAIL say, or record an exception and go on without it."
	if u.disproven {
		text = "The attestation that this token shows does not hold. No policy lets it in, not even one that does without attestations. Put the token away, keep it aside, and record an exception."
	}
	v.Body = slices.Insert(v.Body, 0, Block{Text: []string{text, s.without(u.participant)}})
}

func (u *turn) add(mark Mark, format string, args ...any) {
	u.checks = append(u.checks, CheckLine{mark, safe(format, args...)})
	u.failed = u.failed || mark == MarkFail
}

// unproven records, once, that a token without an attestation is used although
// its kind has one: the plan's policy lets it in, and somebody has to say why.
// Where the plan itself says that a token attests nothing, that was decided.
func (s *Sitting) unproven(u *turn) error {
	p := s.state.Plan.Participants[u.participant]
	if u.attestation != nil || p.Attestation == plan.AttestationNone {
		return nil
	}
	current, _ := s.state.Current()
	e := ceremony.Exception{
		Step: current, Subject: u.participant, Expected: "an attestation of the token",
		Happened: "nothing proves where the key of " + u.participant + " lives: its token, " + u.info.Serial + ", shows no attestation",
		Place:    s.state.Place,
	}
	if s.state.ExceptionFor(e.Subject, e.Happened) {
		return nil
	}
	return s.record(ceremony.Fact{Body: e})
}
