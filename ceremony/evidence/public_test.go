package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// redacted is the public evidence of the finished sitting.
func redacted(t testing.TB) []byte {
	t.Helper()
	p := finished(t)
	raw, err := Redact(p.hands(), p.w.bundle)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestPublic: public evidence verifies from the pin, and says what it cannot show.
func TestPublic(t *testing.T) {
	p := finished(t)
	raw := redacted(t)
	if !bytes.Equal(raw, redacted(t)) {
		t.Error("made twice, it differs")
	}
	report, found := Check(raw, p.w.options())
	if report.Verdict() != verify.Accepted || found.Public == nil || found.Record != nil {
		t.Fatalf("%s: %v", report.Verdict(), report.Failures())
	}
	want := map[verify.Result][]string{
		verify.Pass: {"ARCHIVE", "ATTEST", "CAS", "CHAIN", "END", "FILES", "MANIFEST", "MODE", "PIN", "PUBLIC", "ROOT", "SEAL", "STATEMENT"},
		verify.Skip: {"ABANDONED", "ARRIVED", "CANDIDATE", "EQUIVOCATION", "EXCEPTION", "FACT", "HEAD", "JOURNAL", "PLAN", "QUORUM", "RECORD", "WITNESS", "WORD"},
	}
	for result, rules := range want {
		if diff := cmp.Diff(rules, broken(report, result)); diff != "" {
			t.Errorf("%s, -want +got:\n%s", result, diff)
		}
	}
	wantCounts := Counts{Entries: 34, Exceptions: 1, Refusals: 1, Witnessed: 1}
	if diff := cmp.Diff(wantCounts, found.Public.Counts); diff != "" {
		t.Error(diff)
	}
}

// TestPublicSaysNothing: of what the plan does not let be published, nothing can
// be found in public evidence, and what it lets is there.
func TestPublicSaysNothing(t *testing.T) {
	p := finished(t)
	files := opened(t, redacted(t))
	text := string(files[ManifestFile]) + string(files[PublicFile])
	secrets := []string{"fire alarm", "go on", "not what was agreed", "the auditor", "Example Audit", "a stick", p.w.witnessKey(), digest(0x5a).String()}
	var public []string
	for name, part := range p.grounds.Plan.Participants {
		for what, value := range map[plan.Publish]string{
			plan.PublishName: name, plan.PublishOrganisation: part.Organisation,
			plan.PublishLocation: part.Location, plan.PublishSerial: string(part.Token.Serial),
		} {
			if slices.Contains(part.Publish, what) {
				public = append(public, value)
			} else {
				secrets = append(secrets, value)
			}
		}
	}
	for _, c := range p.state.Signatures {
		if c.Contribution.Participant != "edinburgh" {
			secrets = append(secrets, fmt.Sprintf("%x", c.Contribution.Attestation.Leaf))
		}
	}
	for _, value := range secrets {
		if strings.Contains(text, value) {
			t.Errorf("it says %.60q", value)
		}
	}
	for _, value := range public {
		if !strings.Contains(text, value) {
			t.Errorf("it does not say %q", value)
		}
	}
	if len(public) != 4 || len(secrets) != 8+5*4-4+2 {
		t.Errorf("%d values are public, %d secret", len(public), len(secrets))
	}
	for name := range files {
		if _, came := arrivedDigest(name); came || slices.Contains([]string{PlanFile, FrozenFile, JournalFile, CandidateFile}, name) {
			t.Errorf("it has %s", name)
		}
	}
}

// The order of the aliases depends on the salt, and on nothing else that can be seen.
func TestAliasOrder(t *testing.T) {
	names := []string{"amsterdam", "boston", "chennai", "dakar", "edinburgh"}
	orders := make(map[string]bool)
	for i := range 20 {
		orders[strings.Join(keeper{salt: digest(byte(i))}.order(names), " ")] = true
	}
	if len(orders) < 15 {
		t.Errorf("of 20 salts, %d orders", len(orders))
	}
}

// TestOpenings: who has the full evidence can open each commitment, one at a
// time, and nobody can open it to anything else.
func TestOpenings(t *testing.T) {
	p := finished(t)
	all, err := Openings(p.hands(), p.w.bundle)
	if err != nil {
		t.Fatal(err)
	}
	public, err := ParsePublic(opened(t, redacted(t))[PublicFile])
	if err != nil {
		t.Fatal(err)
	}
	var closed []string
	for name, f := range public.fields() {
		if f.Value == nil {
			closed = append(closed, name)
		}
	}
	slices.Sort(closed)
	if diff := cmp.Diff(closed, slices.Sorted(maps.Keys(all))); diff != "" {
		t.Errorf("what is committed to, and what can be opened: %s", diff)
	}
	keys := make(map[root.Digest]bool)
	for name, o := range all {
		if err := public.Opens(o); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if back, err := ParseOpening(o.Encode()); err != nil || back != o {
			t.Errorf("%s is read back as %+v: %v", name, back, err)
		}
		if keys[o.Key] {
			t.Errorf("%s has the key of another field", name)
		}
		keys[o.Key] = true
		for _, other := range []Opening{{Field: name, Key: o.Key, Value: o.Value + " "}, {Field: name, Key: digest(1), Value: o.Value}, {Field: name, Key: o.Key}} {
			if same := other.Key == o.Key && other.Value == o.Value; !same && !errors.Is(public.Opens(other), ErrOpening) {
				t.Errorf("%s opens to %q", name, other.Value)
			}
		}
	}
	for _, raw := range []string{"", "{}\n", strings.Replace(string(all["place"].Encode()), "v1", "v2", 1), strings.Repeat(" ", maxOpening+1)} {
		if _, err := ParseOpening([]byte(raw)); err == nil {
			t.Errorf("%.40q is read", raw)
		}
	}
	for _, name := range []string{"p9/name", "p1/age", ""} {
		if err := public.Opens(Opening{Field: name}); err == nil || errors.Is(err, ErrOpening) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestNoSalt: what was never handed over cannot be made public.
func TestNoSalt(t *testing.T) {
	w := begun(t)
	p := w.place(t, "amsterdam", w.rotationPlan())
	p.untilOneSigned()
	if _, err := Redact(p.hands(), w.bundle); !errors.Is(err, ErrNoSalt) {
		t.Errorf("%v", err)
	}
	if _, err := Openings(p.hands(), w.bundle); !errors.Is(err, ErrNoSalt) {
		t.Errorf("%v", err)
	}
	if _, err := Redact(redacted(t), w.bundle); err == nil {
		t.Error("public evidence is redacted once more")
	}
}
