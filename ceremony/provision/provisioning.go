package provision

import (
	"context"
	"strings"
	"sync"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/verify"
)

// The acts. Which of them are allowed now, the view says.
const (
	ActLook           = "token-look"            // look at the token again
	ActSerial         = "token-serial"          // its serial number, as it is printed on it
	ActEmpty          = "token-empty"           // reset it, and prove that it is empty
	ActGoOn           = "token-go-on"           // with what was begun before
	ActTries          = "token-tries"           // set how many tries PIN and PUK have
	ActPIN            = "token-pin"             // a new PIN
	ActPUK            = "token-puk"             // a new PUK
	ActMakeManagement = "token-make-management" // make a management key and show it
	ActManagement     = "token-management"      // set it
	ActTypeManagement = "token-type-management" // type the one that was sealed
	ActKey            = "token-key"             // make the key
	ActAttest         = "token-attest"          // have the token attest it
	ActCertificate    = "token-certificate"     // store the attestation as certificate
	ActReadBack       = "token-read-back"       // read everything back
)

// A Provisioning makes one token ready. It is a [sitting.Engine].
type Provisioning struct {
	cfg  Config
	want Options

	mu      sync.Mutex // one act at a time
	info    token.Info // as last read
	there   bool       // the token answered when it was last looked at
	trouble error      // else why it did not: a *sitting.Refusal
	notice  string     // what a token that is back says of itself

	// What was answered and found out in this run.
	typed   bool // the serial number, by somebody who holds the token
	emptied bool // reset, and proven empty
	goOn    bool // what was begun before is gone on with
	wrote   bool // anything

	pin        token.Secret // the token's, once it has taken it
	trying     token.Secret // a PIN of which it is not known yet whether it has
	management token.Secret // the token's, once it has taken it, or as it was typed
	setting    token.Secret // one of which that is not known yet
	stale      bool         // the one that the token keeps turned out not to be its own
	fresh      token.Secret // one that is on the screen, to be set
	groups     []string     // as it is shown

	attestation token.Attestation // of the key with attested as SPKI
	attested    []byte
	judged      []verify.Check // what is to be thought of it
	proven      bool
	checks      []sitting.CheckLine // of the last reading back
	record      *Record             // once all is done

	viewing sync.Mutex
	view    sitting.View
}

var _ sitting.Engine = (*Provisioning)(nil)

// New begins, by looking at the token; nothing is written. A token that does not
// answer is no error: the view says what to do.
func New(ctx context.Context, cfg Config) (*Provisioning, error) {
	want, err := cfg.options()
	if err != nil {
		return nil, err
	}
	p := &Provisioning{cfg: cfg, want: want}
	p.trouble = p.look(ctx)
	p.refresh()
	return p, nil
}

// Close wipes what secrets the run still knows, and shows none any more. The
// token is the caller's.
func (p *Provisioning) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget()
	p.refresh()
	return nil
}

// forget wipes every secret.
func (p *Provisioning) forget() {
	for _, s := range []token.Secret{p.pin, p.trying, p.management, p.setting, p.fresh} {
		s.Wipe()
	}
	p.groups = nil
}

// View is what there is to see now.
func (p *Provisioning) View() sitting.View {
	p.viewing.Lock()
	defer p.viewing.Unlock()
	v := p.view
	v.Now = p.cfg.Now().UTC()
	return v
}

// Check judges one field of an act that is being filled in, as Do would.
func (p *Provisioning) Check(a sitting.Act, field string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	o, err := p.View().Taken(a)
	if err != nil {
		return err
	}
	f, err := o.Asked(field)
	if err != nil {
		return err
	}
	return p.fills(a, f)
}

// Do carries out an act that the view offers. An error is a *[sitting.Refusal].
func (p *Provisioning) Do(ctx context.Context, a sitting.Act, say func(sitting.Progress)) error {
	defer a.Wipe()
	if say == nil {
		say = func(sitting.Progress) {}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	o, err := p.View().Taken(a)
	if err != nil {
		return err
	}
	if err := o.Fits(a, func(f sitting.Field) error { return p.fills(a, f) }); err != nil {
		return err
	}
	err = p.carryOut(ctx, a, say)
	p.refresh()
	return err
}

func (p *Provisioning) carryOut(ctx context.Context, a sitting.Act, say func(sitting.Progress)) error {
	switch a.ID {
	case ActLook:
		return p.look(ctx)
	case ActEmpty:
		return p.empty(ctx, say)
	case ActTypeManagement:
		return p.typeManagement(a)
	}
	return steps()[p.current()].do(ctx, p, a, say)
}

// fills judges what was typed into a field: its form, and then what it says.
func (p *Provisioning) fills(a sitting.Act, f sitting.Field) error {
	if err := a.Fills(f); err != nil {
		return err
	}
	switch f.Name {
	case fieldSerial:
		return p.fillsSerial(a)
	case fieldNewPIN:
		return p.fillsNewPIN(a)
	case fieldNewPUK:
		return p.fillsNewPUK(a)
	case fieldManagement:
		return fillsManagement(a)
	}
	if strings.HasPrefix(f.Name, fieldGroups) {
		return p.fillsGroups(a, f)
	}
	return nil
}

// pass tells of something that went as it should.
func pass(say func(sitting.Progress), format string, args ...any) {
	say(sitting.Progress{Kind: sitting.Passed, Text: safe(format, args...)})
}

// tell tells of checks, whatever came of them.
func tell(say func(sitting.Progress), checks []sitting.CheckLine) {
	for _, c := range checks {
		kind := map[sitting.Mark]sitting.ProgressKind{sitting.MarkPass: sitting.Passed, sitting.MarkFail: sitting.Failed}[c.Mark]
		if kind == "" {
			kind = sitting.Noted
		}
		say(sitting.Progress{Kind: kind, Text: c.Text})
	}
}
