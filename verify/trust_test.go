package verify_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

func TestTrust(t *testing.T) {
	raw := load(t, "sigstore/3.root.json")
	good := trust(t, raw, options()).Pin()
	for _, c := range []struct {
		name string
		pin  verify.Pin
		raw  []byte
		want []string
	}{
		{"good, though expired", good, raw, nil},
		{"another version", verify.Pin{Version: 4, Digest: good.Digest}, raw, []string{"CHAIN-PIN"}},
		{"another digest", verify.Pin{Version: 3}, raw, []string{"CHAIN-PIN"}},
		{"own threshold not met", pinOf(unsigned()), unsigned(), []string{"QUORUM-OWN"}},
	} {
		trusted, rep := verify.TrustPin(c.pin, c.raw, options())
		if cmp.Diff(c.want, failing(rep)) != "" || trusted.IsZero() != (c.want != nil) {
			t.Errorf("%s: %v", c.name, failing(rep))
		}
		validate(t, rep)
	}
	if _, rep := verify.TrustFile(unsigned(), options()); cmp.Diff([]string{"QUORUM-OWN"}, failing(rep)) != "" {
		t.Errorf("an unsigned file is trusted: %v", failing(rep))
	}
}

func unsigned() []byte {
	d := forge.Root(root.TUF, 1, 2, people(root.TUF)...)
	d.Signers = d.Signers[:1]
	return d.Bytes()
}

func pinOf(raw []byte) verify.Pin {
	r, err := root.Parse(raw)
	if err != nil {
		panic(err)
	}
	return verify.Pin{Version: r.Version, Digest: r.Digest}
}

func TestParsePin(t *testing.T) {
	digest := "eca99c3f26949ca734fc4c03ef2a128736158b2f76868773b0334974cc1f3470"
	p, err := verify.ParsePin("3:" + digest)
	if err != nil || p.String() != "3:"+digest {
		t.Errorf("%v, %v", p, err)
	}
	for _, bad := range []string{"", "3", ":" + digest, "0:" + digest, "-1:" + digest, "03:" + digest, "+3:" + digest, "3:", "3:" + digest[1:], "3:" + digest + "0", "3:" + "E" + digest[1:], "99999999999999999999:" + digest} {
		if p, err := verify.ParsePin(bad); err == nil {
			t.Errorf("%q is taken as %v", bad, p)
		}
	}
}

func TestNoTimeNoTrust(t *testing.T) {
	raw := load(t, "sigstore/1.root.json")
	if trusted, rep := verify.TrustFile(raw, verify.Options{}); !trusted.IsZero() || !has(rep, "RUN-TIME", verify.Fail) {
		t.Error("trusted without a time")
	}
	good := trust(t, raw, options())
	if c := verify.Fresh(good, verify.Options{}); c.Result != verify.Fail {
		t.Error("fresh at no time")
	}
	for name, f := range map[string]func(verify.Trusted, verify.Options) verify.Report{
		"next":      func(t verify.Trusted, o verify.Options) verify.Report { _, r := verify.Next(t, raw, o); return r },
		"candidate": func(t verify.Trusted, o verify.Options) verify.Report { _, r := verify.Candidate(t, raw, o); return r },
		"chain": func(t verify.Trusted, o verify.Options) verify.Report {
			_, r, _ := verify.Chain(context.Background(), t, verify.Files{}, o, nil)
			return r
		},
		"key manager": func(t verify.Trusted, o verify.Options) verify.Report { _, r := verify.KeyManager(t, raw, o); return r },
	} {
		if rep := f(good, verify.Options{}); !has(rep, "RUN-TIME", verify.Fail) {
			t.Errorf("%s judges without a time", name)
		}
		if rep := f(verify.Trusted{}, options()); rep.Verdict() != verify.Refused {
			t.Errorf("%s starts from nothing: %v", name, rep.Verdict())
		}
	}
}

// A rehearsal takes only what a rehearsal made, and production nothing of it,
// as the trusted root and as what follows.
func TestRehearsal(t *testing.T) {
	for _, f := range []root.Format{root.TUF, root.Conda} {
		doc := func(version int, marked bool) []byte {
			d := forge.Root(f, version, 2, people(f)...)
			if marked {
				d.Signed[root.RehearsalMember] = true
			}
			return d.Bytes()
		}
		play, real := options(), options()
		play.Rehearsal = true
		for _, c := range []struct {
			one, two bool
			o        verify.Options
			trusted  bool
			accepted bool
		}{
			{false, false, real, true, true},
			{true, true, play, true, true},
			{false, true, real, true, false},
			{true, false, play, true, false},
			{true, true, real, false, false},
			{false, false, play, false, false},
		} {
			trusted, _ := verify.TrustFile(doc(1, c.one), c.o)
			if !trusted.IsZero() != c.trusted {
				t.Errorf("%v: marked %v, rehearsal %v: trusted %v", f, c.one, c.o.Rehearsal, !trusted.IsZero())
			}
			next, rep := verify.Next(trusted, doc(2, c.two), c.o)
			if !next.IsZero() != c.accepted {
				t.Errorf("%v: marked %v then %v, rehearsal %v: %v", f, c.one, c.two, c.o.Rehearsal, rep.Failures())
			}
		}
		// A root trusted in one world is not trusted in the other.
		trusted := trust(t, doc(1, true), play)
		if next, rep := verify.Next(trusted, doc(2, true), real); !next.IsZero() || !has(rep, "REHEARSAL-MARK", verify.Fail) {
			t.Errorf("%v: a rehearsal's root leads production", f)
		}
	}
}

func TestFormatsDoNotMix(t *testing.T) {
	trusted := trust(t, forge.Root(root.TUF, 1, 2, people(root.TUF)...).Bytes(), options())
	if next, rep := verify.Next(trusted, forge.Root(root.Conda, 2, 2, people(root.Conda)...).Bytes(), options()); !next.IsZero() || !has(rep, "CHAIN-FORMAT", verify.Fail) {
		t.Errorf("a chain changes its format: %v", failing(rep))
	}
}
