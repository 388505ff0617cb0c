package root_test

import (
	"bytes"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// asOnePEM checks our reader against encoding/pem: a key that we read is the
// one block that it finds, and its base64 has one spelling.
func asOnePEM(t *testing.T, text string) {
	t.Helper()
	k, err := root.ParsePEM(text)
	if err != nil {
		if !k.IsZero() {
			t.Fatalf("%q: a key beside the error %v", text, err)
		}
		return
	}
	text = strings.Trim(text, " \t\r\n") // encoding/pem wants the block to begin a line
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "PUBLIC KEY" || len(block.Headers) != 0 || len(rest) > 0 {
		t.Fatalf("%q: taken; encoding/pem finds %+v and %q after it", text, block, rest)
	}
	if !bytes.Equal(block.Bytes, k.SPKI()) {
		t.Fatalf("%q: ours is %x, that of encoding/pem %x", text, k.SPKI(), block.Bytes)
	}
	if white := strings.NewReplacer("\r", "", "\n", ""); white.Replace(text) != white.Replace(k.PEM()) {
		t.Fatalf("%q: taken, and is not the spelling of %q", text, k.PEM())
	}
}

// pems are good keys and other texts in the form of a key.
func pems(t testing.TB) []string {
	out := []string{"", "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"}
	for _, der := range spkis(t) {
		k, err := root.ParseSPKI(der)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, k.PEM(), strings.ReplaceAll(k.PEM(), "\n", "\r\n"))
	}
	return out
}

func FuzzParsePEM(f *testing.F) {
	for _, text := range pems(f) {
		f.Add(text)
	}
	f.Fuzz(asOnePEM)
}

// Every byte of a key's text, changed, left out and doubled.
func TestMangledPEM(t *testing.T) {
	for _, text := range pems(t) {
		asOnePEM(t, text)
		for i := range len(text) {
			for _, c := range " \t\r\n-=:A!\x00" {
				asOnePEM(t, text[:i]+string(c)+text[i+1:])
				asOnePEM(t, text[:i]+string(c)+text[i:])
			}
			asOnePEM(t, text[:i]+text[i+1:])
		}
	}
}

// How writers lay out a key, and how none does.
func TestPEMLayouts(t *testing.T) {
	k := newSigner(t, root.P256).PublicKey
	lines := strings.Split(strings.TrimSpace(k.PEM()), "\n")
	begin, base64, end := lines[0], strings.Join(lines[1:len(lines)-1], ""), lines[len(lines)-1]
	// P-256 keys end in one byte: the last digit before == has four bits that
	// mean nothing.
	loose := strings.NewReplacer("A==", "B==", "Q==", "R==", "g==", "h==", "w==", "x==").Replace(base64)
	if loose == base64 {
		t.Fatal("no other spelling")
	}
	for _, c := range []struct {
		name, text string
		good       bool
	}{
		{"lines of 64", k.PEM(), true},
		{"no final newline", strings.TrimSpace(k.PEM()), true},
		{"CRLF", strings.ReplaceAll(k.PEM(), "\n", "\r\n"), true},
		{"one line", begin + "\n" + base64 + "\n" + end, true},
		{"lines of 76", begin + "\n" + base64[:76] + "\n" + base64[76:] + "\n" + end, true},
		{"no line at all", begin + base64 + end, false},
		{"begin in the line", begin + base64 + "\n" + end, false},
		{"end in the line", begin + "\n" + base64 + end, false},
		{"CR only", strings.ReplaceAll(k.PEM(), "\n", "\r"), false},
		{"spaces inside", strings.ReplaceAll(k.PEM(), base64[:4], base64[:4]+" "), false},
		{"space after begin", strings.Replace(k.PEM(), "\n", " \n", 1), false},
		{"another spelling", begin + "\n" + loose + "\n" + end, false},
		{"no padding", begin + "\n" + strings.TrimRight(base64, "=") + "\n" + end, false},
		{"data after the padding", begin + "\n" + base64 + "AAAA\n" + end, false},
		{"URL alphabet", begin + "\n" + strings.Repeat("-_", 62) + "\n" + end, false},
		{"five hyphens", begin + "\n" + base64 + "\n-----\n" + end, false},
	} {
		got, err := root.ParsePEM(c.text)
		if (err == nil) != c.good || c.good && !slices.Equal(got.SPKI(), k.SPKI()) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
