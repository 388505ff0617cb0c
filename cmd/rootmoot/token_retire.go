package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// retiring are the flags of token retire.
type retiring struct {
	choice
	trust, record string
}

// tokenRetire is the verb that destroys a token's key.
func tokenRetire(now func() time.Time) *cobra.Command {
	o := retiring{}
	cmd := &cobra.Command{
		Use:   "retire (SERIAL | --plan PLAN NAME)",
		Short: "Destroy a token's key, and prove its slot empty",
		Long: `Destroy the key and the certificate in the slot that signs, look again, and
write down what was seen. There is no way back and no copy: retire a token when
a root without its key has been published. Give that root with --trust. If the
key stands in it, or in the next root of --plan, then what its loss would mean
for each threshold is said before, and a phrase that names the key has to be
typed, else one with the serial number. Then the management key is asked for, or
the PIN if the token keeps that key behind it. Both are read from the terminal
only.

Firmware from 5.7 on deletes a key. Older firmware cannot: there the key is
overwritten by a new one that nobody has used, and the record says so. HSMs are
emptied with their makers' tools.`,
		Example: `  rootmoot token retire 21334982 --trust 4.root.json \
    --record 21334982-retired.json

  # the stand-in of a keyholder's token, in a rehearsal
  rootmoot token retire --plan out/rehearsal/2-rotate.yaml fukuoka \
    --tokens out/rehearsal/tokens`,
		Args: verbs.Arguments("SERIAL|NAME"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0], now) },
	}
	o.flags(cmd.Flags())
	cmd.Flags().StringVar(&o.trust, "trust", "", "`FILE` of the newest root: a token whose key stands in it is in use")
	cmd.Flags().StringVar(&o.record, "record", "", "new `FILE` for the record, as JSON (docs/token.schema.json)")
	return cmd
}

func (o retiring) run(cmd *cobra.Command, arg string, now func() time.Time) error {
	if err := unwritten("--record", o.record); err != nil {
		return err
	}
	var t verify.Trusted
	if o.trust != "" {
		var err error
		if t, err = trustedRoot(o.trust, now()); err != nil {
			return err
		}
	}
	w, r, err := o.open(cmd, arg)
	if err != nil {
		return err
	}
	defer r.Close()
	console, err := openConsole(cmd, r.rehearsal)
	if err != nil {
		return err
	}
	defer console.Close()
	tellSwap(cmd.ErrOrStderr(), now)
	ctx := cmd.Context()
	s, err := r.find(ctx, w)
	if err != nil {
		return err
	}
	defer s.Close()
	l := listings(s.Info, t, o.trust, w)
	done, err := retire(ctx, console, s, l)
	if err != nil {
		return err
	}
	done.At, done.Tool, done.Participant = root.FormatTime(now().UTC()), verbs.Version(), w.Participant
	if _, err := io.WriteString(cmd.OutOrStdout(), done.text(l)); err != nil || o.record == "" {
		return err
	}
	text, err := verbs.JSON(done)
	if err != nil {
		return err
	}
	return createFile("--record", o.record, text)
}

// unwritten refuses what could only fail when everything has happened.
func unwritten(flag, path string) error {
	if path == "" {
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s %s: exists, and is never overwritten", flag, path), Hint: "name a new file"}
	}
	return nil
}

// A retiredJSON is the record of a key that was destroyed
// (docs/token.schema.json).
type retiredJSON struct {
	Schema      string   `json:"schema"` // rootmoot/token-retired/v1
	Kind        string   `json:"kind"`
	Serial      string   `json:"serial"`
	Firmware    string   `json:"firmware"`
	Participant string   `json:"participant,omitempty"` // by the plan, if one was given
	Slot        string   `json:"slot"`
	Algorithm   string   `json:"algorithm,omitempty"`
	Fingerprint string   `json:"fingerprint,omitempty"` // of the key that was destroyed
	Overwritten bool     `json:"overwritten"`           // the firmware cannot delete
	Seen        []string `json:"seen"`                  // afterwards
	At          string   `json:"at"`
	Tool        string   `json:"tool"`
}

func (r *retiredJSON) text(l listing) string {
	return fmt.Sprintf("retired    slot %s of token %s\n           %s\nseen       %s\nnext       %s\n",
		r.Slot, r.Serial, orNone(r.Fingerprint), strings.Join(r.Seen, "; "),
		visible.Line(l.next()))
}

// retire has the keyholder confirm, destroys the key and looks again.
func retire(ctx context.Context, c console, s sitting.Seen, l listing) (*retiredJSON, error) {
	p, ok := s.Token.(token.Provisionable)
	switch {
	case !ok:
		return nil, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("token %s: an HSM is emptied with its maker's tool", s.Info.Serial)}
	case !s.Info.Occupied() && s.Info.Certificate == nil:
		return nil, &verbs.Error{Code: verbs.No, Err: fmt.Errorf("token %s: slot %s is empty: there is nothing to retire", s.Info.Serial, s.Info.Slot)}
	}
	t := describeToken(s.Info)
	fmt.Fprintf(c, "%sThis destroys the key in slot %s for good. No copy of it exists.\n%s", t.text(), t.Slot, l.text())
	if err := confirm(ctx, c, l.phrase(s.Info)); err != nil {
		return nil, err
	}
	access, err := askAccess(ctx, c, s.Info)
	if err != nil {
		return nil, err
	}
	defer access.PIN.Wipe()
	defer access.Management.Wipe()
	if err := p.Provisioner(s.Info.Serial).Retire(ctx, access); err != nil {
		return nil, ofToken(err)
	}
	out := &retiredJSON{
		Schema: "rootmoot/token-retired/v1", Kind: t.Kind, Serial: t.Serial, Firmware: t.Firmware, Slot: t.Slot,
		Algorithm: s.Info.Algorithm, Fingerprint: fingerprint(s.Info.SPKI),
	}
	return out, out.look(ctx, s)
}

// look proves the slot empty, by what the token now says.
func (r *retiredJSON) look(ctx context.Context, s sitting.Seen) error {
	now, err := s.Inspect(ctx)
	if err != nil {
		return ofToken(fmt.Errorf("look at the token again: %w", err))
	}
	_, err = s.Attest(ctx)
	switch {
	case now.Serial != s.Info.Serial:
		return ofToken(&token.MismatchError{What: token.WhatSerial, Want: s.Info.Serial, Got: now.Serial})
	case now.Certificate != nil, now.Occupied() && bytes.Equal(now.SPKI, s.Info.SPKI):
		return ofToken(fmt.Errorf("token %s, slot %s: %w", now.Serial, now.Slot, token.ErrNotEmpty))
	case now.Occupied():
		r.Overwritten = true
		r.Seen = []string{"another key lies in the slot: " + fingerprint(now.SPKI), "no certificate"}
	case errors.Is(err, token.ErrNoKey):
		r.Seen = []string{"no key in the slot", "nothing to attest", "no certificate"}
	case err != nil:
		return ofToken(fmt.Errorf("have the token attest the empty slot: %w", err))
	default:
		return ofToken(fmt.Errorf("token %s still attests slot %s: %w", now.Serial, now.Slot, token.ErrNotEmpty))
	}
	return nil
}

// confirm wants a phrase to be typed exactly.
func confirm(ctx context.Context, c console, phrase string) error {
	typed, err := c.ReadLine(ctx, fmt.Sprintf("To do it, type %q: ", phrase))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if strings.TrimSpace(typed) != phrase {
		return &verbs.Error{Code: verbs.No, Err: fmt.Errorf("%q was not typed: nothing was done", phrase)}
	}
	return nil
}

// askAccess asks for what writing to the token wants: the management key, the
// PIN if the token keeps that key behind it, and nothing if it is the factory's.
func askAccess(ctx context.Context, c console, i token.Info) (token.Access, error) {
	switch {
	case i.ManagementProtected && i.PINLeft == 0:
		return token.Access{}, ofToken(fmt.Errorf("token %s: %w", i.Serial, token.ErrBlocked))
	case i.ManagementProtected:
		if i.PINLeft == 1 {
			if err := confirm(ctx, c, "last try"); err != nil {
				return token.Access{}, err
			}
		}
		pin, err := askSecret(ctx, c, fmt.Sprintf("PIN of token %s (%s): ", i.Serial, secretJSON{i.PINLeft, i.PINTotal, i.DefaultPIN}.text()))
		return token.Access{PIN: pin}, err
	case i.DefaultManagement == token.Yes:
		return token.Access{}, nil
	}
	typed, err := askSecret(ctx, c, fmt.Sprintf("Management key of token %s, in hex: ", i.Serial))
	if err != nil {
		return token.Access{}, err
	}
	defer typed.Wipe()
	key, err := provision.ManagementKey(typed)
	if err != nil {
		return token.Access{}, &verbs.Error{Code: verbs.No, Err: err, Hint: "read it again, group by group; nothing was done"}
	}
	return token.Access{Management: key}, nil
}

// askSecret asks for what is not shown.
func askSecret(ctx context.Context, c console, prompt string) (token.Secret, error) {
	typed, err := c.ReadSecret(ctx, prompt)
	if errors.Is(err, io.EOF) {
		err = &verbs.Error{Code: verbs.No, Err: errors.New("nothing was typed: nothing was done")}
	}
	return token.NewSecret(typed), err
}
