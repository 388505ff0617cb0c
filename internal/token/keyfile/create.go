package keyfile

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"unicode/utf8"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token"
)

// MinPassword and MaxPassword bound the password of a new key file, in characters
// and in bytes. Whoever has the file tries passwords at their own machines, some
// ten a second on each core: twelve characters that nobody can guess are out of
// their reach.
const (
	MinPassword = 12
	MaxPassword = 1024
)

// CheckPassword refuses a password for a new key file that is too short, or that
// may not be typed again.
func CheckPassword(password token.Secret) error {
	b := password.Bytes()
	var seen [256]bool
	different := 0
	for _, c := range b {
		if !seen[c] {
			seen[c], different = true, different+1
		}
	}
	switch {
	case utf8.RuneCount(b) < MinPassword:
		return fmt.Errorf("the password has fewer than %d characters: take some words that nobody would guess", MinPassword)
	case len(b) > MaxPassword:
		return fmt.Errorf("the password has more than %d bytes", MaxPassword)
	case !utf8.Valid(b) || bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return errors.New("the password has a character that cannot be typed everywhere")
	case different < 5:
		return errors.New("the password has fewer than five different characters")
	}
	return nil
}

// Create makes a new Ed25519 key and writes it to a key file at that path, for
// its owner only, and its public key beside it. Neither file may be there. What
// was written is read back and opened before Create returns.
func Create(ctx context.Context, path string, password token.Secret) (ed25519.PublicKey, error) {
	if err := CheckPassword(password); err != nil {
		return nil, err
	}
	root, err := safefile.OpenDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	dir, name := safefile.In(root), filepath.Base(path)
	if err := Free(dir, name); err != nil {
		return nil, err
	}
	public, private, err := ed25519.GenerateKey(nil) // the system's randomness
	if err != nil {
		return nil, err
	}
	defer clear(private)
	if err := write(dir, name, private, password); err != nil {
		return nil, err
	}
	return public, opens(ctx, path, public, password)
}

// Free reports whether both names are free for a new key: nil, or which is not.
func Free(dir safefile.Dir, name string) error {
	for _, n := range []string{name, PublicName(name)} {
		switch _, err := dir.Lstat(n); {
		case err == nil:
			return fmt.Errorf("%s: %w: a key is never written over another file; take another name", n, fs.ErrExist)
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("%s: %w", n, err)
		}
	}
	return nil
}

// write writes the public key first: should that be all, nothing is lost, and no
// secret lies about whose key nobody knows.
func write(dir safefile.Dir, name string, private ed25519.PrivateKey, password token.Secret) error {
	spki, err := token.SPKI(private.Public())
	if err != nil {
		return err
	}
	raw, err := seal(private, password)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := safefile.Create(dir, PublicName(name), pem.EncodeToMemory(&pem.Block{Type: publicType, Bytes: spki}), 0o644); err != nil {
		return err
	}
	return safefile.Create(dir, name, pem.EncodeToMemory(&pem.Block{Type: sigstoreType, Bytes: raw}), 0o600)
}

// opens sees that a key file opens with its password.
func opens(ctx context.Context, path string, public ed25519.PublicKey, password token.Secret) error {
	t, err := Open(path)
	if err != nil {
		return err
	}
	defer t.Close()
	info, err := t.Inspect(ctx)
	if err != nil {
		return err
	}
	k, err := t.Unlock(ctx, token.Want{Serial: info.Serial, SPKI: info.SPKI}, password)
	if err != nil {
		return err
	}
	defer k.Close()
	if !bytes.Equal(k.public, public) {
		return fmt.Errorf("%s: another key came back than was written: do not use it", path)
	}
	return nil
}
