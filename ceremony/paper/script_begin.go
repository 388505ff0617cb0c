package paper

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
)

// open: the plan, and who is here.
func (s *script) open(out *Section) {
	mode := strings.ToUpper(string(s.plan.Mode))
	here := Item{
		Does: s.checker(), Checks: s.lead(),
		Text:    []string{"The witness signs in. Without one, the guide goes on only after that was recorded."},
		Choices: []string{"a witness is here and signed in", "none: \u201cgo on without a witness: an exception is recorded\u201d, and sheet E"},
	}
	items := []Item{
		{
			Does: s.lead(), Checks: s.checker(), Command: s.opening(),
			Text:  []string{"Start the program. " + s.trustHint()},
			Ticks: []string{"the head of the screen says " + mode},
			Else:  []Else{{"the head says anything else", "leave (q, then y), exception sheet: it is another plan"}},
		},
		{
			Does: s.lead(), Checks: "everybody",
			Text:   []string{"Read out what the screen says of the plan. Everybody compares it with page 1 of their copy."},
			Ticks:  []string{"plan", "purpose and mode", "format", "continues: version and digest, in full", "deadline"},
			Fields: long("Attempt, 16 characters, as on the screen"),
			Else:   []Else{{"any of it differs", "stop: somebody has another plan"}},
		},
		{
			Does: "everybody", Checks: s.checker(),
			Text:   []string{"One after the other: choose \u201csign in\u201d with the name that the plan has, and say who you are. Sign the list of who takes part."},
			Ticks:  []string{"who is here stands on the screen as \u201chere\u201d, and on paper with name and initials"},
			Fields: long("Who is missing"),
		},
	}
	if s.wantsWitness() {
		items = append(items, here)
	}
	items = append(items,
		Item{
			Does: s.lead(),
			Text: []string{"Say what holds for everybody."},
			Say:  "You sign only what you understood; to refuse, with a reason, is an answer. What you type, read from the screen. Whatever is not as it should be is written down when it happens. Nothing is lost by stopping: we can leave, ask, and come back. Who leaves the room or enters it is written down.",
		},
		s.goOn("everybody who is coming is here: go on"),
	)
	out.Title, out.Blocks = "Open: the plan, and who is here", []Block{{Items: number(out.Number, items)}}
}

// opening is the command that begins the sitting.
func (s *script) opening() string {
	cmd := "rootmoot open PLAN"
	if !s.genesis() {
		cmd += fmt.Sprintf(" --trust %d:DIGEST --chain DIR", s.plan.Continues.Version)
	}
	if s.kind(s.those(holdsToken), plan.RehearsalToken) > 0 {
		cmd += " --tokens DIR"
	}
	if s.kind(s.those(holdsToken), plan.PKCS11Token) > 0 {
		cmd += " --pkcs11-module FILE"
	}
	return cmd
}

func (s *script) trustHint() string {
	if s.genesis() {
		return "The same command resumes the sitting after a break, at the same step."
	}
	return "DIGEST is the pin that this place brought, in full. After a break the same command, without it, resumes the sitting at the same step."
}

// goOn is the item that ends a step.
func (s *script) goOn(label string) Item {
	return Item{Does: s.lead(), Checks: s.checker(), Text: []string{"End the step."}, Choose: []string{label}}
}

// room: is this machine fit, and does its clock go right?
func (s *script) room(out *Section) {
	findings := Item{
		Does: s.lead(), Checks: s.checker(),
		Text:    []string{"Read out every finding. What can be mended is mended now; then choose \u201clook again\u201d."},
		Choices: []string{"all pass", "exceptions were opened, and have a sheet each"},
		Fields:  []Field{area("Findings that do not pass", 2)},
	}
	if s.plan.Mode == plan.Rehearsal {
		findings.Choices[1] = "some do not: notes, in a rehearsal"
	}
	items := []Item{
		{
			Does: s.lead(), Checks: s.checker(),
			Text:  []string{"Look at the room."},
			Ticks: []string{"the doors are closed, and nobody is here who does not stand on the list", "telephones, watches with a radio and cameras that are not part of this lie outside", "nothing is plugged into the machine that is not on the list of materials"},
		},
		{
			Does: s.lead(), Checks: s.checker(),
			Text:   []string{"Look at the machine. That a program finds no network proves little: take out cable and radio, or see that they are out."},
			Ticks:  []string{"no network cable; the radio is taken out, or the machine has none", "it runs from a medium or disk that only this ceremony uses, and without swap"},
			Fields: long("Machine: make, serial number", "Started from: medium, SHA-256 or its words", "Where its randomness comes from"),
		},
		{
			Does: s.checker(), Checks: s.lead(),
			Text:    []string{"On the other machine, with another tool, compute the SHA-256 of the program from the same medium, and compare all of it with page 1. What the program says of itself finds mix-ups only: a false one lies."},
			Command: "sha256sum rootmoot",
			Choices: s.programChoices(),
			Words:   s.programWords(),
			Else:    []Else{{"it differs", "stop, and find out why before anybody types a PIN"}},
		},
		{
			Does: s.lead(), Checks: "everybody",
			Text:   []string{"Compare the clocks: type what the outside clock shows, in UTC, with its date. The machine is then looked at."},
			Choose: []string{"compare the clocks and look at the machine"},
			Fields: short("Outside clock", "Machine", "Seconds apart"),
			Else:   []Else{{"they are more than two minutes apart", "set the machine's clock, look again, exception sheet"}},
		},
		findings,
		{
			Does: s.lead(), Checks: s.checker(),
			Text:    []string{"By whose CAs are attestations judged? The screen says it."},
			Choices: []string{"by those that came with the program", "by those of a file, which is an exception: compare its SHA-256 with what the maker of the tokens published", "by nobody's: the plan has no token that attests"},
		},
		s.goOn("these findings are true: go on"),
	}
	out.Title, out.Blocks = "Room and machine", []Block{{Items: number(out.Number, items)}}
}

func (s *script) programChoices() []string {
	if len(s.plan.Tool.SHA256) == 0 {
		return nil
	}
	return []string{"the same as in the plan, in all 64 digits", "it differs"}
}

// programWords is where the digest of the program is written if the plan has
// none.
func (s *script) programWords() []Words {
	if len(s.plan.Tool.SHA256) > 0 {
		return nil
	}
	return []Words{inHex("SHA-256 of the program, as the other tool shows it")}
}

// trustedRoot: the root that this one continues.
func (s *script) trustedRoot(out *Section) {
	out.Title = "Trusted root"
	if s.genesis() {
		out.Blocks = []Block{{Items: number(out.Number, []Item{
			{
				Does: "keyholders", Checks: s.checker(),
				Text: []string{"This is a genesis: there is no root before it, and nobody vouches for it but its own keyholders. Each keyholder says aloud that they know of no earlier root of this chain."},
				Else: []Else{{"somebody knows of one", "stop: the plan has to continue it"}},
			},
			s.goOn("yes, this is to be the first root: go on"),
		})}}
		return
	}
	out.Blocks = []Block{{Items: number(out.Number, []Item{
		{
			Does: "everybody", Checks: s.checker(),
			Text:  []string{"Whoever brought a pin reads it aloud from their own copy, version and all of the digest; the others compare it with the screen and with the words here."},
			Words: []Words{spoken(fmt.Sprintf("Digest of version %d, as the plan has it", s.plan.Continues.Version), s.continues())},
			Ticks: []string{"screen, pins and paper have the same version and the same 32 words"},
			Else:  []Else{{"one word differs", "stop: somebody was given another chain. Nobody signs anything"}},
		},
		{
			Does: s.lead(), Checks: "everybody",
			Text:   []string{"Read out what the screen says of this root: its expiry, its threshold, and the keys of its root role."},
			Fields: short("Expires", "Threshold", "Keys"),
			Ticks:  []string{"each of its keys stands in the list of keys, with the same fingerprint"},
		},
		s.words3("it is the root that we trust"),
	})}}
}

// words3 is an act that is confirmed with three words of a digest.
func (s *script) words3(label string) Item {
	it := Item{
		Does: s.lead(), Checks: s.checker(),
		Text:   []string{"Type the three words that the guide asks for."},
		Choose: []string{label},
		Fields: half("Numbers of the words"),
	}
	if s.wantsWitness() {
		it.Text = []string{"Type the three words that the guide asks for; the witness, if one is here, types three others."}
		it.Fields = half("Words asked of the lead", "of the witness")
	}
	return it
}
