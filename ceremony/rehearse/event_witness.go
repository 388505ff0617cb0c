package rehearse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// sshKeygen is the witness's tool. They have it, or a rehearsal of this needs it.
const sshKeygen = "ssh-keygen"

// MakesKey is a witness who makes a key with a tool of their own. The public
// key lies beside it, as File.pub.
type MakesKey struct{ File string }

// Happen makes the key.
func (m MakesKey) Happen(ctx context.Context, r *Rehearsal) (string, error) {
	args := []string{"-q", "-t", "ed25519", "-N", "", "-C", auditor, "-f", m.File}
	if !r.exists(m.File) {
		if err := os.MkdirAll(filepath.Dir(r.path(m.File)), 0o755); err != nil {
			return "", fmt.Errorf("rehearsal: %w", err)
		}
		if err := r.tool(ctx, args...); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s makes a key: %s %s", auditor, sshKeygen, strings.Join([]string{"-t", "ed25519", "-f", m.File}, " ")), nil
}

// SignsHead is a witness who signs the head that a sitting has written out, on
// a machine of their own.
type SignsHead struct{ Sitting, Key, To string }

// Happen signs it with ssh-keygen, and brings the signature to To.
func (s SignsHead) Happen(ctx context.Context, r *Rehearsal) (string, error) {
	heads, err := filepath.Glob(r.path(s.Sitting + "/head-*.txt"))
	if err != nil || len(heads) == 0 {
		return "", errors.Join(fmt.Errorf("rehearsal: no head was written in %s: have it written at the break", s.Sitting), err)
	}
	head := s.Sitting + "/" + filepath.Base(heads[len(heads)-1])
	if err := os.Remove(r.path(head + ".sig")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("rehearsal: %w", err)
	}
	args := []string{"-Y", "sign", "-n", "rootmoot", "-f", s.Key, head}
	if err := r.tool(ctx, args...); err != nil {
		return "", err
	}
	signature, err := safefile.ReadPath(r.path(head+".sig"), maxPlan)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s signs: %s %s; the signature comes back as %s", auditor, sshKeygen, strings.Join(args, " "), s.To), r.put(s.To, signature)
}

// tool runs ssh-keygen in the rehearsal's folder.
func (r *Rehearsal) tool(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, sshKeygen, args...)
	c.Dir = r.Dir
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	err := c.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("rehearsal: this scenario wants %s, which is not installed: install openssh-client", sshKeygen)
	}
	if err != nil {
		return fmt.Errorf("rehearsal: %s %s: %w\n%s", sshKeygen, strings.Join(args, " "), err, said.Bytes())
	}
	return nil
}
