package plain_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/golden"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/verify"
)

// TestGolden has both sittings of a rehearsal played and compares every line.
// Keys differ from run to run, and with them digests and words: these are
// masked, not left out, so that the lines keep their layout.
func TestGolden(t *testing.T) {
	dir := t.TempDir()
	r := folder(t, dir)
	var trusted verify.Trusted
	for _, name := range rehearse.Sittings() {
		var out bytes.Buffer
		console := plain.NewPipe(strings.NewReader(""), &out)
		s := open(t, r, name, trusted)
		if err := plain.Run(t.Context(), s, console, plain.Player{Actor: people.New(r.Cast(name)), Console: console}); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(out.String(), dir, "/rehearsal")
		narrow(t, text)
		for _, pin := range append(r.PINs(name), "amsterdam 00000000") {
			if _, pin, _ := strings.Cut(pin, " "); strings.Contains(mask(text), pin) {
				t.Errorf("%s: a PIN is shown", name)
			}
		}
		golden.Compare(t, filepath.Join("testdata", name+".golden"), mask(text))
		if name == rehearse.Genesis {
			raw, err := os.ReadFile(filepath.Join(r.SittingDir(name), "1.root.json"))
			if err != nil {
				t.Fatal(err)
			}
			trusted, _ = verify.TrustFile(raw, verify.Options{At: noon(), Rehearsal: true})
		}
	}
}

// narrow wants lines that fit a screen of 80 columns. Words that somebody types
// are the terminal's to wrap: their question alone has to fit.
func narrow(t *testing.T, text string) {
	t.Helper()
	digest := regexp.MustCompile(`[0-9a-f]{64}`)
	typed := regexp.MustCompile(`( words \d+, \d+ and \d+: |"last try": ).*`)
	for l := range strings.Lines(text) {
		if l = typed.ReplaceAllString(strings.TrimSuffix(l, "\n"), "$1"); visible.Width(l) > 80 && !digest.MatchString(l) || visible.Width(l) > 84 {
			t.Errorf("%d columns: %q", visible.Width(l), l)
		}
		if strings.TrimRight(l, " ") != l && !strings.HasSuffix(l, ": ") {
			t.Errorf("spaces at the end: %q", l)
		}
	}
}

// mask hides what is random, and keeps its length.
func mask(text string) string {
	hex := regexp.MustCompile(`\b[0-9a-f]{8,}\b`)
	text = hex.ReplaceAllStringFunc(text, func(s string) string {
		if len(s) == 8 && strings.HasPrefix(s, "900000") { // a serial number
			return s
		}
		return strings.Repeat("x", len(s))
	})
	text = regexp.MustCompile(`ROOT-SIZE \d+`).ReplaceAllString(text, "ROOT-SIZE 4444") // DER differs by some bytes
	text = regexp.MustCompile(`(?m)^( +\d+ [A-Za-z]+){4,6}$`).ReplaceAllString(text, "  (words)")
	text = regexp.MustCompile(`words \d+, \d+ and \d+:[A-Za-z ]*(\n {11}[A-Za-z ]+)?`).ReplaceAllString(text, "words A, B and C: one two three")
	return regexp.MustCompile(`word \d+, "aardvark": not\s+the\s+word`).ReplaceAllString(text, `word A, "aardvark": not the word`)
}

// TestLongTexts: what people typed at length is broken, and nothing of it lost.
func TestLongTexts(t *testing.T) {
	var out bytes.Buffer
	long := strings.Repeat("the door was open ", 12)
	v := sitting.View{Format: "tuf", Purpose: "genesis", Place: "here", Heading: "Heading", Body: []sitting.Block{{
		Title: "Title", Text: []string{long}, Rows: [][2]string{{"name", long}}, Lines: []string{"refused boston: " + long, "  short,  as it is"},
		Checks: []sitting.CheckLine{{Mark: sitting.MarkFail, Text: long}},
	}}, Notices: []string{long}, Acts: []sitting.Offer{{Label: long}}}
	plain.Draw(&out, v)
	narrow(t, out.String())
	if got := strings.Count(strings.Join(strings.Fields(out.String()), " "), strings.TrimSpace(long)); got != 6 {
		t.Errorf("%d of 6 texts are whole:\n%s", got, &out)
	}
	if !strings.Contains(out.String(), "    short,  as it is\n") {
		t.Error("a line that fits was laid out anew")
	}
}
