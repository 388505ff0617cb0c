package ceremony_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// digest is 32 times the same byte, and hexOf what that looks like.
func digest(b byte) (d root.Digest) {
	for i := range d {
		d[i] = b
	}
	return d
}

func hexOf(b string) string { return strings.Repeat(b, 32) }

// full has a value in every field, so that a line which does not belong to the
// type would show.
func full(typ ceremony.StatementType) ceremony.Statement {
	return ceremony.Statement{
		Type: typ, Chain: digest(0xc1), Plan: digest(0x9a), Attempt: digest(0xa7), Candidate: digest(0xca),
		Key: digest(0xe1), Contribution: digest(0xc0), Journal: digest(0x10),
	}
}

func without(s ceremony.Statement, change func(*ceremony.Statement)) ceremony.Statement {
	change(&s)
	return s
}

func TestStatementText(t *testing.T) {
	genesis := func(s *ceremony.Statement) { s.Chain = root.Digest{} }
	tests := []struct {
		name      string
		statement ceremony.Statement
		want      []string
	}{
		{"possession", full(ceremony.Possession), []string{
			"rootmoot statement v1",
			"type: possession",
			"chain: " + hexOf("c1"),
			"draft: " + hexOf("9a"),
			"attempt: " + hexOf("a7"),
			"key: " + hexOf("e1"),
			"contribution: " + hexOf("c0"),
			"journal: " + hexOf("10"),
		}},
		{"possession for a genesis, outside a sitting", without(full(ceremony.Possession), func(s *ceremony.Statement) {
			s.Chain, s.Attempt = root.Digest{}, root.Digest{}
		}), []string{
			"rootmoot statement v1",
			"type: possession",
			"draft: " + hexOf("9a"),
			"key: " + hexOf("e1"),
			"contribution: " + hexOf("c0"),
			"journal: " + hexOf("10"),
		}},
		{"contribution", full(ceremony.ContributionRecorded), []string{
			"rootmoot statement v1",
			"type: contribution",
			"chain: " + hexOf("c1"),
			"plan: " + hexOf("9a"),
			"attempt: " + hexOf("a7"),
			"candidate: " + hexOf("ca"),
			"key: " + hexOf("e1"),
			"contribution: " + hexOf("c0"),
			"journal: " + hexOf("10"),
		}},
		{"contribution to a genesis", without(full(ceremony.ContributionRecorded), genesis), []string{
			"rootmoot statement v1",
			"type: contribution",
			"plan: " + hexOf("9a"),
			"attempt: " + hexOf("a7"),
			"candidate: " + hexOf("ca"),
			"key: " + hexOf("e1"),
			"contribution: " + hexOf("c0"),
			"journal: " + hexOf("10"),
		}},
		{"seal", full(ceremony.Sealed), []string{
			"rootmoot statement v1",
			"type: seal",
			"chain: " + hexOf("c1"),
			"plan: " + hexOf("9a"),
			"attempt: " + hexOf("a7"),
			"candidate: " + hexOf("ca"),
			"journal: " + hexOf("10"),
		}},
		{"seal of a rehearsed genesis", without(full(ceremony.Sealed), func(s *ceremony.Statement) {
			s.Chain, s.Rehearsal = root.Digest{}, true
		}), []string{
			"rootmoot rehearsal statement v1",
			"type: seal",
			"plan: " + hexOf("9a"),
			"attempt: " + hexOf("a7"),
			"candidate: " + hexOf("ca"),
			"journal: " + hexOf("10"),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := strings.Join(tt.want, "\n") + "\n"
			got := tt.statement.Text()
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Error(diff)
			}
			back, err := ceremony.ParseStatement(got)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(back.Text(), got) || back.Type != tt.statement.Type || back.Rehearsal != tt.statement.Rehearsal {
				t.Errorf("reads back as %+v", back)
			}
		})
	}
}

// No statement may be taken for what conda signs, a digest of 32 bytes, nor be
// longer than what every token takes as a message.
func TestStatementLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyStatement(t).Text()
		if len(text) <= 32 || len(text) >= 1024 {
			t.Fatalf("%d bytes", len(text))
		}
		if i := bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }); i >= 0 {
			t.Fatalf("not printable ASCII at %d: %q", i, text)
		}
	})
}

func TestStatementRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStatement(t)
		got, err := ceremony.ParseStatement(s.Text())
		if err != nil {
			t.Fatal(err)
		}
		if got != s {
			t.Fatal(cmp.Diff(s, got))
		}
	})
}

// anyStatement has just the fields that its type has.
func anyStatement(t *rapid.T) ceremony.Statement {
	var drawn int
	d := func() root.Digest {
		drawn++
		return root.DigestOf([]byte{byte(drawn), rapid.Byte().Draw(t, "seed")})
	}
	s := ceremony.Statement{Rehearsal: rapid.Bool().Draw(t, "rehearsal"), Plan: d(), Journal: d()}
	s.Type = rapid.SampledFrom([]ceremony.StatementType{ceremony.Possession, ceremony.ContributionRecorded, ceremony.Sealed}).Draw(t, "type")
	if rapid.Bool().Draw(t, "chain") {
		s.Chain = d()
	}
	if s.Type != ceremony.Possession || rapid.Bool().Draw(t, "attempt") {
		s.Attempt = d()
	}
	if s.Type != ceremony.Possession {
		s.Candidate = d()
	}
	if s.Type != ceremony.Sealed {
		s.Key, s.Contribution = d(), d()
	}
	return s
}

func TestParseStatementRefuses(t *testing.T) {
	good := string(full(ceremony.ContributionRecorded).Text())
	lines := strings.SplitAfter(good, "\n")
	join := func(l ...string) string { return strings.Join(l, "") }
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the statement has no %q", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	const form = "statement: not of the form of a rootmoot statement v1"
	tests := []struct{ name, text, want string }{
		{"empty", "", form},
		{"head only", "rootmoot statement v1\n", form},
		{"no digests", "rootmoot statement v1\ntype: contribution\n", form},
		{"unknown type without digests", "rootmoot statement v1\ntype: vote\n", form},
		{"unknown type", swap("type: contribution", "type: vote"), form},
		{"empty type", swap("type: contribution", "type: "), form},
		{"no type", swap("type: contribution\n", ""), form},
		{"type in capitals", swap("type: contribution", "type: Contribution"), form},
		{"another type's lines", swap("type: contribution", "type: seal"), form},
		{"other head", swap("statement v1", "statement v2"), form},
		{"head of another program", swap("rootmoot", "rootmo0t"), form},
		{"both heads", swap("rootmoot statement", "rootmoot rehearsal rehearsal statement"), form},
		{"blank line before", "\n" + good, form},
		{"byte order mark", "\ufeff" + good, form},
		{"reordered", join(lines[0], lines[1], lines[3], lines[2], lines[4], lines[5], lines[6], lines[7], lines[8]), form},
		{"last two reordered", join(append(append([]string(nil), lines[:7]...), lines[8], lines[7])...), form},
		{"missing line", join(append(append([]string(nil), lines[:5]...), lines[6:]...)...), form},
		{"missing last line", join(lines[:8]...), form},
		{"line twice", join(append(append([]string(nil), lines[:6]...), lines[5:]...)...), form},
		{"extra line", good + "place: amsterdam\n", form},
		{"trailing blank line", good + "\n", form},
		{"trailing space", good + " ", form},
		{"trailing NUL", good + "\x00", form},
		{"no final newline", strings.TrimSuffix(good, "\n"), form},
		{"CRLF", strings.ReplaceAll(good, "\n", "\r\n"), form},
		{"CR in one line", swap(hexOf("ca")+"\n", hexOf("ca")+"\r\n"), "statement: candidate: "},
		{"upper-case hex", swap(hexOf("ca"), hexOf("CA")), "statement: candidate: "},
		{"hex too short", swap(hexOf("ca"), hexOf("ca")[2:]), "statement: candidate: "},
		{"hex too long", swap(hexOf("ca"), hexOf("ca")+"00"), "statement: candidate: "},
		{"not hex", swap(hexOf("ca"), hexOf("cg")), "statement: candidate: "},
		{"two spaces", swap("candidate: ", "candidate:  "), "statement: candidate: "},
		{"no space", swap("candidate: ", "candidate:"), form},
		{"tab", swap("candidate: ", "candidate:\t"), form},
		{"zero chain written out", swap(hexOf("c1"), hexOf("00")), form},
		{"metadata", `{"_type":"root","version":1}`, form},
		{"digest", strings.Repeat("\xca", 32), form},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := ceremony.ParseStatement([]byte(tt.text))
			if err == nil {
				t.Fatalf("read as %+v", s)
			}
			if !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("%q, want %q", err, tt.want)
			}
			if s != (ceremony.Statement{}) {
				t.Errorf("something came with the error: %+v", s)
			}
		})
	}
}

// Every byte of a statement counts: what is changed is refused or says
// something else.
func TestStatementMangled(t *testing.T) {
	good := full(ceremony.Possession)
	text := good.Text()
	for i := range text {
		for _, bit := range []byte{0x01, 0x20, 0x80} {
			bad := bytes.Clone(text)
			bad[i] ^= bit
			got, err := ceremony.ParseStatement(bad)
			if err == nil && !bytes.Equal(got.Text(), bad) {
				t.Errorf("byte %d changed: read as something else than it says", i)
			}
		}
		if _, err := ceremony.ParseStatement(append(bytes.Clone(text[:i]), text[i+1:]...)); err == nil {
			t.Errorf("byte %d left out: accepted", i)
		}
	}
}

func FuzzStatement(f *testing.F) {
	for _, typ := range []ceremony.StatementType{ceremony.Possession, ceremony.ContributionRecorded, ceremony.Sealed} {
		f.Add(full(typ).Text())
		f.Add(without(full(typ), func(s *ceremony.Statement) { s.Chain, s.Rehearsal = root.Digest{}, true }).Text())
	}
	f.Add([]byte("rootmoot statement v1\ntype: vote\n"))
	f.Add([]byte("rootmoot rehearsal statement v1\r\ntype: seal\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := ceremony.ParseStatement(text)
		if err != nil {
			return
		}
		if !bytes.Equal(s.Text(), text) {
			t.Fatalf("%q reads as %q", text, s.Text())
		}
		if len(text) <= 32 || len(text) >= 1024 || !bytes.HasPrefix(text, []byte("rootmoot ")) {
			t.Fatalf("could be taken for something else: %q", text)
		}
	})
}
