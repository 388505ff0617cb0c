package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/keyfile"
	"github.com/rootmoot/rootmoot/internal/token/piv"
	"github.com/rootmoot/rootmoot/internal/token/pkcs11"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// A rack is where the tokens of one command come from.
type rack struct {
	rehearsal bool
	files     bool          // key files are wanted
	bundle    attest.Bundle // whose attestations are taken
	drivers   []driver
	modules   []io.Closer
}

// A driver finds the tokens of one kind that are there now.
type driver func(context.Context) ([]token.Token, error)

// fill opens the drivers: that of the rehearsal's folder in a rehearsal, that
// of smart cards and those of HSMs if they are asked for.
func (r *rack) fill(d drivers, cards, hsms bool) (_ *rack, err error) {
	if r.bundle, err = d.bundle(r.rehearsal); err != nil {
		return nil, err
	}
	if r.rehearsal {
		r.drivers = append(r.drivers, folder(d.rehearsal))
	}
	if cards {
		r.drivers = append(r.drivers, piv.NewLister().List)
	}
	if r.files && len(d.keyFiles) == 0 {
		r.drivers = append(r.drivers, noKeyFile)
	}
	for _, path := range d.keyFiles {
		r.drivers = append(r.drivers, keyFile(path))
	}
	if hsms && len(d.modules) == 0 {
		r.drivers = append(r.drivers, noModule)
	}
	for _, path := range d.modules {
		m, err := pkcs11.Open(path)
		if err != nil {
			r.Close()
			return nil, ofToken(err)
		}
		r.drivers, r.modules = append(r.drivers, m.Tokens), append(r.modules, m)
	}
	return r, nil
}

// folder finds the tokens of a rehearsal.
func folder(dir string) driver {
	return func(ctx context.Context) ([]token.Token, error) {
		tokens, err := rehearse.Tokens(dir)(ctx)
		if err != nil {
			err = fmt.Errorf("--tokens %s: %w", dir, err)
		}
		return tokens, err
	}
}

// keyFile is the one token that an encrypted key file is.
func keyFile(path string) driver {
	return func(context.Context) ([]token.Token, error) {
		t, err := keyfile.Open(path)
		if err != nil {
			return nil, err
		}
		return []token.Token{t}, nil
	}
}

// noKeyFile stands in for key files where nobody said which.
func noKeyFile(context.Context) ([]token.Token, error) {
	return nil, errors.New("no key file is named: give its path with --key-file")
}

// noModule stands in for HSMs where nobody said how to reach them.
func noModule(context.Context) ([]token.Token, error) {
	return nil, errors.New("no PKCS#11 module is named: give its path with --pkcs11-module, or in " + localFile)
}

// Close lets the modules go. The tokens are closed by then.
func (r *rack) Close() {
	for _, m := range r.modules {
		m.Close() //nolint:errcheck // nothing was written through it that is not read back
	}
}

// list is all tokens that are there. A driver that fails stands in the list as a
// token that does not answer, so that nothing is silently not there; if all
// fail, that is the error.
func (r *rack) list(ctx context.Context) ([]token.Token, error) {
	var out, silent []token.Token
	var failed []error
	for _, find := range r.drivers {
		tokens, err := find(ctx)
		if err != nil {
			silent, failed = append(silent, mute{err}), append(failed, err)
		}
		out = append(out, tokens...)
	}
	if len(failed) == len(r.drivers) {
		return nil, errors.Join(failed...)
	}
	return append(out, silent...), nil
}

// check looks once, so that what cannot work is told before anything begins. A
// service that is not there yet may still be started: that is only said.
func (r *rack) check(ctx context.Context, say io.Writer) error {
	tokens, err := r.list(ctx)
	closeAll(tokens)
	switch {
	case err == nil || ctx.Err() != nil:
		return ctx.Err()
	case r.rehearsal || errors.Is(err, token.ErrNoDriver):
		return ofToken(err)
	}
	fmt.Fprintf(say, "note: no token is there now: %v\n", err)
	return nil
}

func closeAll(tokens []token.Token) {
	for _, t := range tokens {
		t.Close() //nolint:errcheck // they were only looked at
	}
}

// A mute is a token that does not answer: whatever a driver that failed could
// have found.
type mute struct{ why error }

var _ token.Token = mute{}

func (m mute) Inspect(context.Context) (token.Info, error) { return token.Info{}, m.why }

func (m mute) Attest(context.Context) (token.Attestation, error) { return token.Attestation{}, m.why }

func (m mute) Open(context.Context, token.Want, token.Secret, func(token.TouchRequest)) (token.Session, error) {
	return nil, m.why
}

func (m mute) Close() error { return nil }

// ofToken gives what a token or its driver answered its exit code: that the
// token refuses is an answer, that it does not work is none.
func ofToken(err error) error {
	var wrong *token.WrongPINError
	var other *token.MismatchError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, token.ErrNoDriver):
		return &verbs.Error{
			Code: verbs.Unread, Err: err,
			Hint: "built without cgo this program lacks smart cards over PC/SC and HSMs over PKCS#11; plans, rehearsals and verifying work",
		}
	case errors.As(err, &wrong), errors.As(err, &other), isAny(err, token.ErrBlocked, token.ErrPUKBlocked,
		token.ErrManagement, token.ErrWeak, token.ErrBadSignature, token.ErrNotEmpty, token.ErrNoKey, token.ErrUnknownKey, token.ErrOld, token.ErrExtractable):
		return &verbs.Error{Code: verbs.No, Err: err}
	}
	return &verbs.Error{Code: verbs.Unread, Err: err}
}

func isAny(err error, targets ...error) bool {
	for _, t := range targets {
		if errors.Is(err, t) {
			return true
		}
	}
	return false
}
