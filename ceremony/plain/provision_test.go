package plain_test

import (
	"crypto/rand"
	"regexp"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/internal/golden"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// dropping is a console that counts how often what was typed ahead is dropped.
type dropping struct {
	*plain.Pipe
	dropped int
}

func (d *dropping) DropInput() error {
	d.dropped++
	return d.Pipe.DropInput()
}

// TestProvision makes a token ready as lines, typed by somebody who mistypes the
// serial number, the phrase and the second PIN, and compares every line.
func TestProvision(t *testing.T) {
	dir := t.TempDir()
	if err := rehearsal.Create(t.Context(), dir, rehearsal.Spec{Name: "reader-1", Serial: 90000001, Blank: true}, rand.Reader); err != nil {
		t.Fatal(err)
	}
	card, err := rehearsal.Open(dir, "reader-1", rehearsal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer card.Close()
	bundle, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	p, err := provision.New(t.Context(), provision.Config{
		Token: card, Rehearsal: true, Bundle: bundle, Now: noon, Rand: rand.Reader, Place: "vault", Tool: "test",
		Options: provision.Options{Serial: "90000001"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	const pin, other, short, puk = "k7#mQ2", "k7#mQ3", "b4#t", "84512784"
	typed := []string{
		"1", "90000002", "90000001",
		"1", "y", "empty token 90000001",
		"1", // tries
		"1", "123456", short, pin, other, pin, "q",
		"1", pin, pin,
		"1", puk, puk,
		"1", "1", "1", "1", "1", // management key, key, attestation, certificate, read back
	}
	var out strings.Builder
	c := &dropping{Pipe: plain.NewPipe(strings.NewReader(strings.Join(typed, "\n")+"\n"), &out)}
	if err := plain.Run(t.Context(), p, c, nil); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if refused := strings.Count(out.String(), "  refused: "); c.dropped != refused || refused != 5 {
		t.Errorf("%d refusals, and what was typed ahead was dropped %d times", refused, c.dropped)
	}
	if _, done := p.Record(); !done {
		t.Error("not done")
	}
	for _, secret := range []string{pin, other, short, puk} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q is shown", secret)
		}
	}
	narrow(t, out.String())
	golden.Compare(t, "testdata/provision.golden", regexp.MustCompile(`\d+ bytes;`).ReplaceAllString(mask(out.String()), "nnn bytes;"))
}
