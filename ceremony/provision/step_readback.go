package provision

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// readBack: everything is read once more, and compared with what was wanted.
type readBack struct{}

func (readBack) id() string { return "token-read-back" }

func (readBack) title() string { return "Read back" }

func (readBack) short() string { return "Read back" }

func (readBack) show(p *Provisioning, v *sitting.View) {
	says := "Everything is on the token. Take it out and insert it again if you like: what is read now is what the token says without this program's help."
	if !p.wrote {
		says = "This token says that it is provisioned already. Nothing is written to it; it is read, and judged by what is wanted now."
	}
	v.Body = []sitting.Block{text(says), p.tokenBlock()}
	if p.checks != nil {
		v.Body = append(v.Body, sitting.Block{Title: "The last reading", Checks: p.checks})
	}
	v.Acts = []sitting.Offer{{ID: ActReadBack, Next: true, Label: "read everything back"}}
}

func (readBack) do(ctx context.Context, p *Provisioning, _ sitting.Act, say func(sitting.Progress)) error {
	if err := p.attest(ctx); err != nil {
		return err
	}
	p.checks = p.readBack()
	failed := ""
	for _, c := range p.checks {
		kind := map[sitting.Mark]sitting.ProgressKind{sitting.MarkPass: sitting.Passed, sitting.MarkFail: sitting.Failed}[c.Mark]
		if kind == "" {
			kind = sitting.Noted
		}
		say(sitting.Progress{Kind: kind, Text: c.Text})
		if c.Mark == sitting.MarkFail && failed == "" {
			failed = c.Text
		}
	}
	if failed != "" {
		return sitting.Refuse(sitting.BadToken, "see what the step says now; empty the token and begin again, or put it aside", "%s does not read back as it is to be: %s", p.name(), failed)
	}
	p.finish()
	return nil
}

// readBack is what there is to be said of the finished token.
func (p *Provisioning) readBack() []sitting.CheckLine {
	i := p.info
	var out []sitting.CheckLine
	add := func(ok bool, otherwise sitting.Mark, format string, args ...any) {
		mark := otherwise
		if ok {
			mark = sitting.MarkPass
		}
		out = append(out, sitting.CheckLine{Mark: mark, Text: safe(format, args...)})
	}
	for _, d := range []struct {
		what string
		is   token.Default
	}{{"PIN", i.DefaultPIN}, {"PUK", i.DefaultPUK}, {"management key", i.DefaultManagement}} {
		add(d.is == token.No, sitting.MarkFail, "the factory's %s: %s", d.what, map[token.Default]string{token.No: "gone", token.Yes: "still there"}[d.is])
	}
	add(i.ManagementProtected == p.protects(), sitting.MarkFail, "management key, wanted %s: %s", p.want.Management, p.managementLine())
	add(!p.triesDue(), sitting.MarkWarn, "tries, wanted %d and %d: PIN %d, PUK %d", p.want.Tries.PIN, p.want.Tries.PUK, i.PINTotal, i.PUKTotal)
	add(i.PINLeft == i.PINTotal && i.PUKLeft == i.PUKTotal, sitting.MarkWarn, "tries left: PIN %d, PUK %d", i.PINLeft, i.PUKLeft)
	add(len(i.Others) == 0, sitting.MarkFail, "keys in other slots: %d", len(i.Others))
	add(p.wrongKey() == "", sitting.MarkFail, "slot %s: %s", slot, p.keyLine())
	add(p.certified(), sitting.MarkFail, "the certificate in slot %s is an attestation of its key", slot)
	if p.cfg.Plan != nil {
		out = append(out, p.planned()...)
	}
	return append(out, lines(p.judged)...)
}

// planned holds the key against the plan: where it stands in it, it must be this
// participant's.
func (p *Provisioning) planned() []sitting.CheckLine {
	holder := p.holderOfKey()
	k, has := p.cfg.Plan.KeyOf(p.cfg.Participant)
	switch {
	case holder == p.cfg.Participant:
		return []sitting.CheckLine{{Mark: sitting.MarkPass, Text: safe("the plan has this key as that of %s", holder)}}
	case holder != "":
		return []sitting.CheckLine{{Mark: sitting.MarkFail, Text: safe("the key is that of %s", holder)}}
	case has:
		return []sitting.CheckLine{{Mark: sitting.MarkWarn, Text: safe("the plan has another key of %s, %s: it must be enrolled anew", p.cfg.Participant, k.Fingerprint().Short())}}
	}
	return []sitting.CheckLine{{Mark: sitting.MarkNote, Text: safe("the key is not in the plan yet: it gets there by its enrolment")}}
}

// seal: the token is ready, and what belongs to it is written down and sealed.
type seal struct{}

func (seal) id() string { return "token-seal" }

func (seal) title() string { return "Write down and seal" }

func (seal) short() string { return "Seal" }

func (seal) show(p *Provisioning, v *sitting.View) {
	r := p.record
	done := "was provisioned"
	if !p.wrote {
		done = "was provisioned already; nothing was written to it"
	}
	v.Done = true
	v.Body = []sitting.Block{
		{Text: []string{titled(p.name()) + " " + done + ". Its attestation holds."}, Rows: [][2]string{
			{"serial number", r.Serial},
			{"firmware", r.Firmware},
			{"slot", fmt.Sprintf("%s: %s, PIN %s, touch %s", r.Slot, r.Algorithm, r.PINPolicy, r.TouchPolicy)},
			{"management key", p.managementLine()},
		}},
		{Title: "Fingerprint of the key", Digest: root.Digest(p.fingerprint())},
		{Title: "By hand, now", Lines: p.byHand()},
	}
}

// do refuses: the work is over.
func (seal) do(context.Context, *Provisioning, sitting.Act, func(sitting.Progress)) error {
	return sitting.Refuse(sitting.NotDone, "leave it; there is nothing more to do here", "the provisioning is over")
}

// byHand is what is written down, sealed and said to others.
func (p *Provisioning) byHand() []string {
	out := []string{
		"label: serial number, keyholder, date; never a PIN",
		"bag:   the token alone; note the bag's number, and have it witnessed",
	}
	if p.wrote {
		out = append(out, "sheet: PIN and PUK, each on its own, each in its own envelope")
		if !p.protects() {
			out = append(out, "sheet: the management key, in its envelope, with the serial number",
				"clear: the terminal's scrollback, if this was done as lines")
		}
		out = append(out, "hand:  0 with a stroke, 1 with a foot, 7 with a bar, capitals in print")
	}
	return append(out, "next:  the key is enrolled, in the sitting or by rootmoot plan enrol")
}
