package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/root"
)

// organisations asks who could act alone. With a threshold of t among n keys,
// an organisation with t keys reaches it, and one with more than n-t blocks it.
// Where policy.max_per_organisation says that so many are wanted, it is said
// and not refused.
func (l *linter) organisations() {
	counts := l.counts()
	n, threshold := len(l.p.Root.Keyholders), l.p.Root.Threshold
	for i, name := range l.p.Root.Keyholders {
		if l.p.Participants[name].Organisation == "" {
			l.find("PLAN-ORGANISATION-MISSING", l.orNote(Refuse), strictyaml.Index("root.keyholders", i), "the organisation of %s is not named: say it under participants.%s", name, name)
		}
	}
	most := l.p.Policy.MaxPerOrganisation
	for _, org := range slices.Sorted(maps.Keys(counts)) {
		held := counts[org]
		if most != nil && held > *most {
			l.find("PLAN-ORGANISATION-MAX", Refuse, "policy.max_per_organisation", "%s holds %d keys, and the policy allows %d", org, held, *most)
			continue
		}
		severity, wayOut := Refuse, fmt.Sprintf("; take more keyholders of others, or say with policy.max_per_organisation: %d that it is wanted", held)
		if most != nil {
			severity, wayOut = Warn, ""
		}
		switch {
		case held >= threshold:
			l.find("PLAN-ORGANISATION", severity, "root.keyholders", "%s alone reaches the threshold: it holds %d of %d keys, and the threshold is %d%s", org, held, n, threshold, wayOut)
		case held > n-threshold:
			l.find("PLAN-ORGANISATION", severity, "root.keyholders", "%s alone can block every next root: it holds %d of %d keys, and the threshold is %d%s", org, held, n, threshold, wayOut)
		}
	}
}

// orNote softens in a rehearsal, where nothing real depends on it.
func (l *linter) orNote(s Severity) Severity {
	if l.p.Mode == Rehearsal {
		return Note
	}
	return s
}

// holders are who decides: the keyholders of the next root, or those of the
// trusted root's key_mgr role, as far as the plan names them.
func (l *linter) holders() []string {
	if l.p.Document == KeyManagerDocument {
		return slices.DeleteFunc(l.p.order(), func(name string) bool { return !l.p.signs(l.trusted, name) })
	}
	return l.p.Root.Keyholders
}

// counts are the keys of each organisation; a keyholder without one stands for
// itself.
func (l *linter) counts() map[string]int {
	out := make(map[string]int)
	for _, name := range l.holders() {
		org := l.p.Participants[name].Organisation
		if org == "" {
			org = "(" + name + ")"
		}
		out[org]++
	}
	return out
}

// tokens asks what each keyholder signs with.
func (l *linter) tokens() {
	for _, name := range l.p.order() {
		_, there := l.p.keys[name]
		holder := slices.Contains(l.p.keyholders(), name)
		t := l.p.Participants[name].Token
		switch {
		case t != nil:
			l.token(name, *t)
			known := l.trusted != nil || l.p.Purpose == Genesis // or who joins cannot be told
			if holder && known && !t.Kind.States() && !l.p.signs(l.trusted, name) {
				l.find("PLAN-TOKEN", Refuse, "participants."+name+".token.kind", "%s joins, and an %s key cannot state that it is held: who has one may stay or leave; join with a token of another kind", name, t.Kind)
			}
		case !there && holder:
			l.find("PLAN-TOKEN", Refuse, "keys."+name, "the key of %s is to be enrolled, and there is no token to take it from: give participants.%s.token", name, name)
		case !there:
			l.find("PLAN-ROLE-KEY", Warn, "keys."+name, "a role needs this key, and there is neither the key nor a token to take it from: give pem or hex before freezing")
		case holder && !l.p.signs(l.trusted, name):
			l.find("PLAN-TOKEN", Refuse, "keys."+name, "%s joins, and there is no token to prove the key with: give participants.%s.token", name, name)
		}
	}
	l.oldQuorum()
	l.sealer()
}

// sealer asks whether anybody can seal the record at its end.
func (l *linter) sealer() {
	tokens := 0
	for _, part := range l.p.Participants {
		if part.Token != nil && part.Token.Kind.States() {
			return
		}
		if part.Token != nil {
			tokens++
		}
	}
	if tokens > 0 {
		l.find("PLAN-TOKEN", Refuse, "participants", "every token is of kind %s, and none can seal the record: have one keyholder take a token of another kind", OpenPGPToken)
	}
}

func (l *linter) token(name string, t Token) {
	at := "participants." + name + ".token.kind"
	none := l.p.Participants[name].Attestation == AttestationNone
	switch {
	case t.Kind == RehearsalToken && l.p.Mode == Production:
		l.find("PLAN-TOKEN-MODE", Refuse, at, "a rehearsal token has no part in production")
	case t.Kind == PIVToken && l.p.Mode == Rehearsal:
		l.find("PLAN-TOKEN-MODE", Refuse, at, "a real token never signs in a rehearsal: say rehearsal")
	case !t.Kind.Attests() && !none:
		l.find("PLAN-ATTESTATION", Refuse, at, "a token of kind %s can attest nothing that we could check: say attestation: none, or take a PIV token", t.Kind)
	case none:
		l.find("PLAN-ATTESTATION", l.orNote(Warn), at, "nothing proves where the key of %s was made", name)
	}
}

// oldQuorum asks whether the keys of the trusted root that take part are enough
// for its threshold.
func (l *linter) oldQuorum() {
	if l.trusted == nil {
		return
	}
	have := 0
	for name := range l.p.Keys {
		if l.p.signs(l.trusted, name) && l.p.Participants[name].Token != nil {
			have++
		}
	}
	if need := l.p.SigningRole(l.trusted).Threshold; have < need {
		l.find("PLAN-OLD-QUORUM", Refuse, "participants", "the trusted root needs %d of its keys to agree, and %d have a token here", need, have)
	}
}

func (l *linter) policy() {
	in := l.p.Policy.InForce()
	if in.PIN != PINAlways {
		l.find("PLAN-TOKEN-POLICY", Warn, "policy.pin", "%s: a token that does not ask each time signs for whoever finds it plugged in", in.PIN)
	}
	if in.Touch != TouchAlways {
		l.find("PLAN-TOKEN-POLICY", Warn, "policy.touch", "%s: without a touch each time, the machine can sign by itself", in.Touch)
	}
	if in.Attestation != AttestationRequired {
		l.find("PLAN-ATTESTATION", l.orNote(Warn), "policy.attestation", "%s: nothing then proves that keys were made in their tokens", in.Attestation)
	}
	if in.Management == ManagementSealed {
		l.find("PLAN-MANAGEMENT-KEY", Note, "policy.management_key", "sealed: have envelopes ready; a token whose envelope is lost signs on, and can be changed only by emptying it")
	}
	if in.Firmware.Below(MinFirmware) {
		l.firmware(in.Firmware)
	}
}

// firmware speaks of the keys that old firmware can lose.
func (l *linter) firmware(lowest Firmware) {
	for _, name := range l.p.order() {
		t := l.p.Participants[name].Token
		if t == nil || t.Kind != PIVToken {
			continue
		}
		switch l.p.Keys[name].Type.Algorithm() {
		case root.P256, root.P384:
			l.find("PLAN-FIRMWARE", Warn, "policy.firmware", "%s lets in tokens that lose ECDSA keys to who holds them in hand (YSA-2024-03), and %s has one: say %s", lowest, name, MinFirmware)
			return
		}
	}
}

// witnesses asks whether somebody independent follows.
func (l *linter) witnesses() {
	p := l.p
	if len(p.Witnesses) == 0 && p.Policy.InForce().Witness == Required {
		l.find("PLAN-WITNESS", Refuse, "policy.witness", "a witness is required, and none is named: name one under witnesses, or say optional")
	}
	for _, name := range slices.Sorted(maps.Keys(p.Witnesses)) {
		w, at := p.Witnesses[name], "witnesses."+name
		switch counts := l.counts(); {
		case slices.Contains(l.holders(), name):
			l.find("PLAN-WITNESS-INDEPENDENT", Refuse, at, "%s is a keyholder: who signs cannot witness it", name)
		case p.Lead == name:
			l.find("PLAN-WITNESS-INDEPENDENT", Warn, "lead", "%s leads and witnesses: these two parts check each other", name)
		case w.Organisation != "" && counts[w.Organisation] == len(l.holders()):
			l.find("PLAN-WITNESS-INDEPENDENT", Warn, at, "%s is of %s, as all keyholders are", name, w.Organisation)
		}
	}
}
