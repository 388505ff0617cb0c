package paper

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// signing is the sheet of one keyholder: the token, what was shown, what was
// done.
func (s *script) signing(nth int, p person) Section {
	n := fmt.Sprintf("S%d", nth)
	out := Section{ID: "sign-" + p.name, Number: n, Title: "Keyholder " + p.name}
	items := append(s.acts(p), Item{
		Does: p.name, Checks: s.checker(),
		Text:   []string{"Take the token back, and put it away."},
		Fields: short(p.bags()...),
	})
	out.Blocks = []Block{
		{Rows: s.tokenRows(p)},
		{Items: number(n, items)},
		{SignOffs: []SignOff{{Who: p.name, Text: "What stands here is what I saw and did."}, {Who: s.checker(), Text: "I saw it."}}, Together: true},
	}
	return out
}

// acts are what a keyholder does with their key on the day.
func (s *script) acts(p person) []Item {
	if p.openPGP() {
		return s.openPGPItems(p)
	}
	items := []Item{s.tokenItem(p)}
	if p.joins != stays {
		items = append(items, s.enrolItem(p))
	}
	return append(items, s.signItem(p), s.sealItem(p))
}

// bags are what somebody's things go back into.
func (p person) bags() []string {
	if p.openPGP() {
		return []string{"New bag"}
	}
	return []string{"New bag", "Bag of the PIN"}
}

// tokenRows are what the plan says of somebody's token.
func (s *script) tokenRows(p person) []Row {
	rows := []Row{{Name: "Part", Value: strings.Join(p.about(), ", ")}}
	switch {
	case p.openPGP():
		rows = append(rows, Row{Name: "Token in the plan", Value: "OpenPGP card, or what else gpg signs with"}, Row{Name: "OpenPGP fingerprint", Value: string(p.token.Serial), Exact: true})
	case p.token != nil:
		rows = append(rows,
			Row{Name: "Token in the plan", Value: fmt.Sprintf("%s, slot %s", p.token.Kind, cmp.Or(string(p.token.SlotInForce()), "as found"))},
			Row{Name: "Serial number", Value: string(p.token.Serial), Exact: true})
	}
	key := Row{Name: "Key, " + p.keyType, Value: "still to be enrolled"}
	if !p.key.IsZero() {
		key.Value, key.Exact = p.key.Fingerprint().String(), true
	}
	return append(rows, key)
}

// tokenItem compares the token with the plan.
func (s *script) tokenItem(p person) Item {
	it := Item{
		Does: p.name, Checks: s.checker(),
		Text:   []string{"Bag and seal are looked at, the serial number is read from the case, by two people, and then from the screen."},
		Ticks:  []string{"the seal is whole, or the token was never out of its holder's hands", "case, screen and plan have the same serial number"},
		Fields: short("Bag", "Serial on the case", "Serial on the screen"),
		Else:   []Else{{"the serial number is another", "the token is not used: exception sheet"}},
	}
	if p.token != nil && p.token.Kind == plan.PIVToken {
		it.Fields = append(it.Fields, short("Firmware")...)
	}
	return it
}

func (s *script) enrolItem(p person) Item {
	text := "Step 4. Prove that the token holds its key: three words, " + s.secret(p) + s.asks(p, "one touch", "one signature") + "."
	if p.joins == untold {
		text = "Step 4, only if this keyholder joins. " + text[len("Step 4. "):]
	}
	it := Item{
		Does: p.name, Checks: s.checker(), Text: []string{text},
		Choose: []string{"take up the token of " + p.name, "enrol this key for " + p.name},
		Ticks:  []string{s.attested(p)},
		Fields: append(short("PIN tries left before", "after"), s.wordNumbers(p)...),
		Else:   []Else{{"a line says FAIL", "the token cannot join: put it away, exception sheet"}},
	}
	if p.key.IsZero() {
		it.Words = []Words{spoken("Fingerprint of the key, as the screen shows it", root.Digest{})}
	} else {
		it.Ticks = append(it.Ticks, "the fingerprint on the screen is the one above, in full")
	}
	return it
}

// attested is what the screen must say of the token's attestation.
func (s *script) attested(p person) string {
	if s.plan.Participants[p.name].Attestation == plan.AttestationNone {
		return "no line says FAIL; the plan says that this token attests nothing"
	}
	return "the attestation passes, and no line says FAIL"
}

// wordNumbers are the numbers of the words that were asked for.
func (s *script) wordNumbers(p person) []Field {
	if s.wantsWitness() {
		return half("Words asked of "+p.name, "of the witness")
	}
	return half("Words asked of " + p.name)
}

func (s *script) signItem(p person) Item {
	asks := s.asks(p, "two touches", "two signatures")
	it := Item{
		Does: p.name, Checks: s.checker(),
		Text: []string{
			"Step 7. Read what changes to its end, compare the digest with step 6; three words, " + s.secret(p) + asks + ": for the root, and for the statement that ties it to this record.",
		},
		Choose: []string{"take up the token of " + p.name, fmt.Sprintf("sign version %d as %s (%s)", s.version(), p.name, asks)},
		Ticks:  []string{"the digest on the screen is the one of step 6, all 32 words", "the token passes its checks"},
		Fields: slices.Concat(
			short("PIN tries left before", "after", "Wrong PINs"), s.wordNumbers(p),
			one("signed and stated; the screen says that it is recorded", "signed, without a statement", "refused, or not signed, because:"), long(""),
		),
		Else: []Else{
			{"a PIN was wrong", "look it up before another try; the last try is agreed to aloud by the holder and the " + s.checker()},
			{"the PIN is blocked", "exception sheet; unblock it with the PUK, or go on without this key"},
			{"no touch came in time", "nothing is lost: sign again"},
		},
	}
	if s.touched(p) {
		it.Ticks = append(it.Ticks, "first touch: \u201cthe signature over version "+fmt.Sprint(s.version())+"\u201d", "second touch: \u201cthe statement of the signature\u201d")
	} else {
		it.Else = it.Else[:2]
	}
	return it
}

func (s *script) sealItem(p person) Item {
	return Item{
		Does: p.name, Checks: s.checker(),
		Text:    []string{"Step 9. The word about the record: three words of the journal's head, " + s.secret(p) + s.asks(p, "one touch", "one signature") + "."},
		Choices: []string{"agrees", "does not agree, with what stands on the page of final statements", "was not asked"},
		Fields:  append(short("PIN tries left before", "after"), s.wordNumbers(p)...),
	}
}

// remote is the sheet of a keyholder at another place. It is filled in twice,
// at both ends, and compared over a call.
func (s *script) remote(nth int, p person) Section {
	n := fmt.Sprintf("R%d", nth)
	items := []Item{
		{
			Does: p.name, Checks: "witness there",
			Text:   []string{"Who is in the room, and which machine is used: without network and radio, its program checked by another tool as at step 2."},
			Ticks:  []string{"program: the same SHA-256 as on page 1"},
			Fields: append(long("In the room", "Machine, serial number"), short("Outside clock", "Machine's clock")...),
		},
		{
			Does: s.lead(), Checks: s.checker(),
			Text:   []string{"Write the request, and read the words of its SHA-256 out over a call that both ends agreed on before. The other end compares them with the file that arrived."},
			Choose: []string{"write the request for somebody elsewhere"},
			Words:  []Words{spoken("SHA-256 of the request", root.Digest{})},
			Ticks:  []string{"both ends have the same 32 words"},
			Else:   []Else{{"a word differs", "the file is not opened: send another, exception sheet"}},
		},
		s.pinItem(p),
		{
			Does: p.name, Checks: "witness there",
			Text:  []string{"The plan and the candidate are rebuilt there. Compare the words of the plan with step 5 and those of the candidate with step 6, over the call."},
			Ticks: []string{"plan: the same 32 words", "candidate: the same 32 words"},
			Else:  []Else{{"a word differs", "nothing is signed: exception sheet, at both ends"}},
		},
		{
			Does: p.name, Checks: "witness there",
			Text:   []string{"Enrol, sign or refuse, as the request asks; sheet S of this keyholder is filled in there. Then the answer is written."},
			Choose: []string{"write the file: my part is done"},
			Fields: short("Done (UTC)"),
		},
		{
			Does: p.name, Checks: s.lead(),
			Text:   []string{"The contribution goes back, by whatever way. The words of its SHA-256 are read out there, and compared here with the file that arrived, before it is merged."},
			Choose: []string{"merge a file that came from elsewhere"},
			Words:  []Words{spoken("SHA-256 of the contribution", root.Digest{})},
			Choices: []string{
				"merged", "merged, and labelled late", "not taken, because:",
			},
			Fields: []Field{{Label: "Reason", Form: Long}, {Label: "Merged (UTC)", Form: Short}},
		},
	}
	return Section{ID: "remote-" + p.name, Number: n, Title: fmt.Sprintf("%s in %s", p.name, p.location), Blocks: []Block{
		{Text: s.remoteTexts(p)},
		{Items: number(n, items)},
		{SignOffs: []SignOff{{Who: p.name}, {Who: "witness there"}, {Who: s.lead()}}, Together: true},
	}}
}

func (s *script) remoteTexts(p person) []string {
	text := "Only if this keyholder does not come. One copy is filled in at each end."
	if p.joins != stays {
		text += " Who joins gets two requests, one at step 4 to enrol and one at step 7 to sign: a copy of this sheet for each."
	}
	return []string{text}
}

// pinItem is what the other place trusts already.
func (s *script) pinItem(p person) Item {
	if s.genesis() {
		return Item{
			Does: p.name, Checks: "witness there", Command: p.answering() + " " + p.name + ".request.json",
			Text: []string{"A genesis: there is no pin. The keyholder says over the call that they know of no earlier root of this chain."},
		}
	}
	return Item{
		Does: p.name, Checks: "witness there", Command: fmt.Sprintf("%s %s.request.json --trust %d:DIGEST", p.answering(), p.name, s.plan.Continues.Version),
		Text:   []string{"Type the pin that this keyholder holds, from their own copy: never from the request, nor from this paper."},
		Ticks:  []string{"the chain of the request was verified from that pin"},
		Fields: long("Pin: version, and from where it is held"),
		Else:   []Else{{"the pin is not the chain's", "nothing is signed: somebody was given another chain"}},
	}
}
