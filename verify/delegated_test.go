package verify_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// manager is a key manager of that version, changed.
func manager(version int, edits ...func(*forge.Doc)) []byte {
	d := forge.KeyManager(version, forge.Ed25519("packages"), forge.Ed25519("online"))
	for _, edit := range edits {
		edit(d)
	}
	return d.Bytes()
}

func unversioned(made string) func(*forge.Doc) {
	return func(d *forge.Doc) {
		delete(d.Signed, "version")
		d.Signed["timestamp"] = made
	}
}

func TestDelegated(t *testing.T) {
	trusted := trust(t, forge.Root(root.Conda, 1, 2, people(root.Conda)...).Bytes(), options())
	other := func(d *forge.Doc) { d.Signed["x-fork"] = true }
	spaced := func(d *forge.Doc) { d.Text = func(file []byte) []byte { return append(file, '\n') } }
	for _, c := range []struct {
		name      string
		seen, now []byte // nil: none
		fails     []string
		has       string // a rule that warns or is skipped
	}{
		{"none, and none was seen", nil, nil, nil, "QUORUM-DELEGATION"},
		{"the first", nil, manager(1), nil, ""},
		{"the same", manager(2), manager(2), nil, ""},
		{"newer", manager(2), manager(3), nil, ""},
		{"older", manager(2), manager(1), []string{"STATE-ROLLBACK"}, ""},
		{"another of the same version", manager(2), manager(2, other), []string{"STATE-EQUIVOCATION"}, ""},
		{"the same in other bytes", manager(2), manager(2, spaced), nil, "STATE-BYTES"},
		{"withheld", manager(2), nil, []string{"STATE-WITHHELD"}, ""},
		{"without a version where there was one", manager(2), manager(3, unversioned("2026-06-01T00:00:00Z")), []string{"STATE-ROLLBACK"}, ""},
		{"by time, newer", manager(1, unversioned("2026-01-01T00:00:00Z")), manager(1, unversioned("2026-01-02T00:00:00Z")), nil, "ROOT-VERSION"},
		{"by time, older", manager(1, unversioned("2026-01-02T00:00:00Z")), manager(1, unversioned("2026-01-01T00:00:00Z")), []string{"STATE-ROLLBACK"}, "ROOT-VERSION"},
		{"with a version where there was none", manager(1, unversioned("2026-01-02T00:00:00Z")), manager(1), nil, ""},
		{"expired", manager(1), manager(2, set("expiration", "2026-10-31T00:00:00Z")), []string{"FRESH-EXPIRED"}, ""},
		{"signed by a key that the root has revoked", manager(1), manager(2, func(d *forge.Doc) { d.Signers = []forge.Key{mallory} }), []string{"QUORUM-DELEGATION"}, ""},
		{"too large", nil, make([]byte, 600_000), []string{"ROOT-SIZE"}, ""},
		{"remembered, and too large", make([]byte, 600_000), manager(1), []string{"STATE-CHAIN"}, ""},
		{"remembered, and damaged", []byte("{"), manager(1), []string{"STATE-CHAIN"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			source, seen := verify.Files{}, verify.Files{}
			if c.now != nil {
				source[verify.KeyManagerFile] = c.now
			}
			if c.seen != nil {
				seen[verify.KeyManagerFile] = c.seen
			}
			o := options()
			o.Seen = memory{seen}
			m, raw, rep, err := verify.Delegated(t.Context(), trusted, source, o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.fails, failing(rep)); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
			if good := c.fails == nil && c.now != nil; (m != nil) != good || good && string(raw) != string(c.now) {
				t.Errorf("document %v, %d bytes", m != nil, len(raw))
			}
			if c.has != "" && !has(rep, c.has, verify.Warn) && !has(rep, c.has, verify.Skip) {
				t.Errorf("nothing is said under %s: %s", c.has, rep.AppendJSON(nil))
			}
			validate(t, rep)
		})
	}
}

// A key manager is judged under the newest root that was seen, and under no
// other: an older one may still delegate to a key that was revoked since.
func TestDelegatedUnderAnOlderRoot(t *testing.T) {
	files := roots(root.Conda, 1, 2)
	source := verify.Files{verify.KeyManagerFile: manager(1)}
	for _, c := range []struct {
		name    string
		trusted []byte
		want    []string
	}{
		{"the newest", files["2.root.json"], nil},
		{"an older one", files["1.root.json"], []string{"STATE-ROLLBACK"}},
		{"another one", another(root.Conda, 2), []string{"STATE-CHAIN"}},
	} {
		o := options()
		o.Seen = memory{files}
		m, _, rep, err := verify.Delegated(t.Context(), trust(t, c.trusted, o), source, o)
		if diff := cmp.Diff(c.want, failing(rep)); diff != "" || err != nil || (m == nil) != (c.want != nil) {
			t.Errorf("%s: %v\n%s", c.name, err, diff)
		}
	}
}

func TestDelegatedUnread(t *testing.T) {
	trusted := trust(t, forge.Root(root.Conda, 1, 2, people(root.Conda)...).Bytes(), options())
	disk := errors.New("disk on fire")
	for name, c := range map[string]struct {
		source verify.Source
		seen   verify.Memory
	}{
		"the source":        {broken{verify.Files{}, verify.KeyManagerFile, disk}, nil},
		"what was accepted": {verify.Files{}, deaf{disk}},
	} {
		o := options()
		o.Seen = c.seen
		m, _, rep, err := verify.Delegated(t.Context(), trusted, c.source, o)
		if m != nil || !errors.Is(err, disk) || rep.Verdict() != verify.Undecided {
			t.Errorf("%s cannot be read: %v, %v", name, err, rep.Verdict())
		}
	}
	if m, _, rep, err := verify.Delegated(t.Context(), verify.Trusted{}, verify.Files{}, options()); m != nil || err != nil || rep.Verdict() != verify.Refused {
		t.Errorf("from nothing: %v, %v", rep.Verdict(), err)
	}
}

// A deaf memory answers nothing.
type deaf struct{ err error }

func (d deaf) Read(context.Context, string, int64) ([]byte, error) { return nil, d.err }

func (d deaf) Newest(context.Context) (int64, error) { return 0, d.err }
