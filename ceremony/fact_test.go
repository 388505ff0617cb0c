package ceremony_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// A factCase is a fact and what stands in the journal for it.
type factCase struct {
	name string
	body ceremony.Body
	want string
}

func factCases() []factCase {
	return []factCase{
		{
			"opened",
			ceremony.Opened{Attempt: digest(0xa7), Plan: digest(0x9a), Place: "amsterdam", Tool: "1.0.0"},
			`{"kind":"opened","body":{"attempt":"` + hexOf("a7") + `","plan":"` + hexOf("9a") + `","place":"amsterdam","tool":"1.0.0"}}`,
		},
		{
			"opened, by named CAs",
			ceremony.Opened{Attempt: digest(0xa7), Plan: digest(0x9a), Place: "amsterdam", Tool: "1.0.0", CAs: ceremony.CAs{Name: "ca.pem", SHA256: digest(0xca)}},
			`{"kind":"opened","body":{"attempt":"` + hexOf("a7") + `","plan":"` + hexOf("9a") + `","place":"amsterdam","tool":"1.0.0","attestation_cas":{"name":"ca.pem","sha256":"` + hexOf("ca") + `"}}}`,
		},
		{
			"opened, by the maker's CAs",
			ceremony.Opened{CAs: ceremony.CAs{Name: "maker", SHA256: digest(0xca), Maker: true}},
			`{"kind":"opened","body":{"attempt":"` + hexOf("00") + `","plan":"` + hexOf("00") + `","place":"","tool":"","attestation_cas":{"name":"maker","sha256":"` + hexOf("ca") + `","maker":true}}}`,
		},
		{
			"present",
			ceremony.Present{Name: "boston", Note: "by telephone"},
			`{"kind":"present","body":{"name":"boston","note":"by telephone"}}`,
		},
		{
			"present without a note",
			ceremony.Present{Name: `"bo"<ston>` + "\u2028"},
			`{"kind":"present","body":{"name":"\"bo\"<ston>` + "\u2028" + `"}}`,
		},
		{"room", ceremony.Room{
			Local: "2026-12-01T12:00:00Z", Outside: "12:00", Machine: []string{"linux/amd64"},
			Findings: []ceremony.RoomFinding{{ID: "swap", OK: true, Text: "off"}},
		}, `{"kind":"room","body":{"local":"2026-12-01T12:00:00Z","outside":"12:00","findings":[{"id":"swap","ok":true,"text":"off"}],"machine":["linux/amd64"]}}`},
		{"second look at the room", ceremony.Room{Look: 1}, `{"kind":"room","body":{"look":1,"local":"","outside":"","findings":[],"machine":[]}}`},
		{"room with nothing to say", ceremony.Room{}, `{"kind":"room","body":{"local":"","outside":"","findings":[],"machine":[]}}`},
		{
			"confirmed",
			ceremony.Confirmed{Step: ceremony.StepFreeze, Digest: digest(0x9a), How: "three words"},
			`{"kind":"confirmed","body":{"step":"freeze","digest":"` + hexOf("9a") + `","how":"three words"}}`,
		},
		{"confirmed without a digest", ceremony.Confirmed{Step: ceremony.StepRoom}, `{"kind":"confirmed","body":{"step":"room"}}`},
		{"signature", ceremony.Contribution{
			Kind: ceremony.SignatureMade, Participant: "chennai", Chain: digest(0xc1), Plan: digest(0x9a), Attempt: digest(0xa7), Candidate: digest(0xca),
			Key: ceremony.Hex{0x30, 0x59}, Signature: &ceremony.Signature{Sig: ceremony.Hex{0xAB}, Header: ceremony.Hex{4}},
			Token:       ceremony.Token{Kind: "piv", Serial: "21334984", Firmware: "5.7.4", Slot: "9c"},
			Attestation: &ceremony.Attestation{Leaf: ceremony.Hex{1}, Chain: []ceremony.Hex{{2}, {3}}},
		}, `{"kind":"contribution","body":{"kind":"signature","participant":"chennai","chain":"` + hexOf("c1") + `","plan":"` + hexOf("9a") +
			`","attempt":"` + hexOf("a7") + `","candidate":"` + hexOf("ca") + `","key":"3059","signature":{"sig":"ab","header":"04"},` +
			`"token":{"kind":"piv","serial":"21334984","firmware":"5.7.4","slot":"9c"},"attestation":{"leaf":"01","chain":["02","03"]}}}`},
		{"refusal", ceremony.Contribution{
			Kind: ceremony.Refused, Participant: "dakar", Plan: digest(0x9a), Attempt: digest(0xa7), Candidate: digest(0xca), Key: ceremony.Hex{0x30}, Reason: "the diff is not what was agreed",
		}, `{"kind":"contribution","body":{"kind":"refusal","participant":"dakar","plan":"` + hexOf("9a") + `","attempt":"` + hexOf("a7") +
			`","candidate":"` + hexOf("ca") + `","key":"30","reason":"the diff is not what was agreed","token":{"kind":"","serial":""}}}`},
		{
			"enrolment",
			ceremony.Contribution{Kind: ceremony.Enrolled, Participant: "edinburgh", Plan: digest(0x9a), Attempt: digest(0xa7)},
			`{"kind":"contribution","body":{"kind":"enrolment","participant":"edinburgh","plan":"` + hexOf("9a") + `","attempt":"` + hexOf("a7") + `","key":"","token":{"kind":"","serial":""}}}`,
		},
		{
			"stated",
			ceremony.Stated{Contribution: digest(0xc0), Journal: digest(0x10), Sig: ceremony.Hex{0xFF}},
			`{"kind":"stated","body":{"contribution":"` + hexOf("c0") + `","journal":"` + hexOf("10") + `","sig":"ff"}}`,
		},
		{
			"exception",
			ceremony.Exception{Step: ceremony.StepTokens, Subject: "dakar", Expected: "bag 12", Happened: "bag 21", Nonce: -3},
			`{"kind":"exception","body":{"step":"tokens","subject":"dakar","expected":"bag 12","happened":"bag 21","nonce":-3}}`,
		},
		{
			"closed",
			ceremony.Closed{Exception: digest(0xee), Decision: "go on", By: "lead"},
			`{"kind":"closed","body":{"exception":"` + hexOf("ee") + `","decision":"go on","by":"lead"}}`,
		},
		{"word", ceremony.Word{Participant: "boston", Agrees: true}, `{"kind":"word","body":{"participant":"boston","agrees":true}}`},
		{
			"another word",
			ceremony.Word{Participant: "dakar", Text: "I was out of the room", Exceptions: digest(0x0e)},
			`{"kind":"word","body":{"participant":"dakar","agrees":false,"text":"I was out of the room","exceptions":"` + hexOf("0e") + `"}}`,
		},
		{
			"seal",
			ceremony.Seal{Participant: "boston", Word: digest(0x0d), Journal: digest(0x10), Sig: ceremony.Hex{7}},
			`{"kind":"seal","body":{"participant":"boston","word":"` + hexOf("0d") + `","journal":"` + hexOf("10") + `","sig":"07"}}`,
		},
		{"salted", ceremony.Salted{Salt: digest(0x5a)}, `{"kind":"salted","body":{"salt":"` + hexOf("5a") + `"}}`},
	}
}

func TestFact(t *testing.T) {
	seen := make(map[string]bool)
	for _, tt := range factCases() {
		t.Run(tt.name, func(t *testing.T) {
			f := ceremony.Fact{Body: tt.body}
			if diff := cmp.Diff(tt.want, string(f.Encode())); diff != "" {
				t.Fatal(diff)
			}
			back, err := ceremony.ParseFact([]byte(tt.want))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(back.Encode()); got != tt.want || back.ID() != f.ID() || f.ID() != root.DigestOf([]byte(tt.want)) {
				t.Errorf("reads back as %s", got)
			}
			kind, _, _ := strings.Cut(strings.TrimPrefix(tt.want, `{"kind":"`), `"`)
			seen[kind] = true
		})
	}
	for _, kind := range []ceremony.Kind{
		ceremony.KindOpened, ceremony.KindPresent, ceremony.KindRoom, ceremony.KindConfirmed, ceremony.KindContribution,
		ceremony.KindStated, ceremony.KindException, ceremony.KindClosed, ceremony.KindWord, ceremony.KindSeal,
	} {
		if !seen[string(kind)] {
			t.Errorf("no case for facts of kind %q", kind)
		}
	}
}

// What people type is recorded, whatever bytes their terminal sends: a sitting
// must not end because of a name in Latin-1.
func TestFactWithInvalidText(t *testing.T) {
	f := ceremony.Fact{Body: ceremony.Present{Name: "Andr\xe9"}}
	back, err := ceremony.ParseFact(f.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if got := back.Body.(ceremony.Present).Name; got != "Andr\ufffd" || back.ID() != f.ID() {
		t.Errorf("%q, %v and %v", got, back.ID(), f.ID())
	}
}

func TestParseFactRefuses(t *testing.T) {
	const word = `{"kind":"word","body":{"participant":"boston","agrees":true}}`
	opened := factCases()[0].want
	if _, err := ceremony.ParseFact([]byte(word)); err != nil {
		t.Fatal(err)
	}
	deep := strings.Repeat(`{"kind":"word","body":`, 20_000)
	other := ": not written as this program writes it"
	tests := []struct{ name, raw, want string }{
		{"nothing", ``, "fact: "},
		{"null", `null`, `fact of kind ""`},
		{"array", `[]`, "fact: "},
		{"no kind", `{"body":{}}`, `fact of kind "": not known to this version of the program`},
		{"no body", `{"kind":"word"}`, `fact of kind "word": `},
		{"null body", `{"kind":"word","body":null}`, `fact of kind "word"` + other},
		{"unknown kind", `{"kind":"vote","body":{}}`, `fact of kind "vote": not known to this version of the program`},
		{"kind in capitals", strings.Replace(word, `"word"`, `"Word"`, 1), `fact of kind "Word": not known`},
		{"unknown member", strings.Replace(word, `true}`, `true,"why":"?"}`, 1), `fact of kind "word": `},
		{"unknown member beside", strings.Replace(word, `}}`, `},"at":"now"}`, 1), "fact: "},
		{"unknown member below", `{"kind":"contribution","body":{"token":{"pin":"1"}}}`, `fact of kind "contribution": `},
		{"member name in capitals", strings.Replace(word, `agrees`, `Agrees`, 1), `fact of kind "word": `},
		{"member twice", strings.Replace(word, `"agrees":true`, `"agrees":true,"agrees":true`, 1), "fact: "},
		{"kind twice", strings.Replace(word, `{"kind":"word"`, `{"kind":"word","kind":"word"`, 1), "fact: "},
		{"member left out", `{"kind":"word","body":{"participant":"boston"}}`, `fact of kind "word"` + other},
		{"other order", `{"body":{"participant":"boston","agrees":true},"kind":"word"}`, `fact of kind "word"` + other},
		{"other order below", `{"kind":"word","body":{"agrees":true,"participant":"boston"}}`, `fact of kind "word"` + other},
		{"white space", strings.Replace(word, `:true`, `: true`, 1), `fact of kind "word"` + other},
		{"newline after", word + "\n", `fact of kind "word"` + other},
		{"two facts", word + word, "fact: "},
		{"escaped", strings.Replace(word, `boston`, `\u0062oston`, 1), `fact of kind "word"` + other},
		{"empty text written out", strings.Replace(word, `true}`, `true,"text":""}`, 1), `fact of kind "word"` + other},
		{"wrong type", strings.Replace(word, `true`, `"true"`, 1), `fact of kind "word": `},
		{"upper-case hex", `{"kind":"stated","body":{"contribution":"` + hexOf("c0") + `","journal":"` + hexOf("10") + `","sig":"FF"}}`, `fact of kind "stated"` + other},
		{"odd hex", `{"kind":"stated","body":{"contribution":"` + hexOf("c0") + `","journal":"` + hexOf("10") + `","sig":"f"}}`, `fact of kind "stated": `},
		{"digest in capitals", strings.Replace(opened, hexOf("a7"), hexOf("A7"), 1), `fact of kind "opened": `},
		{"digest too short", strings.Replace(opened, hexOf("a7"), hexOf("a7")[2:], 1), `fact of kind "opened": `},
		{"zero digest written out", `{"kind":"confirmed","body":{"step":"room","digest":"` + hexOf("00") + `"}}`, `fact of kind "confirmed"` + other},
		{"number with a fraction", `{"kind":"exception","body":{"step":"room","expected":"","happened":"","nonce":1.0}}`, `fact of kind "exception": `},
		{"minus zero", `{"kind":"exception","body":{"step":"room","expected":"","happened":"","nonce":-0}}`, `fact of kind "exception"`},
		{"number too large", `{"kind":"exception","body":{"step":"room","expected":"","happened":"","nonce":9223372036854775808}}`, `fact of kind "exception": `},
		{"invalid UTF-8", strings.Replace(word, `boston`, "bost\xffn", 1), "fact: "},
		{"lone surrogate", strings.Replace(word, `boston`, `\ud800`, 1), "fact: "},
		{"cut", word[:len(word)-1], "fact: "},
		{"very deep", deep, "fact: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := ceremony.ParseFact([]byte(tt.raw))
			if err == nil {
				t.Fatalf("taken: %+v", f)
			}
			if !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("%q, want %q", err, tt.want)
			}
			if f.Body != nil {
				t.Errorf("something came with the error: %+v", f)
			}
		})
	}
}

// A contribution's digest is of everything in it, its signature too, so that a
// statement about it fixes all of that.
func TestContributionDigest(t *testing.T) {
	good := func() ceremony.Contribution {
		return ceremony.Contribution{
			Kind: ceremony.SignatureMade, Participant: "chennai", Key: ceremony.Hex{1}, Signature: &ceremony.Signature{Sig: ceremony.Hex{2}},
			Attestation: &ceremony.Attestation{Leaf: ceremony.Hex{3}, Chain: []ceremony.Hex{{4}}},
		}
	}
	seen := map[root.Digest]string{good().Digest(): "unchanged"}
	for name, change := range map[string]func(*ceremony.Contribution){
		"kind":              func(c *ceremony.Contribution) { c.Kind = ceremony.Refused },
		"participant":       func(c *ceremony.Contribution) { c.Participant = "dakar" },
		"chain":             func(c *ceremony.Contribution) { c.Chain = digest(1) },
		"plan":              func(c *ceremony.Contribution) { c.Plan = digest(1) },
		"attempt":           func(c *ceremony.Contribution) { c.Attempt = digest(1) },
		"candidate":         func(c *ceremony.Contribution) { c.Candidate = digest(1) },
		"key":               func(c *ceremony.Contribution) { c.Key[0]++ },
		"signature":         func(c *ceremony.Contribution) { c.Signature.Sig[0]++ },
		"header":            func(c *ceremony.Contribution) { c.Signature.Header = ceremony.Hex{0} },
		"no signature":      func(c *ceremony.Contribution) { c.Signature = nil },
		"reason":            func(c *ceremony.Contribution) { c.Reason = "why" },
		"token":             func(c *ceremony.Contribution) { c.Token.Serial = "1" },
		"firmware":          func(c *ceremony.Contribution) { c.Token.Firmware = "5.7.4" },
		"attestation":       func(c *ceremony.Contribution) { c.Attestation.Leaf[0]++ },
		"attestation chain": func(c *ceremony.Contribution) { c.Attestation.Chain = nil },
		"no attestation":    func(c *ceremony.Contribution) { c.Attestation = nil },
	} {
		c := good()
		change(&c)
		if other, twice := seen[c.Digest()]; twice {
			t.Errorf("%s: the same digest as %s", name, other)
		}
		seen[c.Digest()] = name
	}
}

func FuzzParseFact(f *testing.F) {
	for _, c := range factCases() {
		f.Add([]byte(c.want))
	}
	f.Add([]byte(`{"kind":"exception","body":{"step":"room","expected":"","happened":"","nonce":-0}}`))
	f.Add(bytes.Repeat([]byte(`[`), math.MaxUint8))
	f.Fuzz(func(t *testing.T, raw []byte) {
		fact, err := ceremony.ParseFact(raw)
		if err != nil {
			return
		}
		if got := fact.Encode(); !bytes.Equal(got, raw) {
			t.Fatalf("%q is written as %q", raw, got)
		}
		if fact.ID() != root.DigestOf(raw) {
			t.Fatalf("%q: the id is not the digest of its bytes", raw)
		}
	})
}
