package rehearse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
)

// tokenFile is the file of a rehearsal token.
func tokenFile(folder, name string) string { return path.Join(folder, name+".token.json") }

func (r *Rehearsal) pinNow(name string) (string, error) { return rehearsal.PINOf(r.tokens(), name) }

// Loses is a token that is not where it was: lost, burnt or stolen.
type Loses struct{ Name, To string }

// Happen takes its file away.
func (l Loses) Happen(_ context.Context, r *Rehearsal) (string, error) {
	from, to := tokenFile(tokensDir, l.Name), tokenFile(l.To, l.Name)
	said := fmt.Sprintf("the token of %s is gone: its file lies in %s/", l.Name, l.To)
	if !r.exists(from) && r.exists(to) {
		return said, nil
	}
	if err := os.MkdirAll(r.path(l.To), 0o755); err != nil {
		return "", fmt.Errorf("rehearsal: %w", err)
	}
	if err := os.Rename(r.path(from), r.path(to)); err != nil {
		return "", fmt.Errorf("rehearsal: %w", err)
	}
	return said, nil
}

// Replaces is a new token of a keyholder, whose own is gone.
type Replaces struct{ Name string }

// Happen makes it.
func (n Replaces) Happen(ctx context.Context, r *Rehearsal) (string, error) {
	h, err := holderOf(n.Name)
	if err != nil {
		return "", err
	}
	h = h.again()
	if !r.exists(filepath.ToSlash(tokenFile(tokensDir, h.name))) {
		if err := r.make(ctx, h); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s has a new token: serial number %d, PIN %s", h.name, h.serial, h.pin()), nil
}

// Blocks is a PIN that was typed wrong once too often.
type Blocks struct{ Name string }

// Happen presents wrong PINs to the token until it is blocked.
func (b Blocks) Happen(ctx context.Context, r *Rehearsal) (string, error) {
	t, err := rehearsal.Open(r.tokens(), b.Name, rehearsal.Options{})
	if err != nil {
		return "", err
	}
	defer t.Close()
	info, err := t.Inspect(ctx)
	if err != nil {
		return "", err
	}
	for left := info.PINLeft; left > 0; left-- {
		wrong, fresh := token.NewSecret([]byte("000000")), token.NewSecret([]byte("314159"))
		err := t.Provisioner(info.Serial).ChangePIN(ctx, wrong, fresh)
		var no *token.WrongPINError
		if !errors.As(err, &no) && !errors.Is(err, token.ErrBlocked) {
			return "", fmt.Errorf("rehearsal: block the token of %s: %w", b.Name, err)
		}
	}
	return "the PIN of the token of " + b.Name + " is blocked: it was typed wrong too often", nil
}
