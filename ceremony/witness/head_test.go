package witness_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/witness"
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

func full() witness.Head {
	return witness.Head{Chain: digest(0xc1), Plan: digest(0x9a), Attempt: digest(0xa7), Journal: digest(0x10)}
}

func genesis() witness.Head {
	return witness.Head{Rehearsal: true, Plan: digest(0x9a), Attempt: digest(0xa7), Journal: digest(0x10)}
}

func TestHeadText(t *testing.T) {
	tests := []struct {
		name string
		head witness.Head
		want []string
	}{
		{"of a chain", full(), []string{
			"rootmoot witness v1",
			"chain: " + hexOf("c1"),
			"plan: " + hexOf("9a"),
			"attempt: " + hexOf("a7"),
			"journal: " + hexOf("10"),
		}},
		{"of a rehearsed genesis", genesis(), []string{
			"rootmoot rehearsal witness v1",
			"plan: " + hexOf("9a"),
			"attempt: " + hexOf("a7"),
			"journal: " + hexOf("10"),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.head.Text()
			if diff := cmp.Diff(strings.Join(tt.want, "\n")+"\n", string(got)); diff != "" {
				t.Error(diff)
			}
			back, err := witness.ParseHead(got)
			if err != nil || back != tt.head {
				t.Errorf("reads back as %+v, %v", back, err)
			}
		})
	}
}

func anyHead(t *rapid.T) witness.Head {
	d := func(name string) root.Digest {
		return root.Digest(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, name))
	}
	h := witness.Head{Rehearsal: rapid.Bool().Draw(t, "rehearsal"), Plan: d("plan"), Attempt: d("attempt"), Journal: d("journal")}
	if rapid.Bool().Draw(t, "of a chain") {
		h.Chain = d("chain")
	}
	return h
}

// What a witness signs is no statement of a token, no metadata, and not of the
// length of what conda's keys sign; nor is any of these a head.
func TestHeadIsNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyHead(t)
		text := h.Text()
		if got, err := witness.ParseHead(text); err != nil || got != h {
			t.Fatalf("reads back as %+v, %v", got, err)
		}
		if len(text) <= 32 || len(text) >= 1024 {
			t.Fatalf("%d bytes", len(text))
		}
		if i := bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }); i >= 0 {
			t.Fatalf("not printable ASCII at %d: %q", i, text)
		}
		if s, err := ceremony.ParseStatement(text); err == nil {
			t.Fatalf("a statement too: %+v", s)
		}
		if r, err := root.Parse(text); err == nil {
			t.Fatalf("metadata too: %+v", r)
		}
	})
	for _, rehearsal := range []bool{false, true} {
		for _, typ := range []ceremony.StatementType{ceremony.Possession, ceremony.ContributionRecorded, ceremony.Sealed} {
			s := ceremony.Statement{
				Type: typ, Rehearsal: rehearsal, Chain: digest(1), Plan: digest(2), Attempt: digest(3),
				Candidate: digest(4), Key: digest(5), Contribution: digest(6), Journal: digest(7),
			}
			if h, err := witness.ParseHead(s.Text()); err == nil {
				t.Errorf("a statement (%s) is a head: %+v", typ, h)
			}
		}
	}
}

func TestParseHeadRefuses(t *testing.T) {
	good := string(full().Text())
	lines := strings.SplitAfter(good, "\n")
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the head has no %q", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	const form = "head: not of the form of a rootmoot witness v1"
	tests := []struct{ name, text, want string }{
		{"empty", "", form},
		{"first line only", "rootmoot witness v1\n", form},
		{"other version", swap("witness v1", "witness v2"), form},
		{"other program", swap("rootmoot", "rootmo0t"), form},
		{"both first lines", swap("rootmoot witness", "rootmoot rehearsal rehearsal witness"), form},
		{"a statement's first line", swap("witness", "statement"), form},
		{"blank line before", "\n" + good, form},
		{"byte order mark", "\ufeff" + good, form},
		{"reordered", lines[0] + lines[2] + lines[1] + lines[3] + lines[4], form},
		{"missing line", lines[0] + lines[1] + lines[2] + lines[4], form},
		{"missing last line", lines[0] + lines[1] + lines[2] + lines[3], form},
		{"line twice", lines[0] + lines[1] + lines[2] + lines[2] + lines[3] + lines[4], form},
		{"extra line", good + "place: amsterdam\n", form},
		{"trailing blank line", good + "\n", form},
		{"trailing space", good + " ", form},
		{"trailing NUL", good + "\x00", form},
		{"no final newline", strings.TrimSuffix(good, "\n"), form},
		{"CRLF", strings.ReplaceAll(good, "\n", "\r\n"), "head: chain: "},
		{"upper-case hex", swap(hexOf("c1"), hexOf("C1")), "head: chain: "},
		{"hex too short", swap(hexOf("9a"), hexOf("9a")[2:]), "head: plan: "},
		{"two spaces", swap("plan: ", "plan:  "), "head: plan: "},
		{"no space", swap("journal: ", "journal:"), form},
		{"zero chain written out", swap(hexOf("c1"), hexOf("00")), form},
		{"metadata", `{"_type":"root","version":1}`, form},
		{"a long line", strings.Repeat("x", 1<<20), form},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := witness.ParseHead([]byte(tt.text))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if h != (witness.Head{}) {
				t.Errorf("something came with the error: %+v", h)
			}
		})
	}
}

// Every byte counts: what is changed is refused or says something else.
func TestHeadMangled(t *testing.T) {
	text := full().Text()
	for i := range text {
		for _, bit := range []byte{0x01, 0x20, 0x80} {
			bad := bytes.Clone(text)
			bad[i] ^= bit
			if got, err := witness.ParseHead(bad); err == nil && !bytes.Equal(got.Text(), bad) {
				t.Errorf("byte %d changed: read as something else than it says", i)
			}
		}
		if _, err := witness.ParseHead(append(bytes.Clone(text[:i]), text[i+1:]...)); err == nil {
			t.Errorf("byte %d left out: accepted", i)
		}
	}
}

func FuzzHead(f *testing.F) {
	f.Add(full().Text())
	f.Add(genesis().Text())
	f.Add([]byte("rootmoot witness v1\n"))
	f.Add([]byte("rootmoot rehearsal witness v1\r\nplan: 00\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := witness.ParseHead(text)
		if err != nil {
			return
		}
		if !bytes.Equal(h.Text(), text) {
			t.Fatalf("%q reads as %q", text, h.Text())
		}
		if _, err := ceremony.ParseStatement(text); err == nil {
			t.Fatalf("a statement too: %q", text)
		}
	})
}
