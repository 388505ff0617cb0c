package witness

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/blake2b"

	"github.com/rootmoot/rootmoot/root"
)

// miniParts are the four lines of a minisign signature, for tests to change.
type miniParts struct {
	untrusted      string // the whole line
	algorithm, id  string
	sig            string
	trusted        string // the whole line
	global         string
	secondAndAfter string // instead of the lines after the first, if not empty
}

// miniSign signs as minisign would, with the key of a softKey.
func miniSign(s softKey, message string, before, after func(*miniParts)) []byte {
	p := miniParts{
		untrusted: untrusted + "signature from minisign secret key", algorithm: prehashed, id: "12345678",
		trusted: trusted + "timestamp:1796078849\tfile:head.txt\thashed",
	}
	before(&p)
	signed := []byte(message)
	if p.algorithm == prehashed {
		sum := blake2b.Sum512(signed)
		signed = sum[:]
	}
	p.sig = string(ed25519.Sign(s.ed, signed))
	p.global = string(ed25519.Sign(s.ed, []byte(p.sig+strings.TrimPrefix(p.trusted, trusted))))
	after(&p)
	lines := []string{
		p.untrusted, base64.StdEncoding.EncodeToString([]byte(p.algorithm + p.id + p.sig)),
		p.trusted, base64.StdEncoding.EncodeToString([]byte(p.global)),
	}
	if p.secondAndAfter != "" {
		lines = append(lines[:1], p.secondAndAfter)
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

func miniKey(t testing.TB, s softKey) Key {
	t.Helper()
	k, err := ParseKey(base64.StdEncoding.EncodeToString([]byte(pure + "12345678" + string(s.public()))))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func unchanged(*miniParts) {}

func TestMinisign(t *testing.T) {
	s := newSoftKey(t, sshEd25519)
	k := miniKey(t, s)
	if k.Fingerprint() != "3837363534333231" {
		t.Errorf("key id %s", k.Fingerprint())
	}
	for _, algorithm := range []string{pure, prehashed} {
		sig := string(miniSign(s, message, func(p *miniParts) { p.algorithm = algorithm }, unchanged))
		for name, text := range map[string]string{
			"as minisign writes it":    sig,
			"without a last line feed": strings.TrimSuffix(sig, "\n"),
			"from Windows":             strings.ReplaceAll(sig, "\n", "\r\n"),
			"other untrusted comment":  strings.Replace(sig, "secret key", "\x1b[2J", 1),
		} {
			if err := k.Verify([]byte(message), []byte(text)); err != nil {
				t.Errorf("%s, %s: %v", algorithm, name, err)
			}
		}
		if err := k.Verify([]byte(message+" "), []byte(sig)); !errors.Is(err, root.ErrSignature) {
			t.Errorf("%s: another message: %v", algorithm, err)
		}
		if err := miniKey(t, newSoftKey(t, sshEd25519)).Verify([]byte(message), []byte(sig)); !errors.Is(err, root.ErrSignature) {
			t.Errorf("%s: another key of the same id: %v", algorithm, err)
		}
	}
}

func TestMinisignRefused(t *testing.T) {
	const prefix, lines, body = "witness's signature: ", "not a signature of minisign: want four lines", "not a signature of minisign: want base64"
	other := newSoftKey(t, sshEd25519)
	tests := []struct {
		name          string
		before, after func(*miniParts)
		want          string
	}{
		{"untrusted comment alone", unchanged, func(p *miniParts) { p.secondAndAfter = "RUQ=" }, lines},
		{"no untrusted comment", unchanged, func(p *miniParts) { p.untrusted = "comment: x" }, lines},
		{"no trusted comment", unchanged, func(p *miniParts) { p.trusted = "comment: x" }, lines},
		{"a line more", unchanged, func(p *miniParts) { p.untrusted += "\nx" }, lines},
		{"an empty line more", unchanged, func(p *miniParts) { p.trusted = "\n" + p.trusted }, lines},
		{"no base64", unchanged, func(p *miniParts) { p.secondAndAfter = "?\n" + trusted + "x\n?" }, body},
		{"signature cut", unchanged, func(p *miniParts) { p.sig = p.sig[:63] }, body},
		{"signature too long", unchanged, func(p *miniParts) { p.sig += "x" }, body},
		{"second signature cut", unchanged, func(p *miniParts) { p.global = p.global[:63] }, body},
		{"second signature empty", unchanged, func(p *miniParts) { p.global = "" }, body},
		{"another key's id", unchanged, func(p *miniParts) { p.id = "87654321" }, "made with another key (3132333435363738) than the plan's (3837363534333231)"},
		{"unknown algorithm", func(p *miniParts) { p.algorithm = "Xd" }, unchanged, `of algorithm "Xd": want Ed or ED`},
		{"said to be prehashed", func(p *miniParts) { p.algorithm = pure }, func(p *miniParts) { p.algorithm = prehashed }, "signature does not verify"},
		{"said not to be prehashed", unchanged, func(p *miniParts) { p.algorithm = pure }, "signature does not verify"},
		{"trusted comment changed", unchanged, func(p *miniParts) { p.trusted += "!" }, "its trusted comment was changed: signature does not verify"},
		{"trusted comment emptied", unchanged, func(p *miniParts) { p.trusted = trusted }, "its trusted comment was changed"},
		{"second signature by another", unchanged, func(p *miniParts) {
			p.global = string(ed25519.Sign(other.ed, []byte(p.sig+strings.TrimPrefix(p.trusted, trusted))))
		}, "its trusted comment was changed"},
		{"second signature over the comment alone", unchanged, func(p *miniParts) { p.global = p.sig }, "its trusted comment was changed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSoftKey(t, sshEd25519)
			err := miniKey(t, s).Verify([]byte(message), miniSign(s, message, tt.before, tt.after))
			if err == nil || !strings.HasPrefix(err.Error(), prefix+tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// The tool is the key's: a signature of the other one is said to be that.
func TestOtherTool(t *testing.T) {
	s := newSoftKey(t, sshEd25519)
	ssh, mini := s.sign(message, nothing, nothing), miniSign(s, message, unchanged, unchanged)
	if err := miniKey(t, s).Verify([]byte(message), ssh); err == nil || !strings.Contains(err.Error(), "made by ssh-keygen, and the plan has a key of minisign") {
		t.Error(err)
	}
	if err := s.key(t).Verify([]byte(message), mini); err == nil || !strings.Contains(err.Error(), "made by minisign, and the plan has a key of ssh-keygen") {
		t.Error(err)
	}
	if err := miniKey(t, s).Verify([]byte(message), []byte(strings.Repeat("x", MaxSignature+1))); err == nil || !strings.Contains(err.Error(), "16385 bytes, of at most 16384") {
		t.Error(err)
	}
}
