package plan

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/root"
)

func options() Options {
	return Options{
		Name: "Example: packages", Format: TUF, Purpose: Genesis, Mode: Production,
		SigningTime: at.Add(10 * day), Deadline: at.Add(20 * day), Expires: at.Add(375 * day),
		Holders: []Holder{
			{Name: "amsterdam", Organisation: "Europe", Location: "Amsterdam", Kind: PIVToken, Serial: "11"},
			{Name: "boston", Organisation: "Americas", Location: "Boston", Kind: PIVToken, Serial: "12", Type: P384},
			{Name: "chennai", Organisation: "Asia", Location: "Chennai", Kind: PKCS11Token, Serial: "DENK 1"},
		},
		Witness: "audit", WitnessOf: "Audit", Tool: "1.0.0",
	}
}

func TestNewLintsClean(t *testing.T) {
	p := load(t, string(example(t)))
	old := trusted(t, p)
	holders := []Holder{{Name: "edinburgh", Organisation: "Europe", Kind: PIVToken, Serial: "16"}}
	for i, name := range []string{"amsterdam", "boston", "chennai", "dakar", "fukuoka"} {
		k, _ := p.KeyOf(name)
		holders = append(holders, Holder{
			Name: name, Organisation: strings.ToUpper(name), Kind: PIVToken, Serial: Serial(string(rune('1' + i))),
			Key: k.Fingerprint(), Leaves: name == "fukuoka",
		})
	}
	cases := []struct {
		name    string
		change  func(*Options)
		missing string
	}{
		{"genesis", func(*Options) {}, "amsterdam boston chennai snapshot targets timestamp"},
		{"genesis of conda", func(o *Options) { o.Format = Conda; o.Holders[1].Type = "" }, "amsterdam boston chennai key-mgr"},
		{"genesis with role keys", func(o *Options) {
			o.RoleKeys = map[string][]root.PublicKey{"timestamp": {numbered(1)}, "snapshot": {numbered(1)}, "targets": {numbered(2), numbered(3)}}
		}, "amsterdam boston chennai"},
		{"rehearsal", func(o *Options) {
			o.Mode = Rehearsal
			for i := range o.Holders {
				o.Holders[i].Kind, o.Holders[i].Serial = RehearsalToken, Serial(string(rune('1'+i)))
			}
		}, "amsterdam boston chennai snapshot targets timestamp"},
		{"rotation", func(o *Options) { o.Purpose, o.Trusted, o.Holders, o.Chain = Rotate, old, holders, old.Digest }, "edinburgh"},
		{"without a witness", func(o *Options) { o.Witness = "" }, "amsterdam boston chennai snapshot targets timestamp"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := options()
			c.change(&o)
			text, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			p := load(t, string(text))
			if got := strings.Join(p.Missing(), " "); got != c.missing {
				t.Errorf("missing %q, want %q", got, c.missing)
			}
			for _, f := range Lint(p, o.Trusted, LintOptions{At: at}).Findings {
				if f.Severity == Refuse {
					t.Errorf("%v\n%s", f, text)
				}
			}
		})
	}
}

// TestNewKeepsOldKeys: whom the options do not name stays, under a name of our
// making.
func TestNewKeepsOldKeys(t *testing.T) {
	old := trusted(t, load(t, string(example(t))))
	o := options()
	o.Purpose, o.Trusted, o.Chain, o.Holders = Renew, old, old.Digest, nil
	text, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	p := load(t, string(text))
	if got := strings.Join(p.Remaining(old), " "); got != "key-1 key-2 key-3 key-4 key-5" || !p.Frozen() {
		t.Errorf("remaining %q, frozen %v", got, p.Frozen())
	}
	s, err := p.Spec()
	if err != nil {
		t.Fatal(err)
	}
	c, err := root.Draft(old, s)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Root.RootRole().KeyIDs, old.RootRole().KeyIDs; strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("keyids %v, want %v", got, want)
	}
}

// TestNewRolesFollow: who leaves the root leaves the other roles too, and a role
// that had the root's keys has those of the next root.
func TestNewRolesFollow(t *testing.T) {
	p := load(t, string(example(t)))
	five := p.publicKeys([]string{"amsterdam", "boston", "chennai", "dakar", "fukuoka"})
	yes := true
	old := version3(t, draft(t, root.Spec{
		Format: root.TUF, Expires: at.Add(60 * day), ConsistentSnapshot: &yes,
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 3, Keys: five},
			{Name: "targets", Threshold: 2, Keys: five},
			{Name: "snapshot", Threshold: 1, Keys: p.publicKeys([]string{"fukuoka", "online"})},
			{Name: "timestamp", Threshold: 1, Keys: p.publicKeys([]string{"online"})},
		},
	}))
	o := options()
	o.Purpose, o.Trusted, o.Chain = Rotate, old, old.Digest
	fukuoka, _ := p.KeyOf("fukuoka")
	o.Holders = []Holder{
		{Name: "edinburgh", Organisation: "Europe", Kind: PIVToken, Serial: "16"},
		{Name: "fukuoka", Organisation: "Asia", Kind: PIVToken, Serial: "17", Key: fukuoka.Fingerprint(), Leaves: true},
	}
	text, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	next := load(t, string(text))
	holders := []string{"edinburgh", "key-1", "key-2", "key-3", "key-4"}
	want := map[string]Role{"targets": {2, holders}, "snapshot": {1, []string{"key-5"}}}
	if diff := cmp.Diff(want, next.Roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(holders, next.Root.Keyholders); diff != "" {
		t.Errorf("keyholders (-want +got):\n%s", diff)
	}
}

func TestNewRefuses(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Options)
		want   string
	}{
		{"format", func(o *Options) { o.Format = "pgp" }, `format "pgp": want tuf or conda`},
		{"purpose", func(o *Options) { o.Purpose = Renew }, "purpose: a genesis continues no root, and every other purpose needs the trusted one"},
		{"old key in a genesis", func(o *Options) { o.Holders[0].Key[0] = 1 }, "holder amsterdam: a genesis has no keys before it"},
		{"name", func(o *Options) { o.Holders[0].Name = "Ada L" }, `"Ada L" is no name: want lower-case letters, digits and hyphens`},
		{"lines of its own", func(o *Options) { o.Holders[0].Name = "a: {type: rsa}\n  b" }, `"a: {type: rsa}\n  b" is no name: want lower-case letters, digits and hyphens`},
		{"control character", func(o *Options) { o.Name = "a\nb" }, "plan with these options: 11:7: name: has a control character: want one line of text"},
		{"time", func(o *Options) { o.Deadline = time.Time{} }, "plan with these options: 18:11: deadline: \"0001-01-01T00:00:00Z\" is not a date like 2026-12-31T00:00:00Z"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := options()
			c.change(&o)
			_, err := New(o)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

// TestNewContinuesRealRoots: a renewal of a root in production keeps every key
// under its keyid, whatever the key objects look like.
func TestNewContinuesRealRoots(t *testing.T) {
	for _, file := range []string{"sigstore/15.root.json", "sigstore/4.root.json", "anaconda/1.root.json"} {
		t.Run(file, func(t *testing.T) {
			raw, err := os.ReadFile("../../testdata/" + file)
			if err != nil {
				t.Fatal(err)
			}
			old, err := root.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			o := options()
			o.Purpose, o.Trusted, o.Chain, o.Holders, o.Format = Renew, old, old.Digest, nil, Format(old.Format.String())
			text, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			p := load(t, string(text))
			s, err := p.Spec()
			if err != nil {
				t.Fatal(err)
			}
			c, err := root.Draft(old, s)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range old.Roles {
				next, _ := c.Root.Role(r.Name)
				if strings.Join(next.KeyIDs, " ") != strings.Join(r.KeyIDs, " ") || next.Threshold != r.Threshold {
					t.Errorf("role %s: %d of %v, was %d of %v", r.Name, next.Threshold, next.KeyIDs, r.Threshold, r.KeyIDs)
				}
			}
			for _, f := range Lint(p, old, LintOptions{At: at}).Findings {
				switch f.Rule {
				case "PLAN-KEY-DROPPED", "PLAN-KEY-UNNAMED", "PLAN-PURPOSE", "PLAN-DRAFT", "PLAN-CONTINUES":
					t.Errorf("%v", f)
				}
			}
		})
	}
}
