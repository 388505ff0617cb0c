package keyfile

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token"
)

// slot is the name of the only place for a key in a file.
const slot = "file"

// A Token is a key file. It implements [token.Token]. Each method reads the file
// anew.
type Token struct {
	dir  *os.Root
	name string // in dir
	path string // as it was given
}

var _ token.Token = (*Token)(nil)

// Open is the key file at that path. One that is none, that others can read, or
// whose public key is not beside it, is refused.
func Open(path string) (*Token, error) {
	dir, err := safefile.OpenDir(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	t := &Token{dir: dir, name: filepath.Base(path), path: path}
	if _, err := t.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("key file %s: %w", path, err), dir.Close())
	}
	return t, nil
}

// read reads the files as they are now.
func (t *Token) read() (content, error) {
	c, err := read(safefile.In(t.dir), t.name)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w (%w)", token.ErrRemoved, err)
	}
	return c, err
}

// Inspect says which key it is.
func (t *Token) Inspect(ctx context.Context) (token.Info, error) {
	if err := ctx.Err(); err != nil {
		return token.Info{}, err
	}
	c, err := t.read()
	if err != nil {
		return token.Info{}, fmt.Errorf("inspect key file %s: %w", t.path, err)
	}
	return token.Info{
		Kind: token.KeyFile, Serial: c.serial(), Reader: t.path, Slot: slot,
		Algorithm: "ed25519", SPKI: c.spki, PINPolicy: "always", TouchPolicy: "never",
		PINLeft: -1, PINTotal: -1, PUKLeft: -1, PUKTotal: -1,
		DefaultPIN: token.No, DefaultPUK: token.No, DefaultManagement: token.No,
		Extractable: token.Yes,
	}, nil
}

// serial stands for the number that a file does not have: the first 16 characters
// of its key's fingerprint.
func (c content) serial() string {
	d := sha256.Sum256(c.spki)
	return hex.EncodeToString(d[:8])
}

// Attest is always [token.ErrNoKey]: nothing can vouch for a file.
func (t *Token) Attest(context.Context) (token.Attestation, error) {
	return token.Attestation{}, fmt.Errorf("attest key file %s: %w: a file attests none", t.path, token.ErrNoKey)
}

// Open checks that this is the wanted key, and returns a session. Each of its
// signatures opens the file with the password, which takes a tenth of a second
// on purpose. onTouch is never called.
func (t *Token) Open(ctx context.Context, w token.Want, password token.Secret, _ func(token.TouchRequest)) (token.Session, error) {
	if _, err := t.wanted(w); err != nil {
		return nil, fmt.Errorf("open key file %s: %w", t.path, err)
	}
	return token.NewSession(ctx, w, password, t.sign)
}

// wanted is what the file holds now, if it is what is wanted.
func (t *Token) wanted(w token.Want) (content, error) {
	c, err := t.read()
	if err != nil {
		return c, err
	}
	return c, w.Check(c.serial(), c.spki)
}

// unlock opens the file with the password.
func (t *Token) unlock(ctx context.Context, w token.Want, password token.Secret) (ed25519.PrivateKey, error) {
	c, err := t.wanted(w)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", t.path, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	private, err := c.sealed.open(password)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", t.path, err)
	}
	if inside := private.Public().(ed25519.PublicKey); !bytes.Equal(inside, c.public) {
		clear(private)
		return nil, fmt.Errorf("key file %s: %w: what it holds is not the key of %s", t.path, other(c.spki, inside), PublicName(t.name))
	}
	return private, nil
}

// other is the mismatch between the key that stands beside a file and the one in
// it.
func other(want []byte, inside ed25519.PublicKey) error {
	got, err := token.SPKI(inside)
	if err != nil {
		return err
	}
	return token.Want{SPKI: want}.Check("", got)
}

// sign is a [token.Signer].
func (t *Token) sign(ctx context.Context, w token.Want, password token.Secret, input []byte) ([]byte, error) {
	private, err := t.unlock(ctx, w, password)
	if err != nil {
		return nil, err
	}
	defer clear(private)
	return ed25519.Sign(private, input), nil
}

// Close lets the folder go.
func (t *Token) Close() error { return t.dir.Close() }
