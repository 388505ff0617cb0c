package channel_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// What a self-made transcription of the reference says of a record: see
// reference_test.go.
const (
	refTrusted   = "package metadata is TRUSTED"
	refUntrusted = "package metadata is UNTRUSTED"
	refNone      = "no signatures found"
)

// An attack is one record that is not what it should be, or that may look so and
// is. The number is that of the weakness in the list of those known of conda's
// content trust; 0 is none of these.
type attack struct {
	name      string
	weakness  int
	entry     channeltest.Entry
	by        func(testing.TB) *root.KeyManager // byOne if nil
	verdict   channel.Verdict
	rule      string // that refuses or warns
	reference string
}

// raw is a signature's JSON.
func raw(signature string) string { return `{"signature":"` + signature + `"}` }

func attacks() []attack {
	z, b := zlib(), bzip()
	zs, bs := z.Sign(one()), b.Sign(one())
	zSig := channeltest.Signature(one(), z.Record)
	id := channeltest.Hex(one())
	return []attack{
		{name: "good", entry: zs, verdict: channel.Trusted, reference: refTrusted},
		{name: "good, .tar.bz2", entry: bs, verdict: channel.Trusted, reference: refTrusted},
		{name: "stripped", weakness: 6, entry: z, verdict: channel.Unsigned, rule: channel.RuleSigned, reference: refNone},
		{name: "an empty entry", weakness: 6, entry: channeltest.Entry{File: z.File, Record: z.Record, Signatures: map[string]string{}}, verdict: channel.Unsigned, rule: channel.RuleSigned, reference: refUntrusted},
		{name: "a revoked key", weakness: 4, entry: z.Sign(secret("revoked")), verdict: channel.Unknown, rule: channel.RuleListed, reference: refUntrusted},
		{name: "the key manager's key", weakness: 16, entry: z.Sign(secret("online")), verdict: channel.Unknown, rule: channel.RuleListed, reference: refUntrusted},
		{name: "a root key", weakness: 16, entry: z.Sign(secret("anna")), verdict: channel.Unknown, rule: channel.RuleListed, reference: refUntrusted},
		{name: "changed after it was signed", entry: zs.Edit(`"depends":[]`, `"depends":["evil"]`), verdict: channel.Bad, rule: channel.RuleValid, reference: refUntrusted},
		{name: "another record's signature", entry: z.With(id, raw(channeltest.Signature(one(), b.Record))), verdict: channel.Bad, rule: channel.RuleValid, reference: refUntrusted},
		{name: "a signature of the bytes as received", entry: z.With(id, raw(hex.EncodeToString(ed25519.Sign(one(), []byte(z.Record))))), verdict: channel.Bad, rule: channel.RuleValid, reference: refUntrusted},

		{name: "another package's record", weakness: 7, entry: bs.Called("openssl-3.5.0-h7_0.tar.bz2"), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "an older version's record", weakness: 7, entry: zs.Called("zlib-1.3.2-h4_0.conda"), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a file name that goes on", weakness: 7, entry: zs.Called("zlib-1.3.1-h4_0.1.conda"), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a file name that begins earlier", weakness: 7, entry: zs.Called("lib-zlib-1.3.1-h4_0.conda"), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a .conda record as .tar.bz2", weakness: 7, entry: zs.Called("zlib-1.3.1-h4_0.tar.bz2"), verdict: channel.Trusted, reference: refTrusted},
		{name: "a record of no kind of package", weakness: 17, entry: zs.Called("zlib-1.3.1-py3-none-any.whl"), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a name with no ending", weakness: 17, entry: zs.Called("zlib-1.3.1-h4_0"), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a file name of nothing", weakness: 17, entry: zs.Called(""), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "another subdir's record", weakness: 7, entry: channeltest.New("osx-64", "zlib", "1.3.1", "h4_0", ".conda", nil).Sign(one()), verdict: channel.Misplaced, rule: channel.RulePlace, reference: refTrusted},
		{name: "no subdir", weakness: 7, entry: z.Edit(`"subdir":"linux-64",`, "").Sign(one()), verdict: channel.Misplaced, rule: channel.RulePlace, reference: refTrusted},
		{name: "a subdir that is no text", weakness: 7, entry: z.Edit(`"linux-64"`, "64").Sign(one()), verdict: channel.Misplaced, rule: channel.RulePlace, reference: refTrusted},
		{name: "no name", entry: z.Edit(`"name":"zlib",`, "").Sign(one()), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a version that is a number", entry: channeltest.New(subdir, "zlib", "13", "0", ".conda", nil).Edit(`"13"`, "13").Sign(one()), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a file name with two readings", weakness: 7, entry: channeltest.New(subdir, "a", "b-1", "0", ".conda", nil).Sign(one()), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a dash in the build", weakness: 7, entry: channeltest.New(subdir, "a", "1", "b-0", ".conda", nil).Sign(one()), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a path for a name", entry: channeltest.New(subdir, "../../x", "1", "0", ".conda", nil).Sign(one()), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},
		{name: "a name that cannot be seen", entry: channeltest.New(subdir, "z\u200blib", "1", "0", ".conda", nil).Sign(one()), verdict: channel.Misplaced, rule: channel.RuleFile, reference: refTrusted},

		{name: "s and the group's order", weakness: 14, entry: z.With(id, raw(hex.EncodeToString(forge.PlusOrder(unhex(zSig))))), verdict: channel.Bad, rule: channel.RuleValid, reference: refUntrusted},
		{name: "raw, and other_headers", weakness: 14, entry: z.With(id, `{"other_headers":"00","signature":"`+zSig+`"}`), verdict: channel.Bad, rule: channel.RuleForm, reference: refTrusted},
		{name: "raw, and another member", weakness: 14, entry: z.With(id, `{"signature":"`+zSig+`","x":1}`), verdict: channel.Bad, rule: channel.RuleForm, reference: refTrusted},
		{name: "OpenPGP's form", weakness: 15, entry: z.With(id, openPGP(z.Record)), verdict: channel.Bad, rule: channel.RuleForm, reference: refUntrusted},
		{name: "a signature in capitals", weakness: 13, entry: z.With(id, raw(strings.ToUpper(zSig))), verdict: channel.Bad, rule: channel.RuleForm, reference: refUntrusted},
		{name: "a signature that is text", entry: z.With(id, `"`+zSig+`"`), verdict: channel.Bad, rule: channel.RuleForm, reference: refUntrusted},
		{name: "a signature that is too short", entry: z.With(id, raw(zSig[:126])), verdict: channel.Bad, rule: channel.RuleForm, reference: refUntrusted},
		{name: "a key in capitals", weakness: 13, entry: z.With(strings.ToUpper(id), raw(zSig)), verdict: channel.Unknown, rule: channel.RuleListed, reference: refUntrusted},
		{name: "a key that is no key", entry: z.With("me", raw(zSig)), verdict: channel.Unknown, rule: channel.RuleListed, reference: refUntrusted},

		{name: "junk beside a good signature", weakness: 17, entry: zs.With("me", "[]"), verdict: channel.Trusted, reference: refTrusted},
		{name: "a stranger beside a good signature", entry: zs.Sign(secret("mallory")), verdict: channel.Trusted, reference: refTrusted},
		{name: "a bad signature beside a good one", entry: zs.With(channeltest.Hex(two()), raw(zSig)), verdict: channel.Trusted, rule: channel.RuleValid, reference: refTrusted},

		{name: "two of two", entry: zs.Sign(two()), by: byTwo, verdict: channel.Trusted, reference: refTrusted},
		{name: "one of two", entry: zs, by: byTwo, verdict: channel.BelowThreshold, rule: channel.RuleQuorum, reference: refUntrusted},
		{name: "one of two, and a stranger", entry: zs.Sign(secret("mallory")), by: byTwo, verdict: channel.BelowThreshold, rule: channel.RuleQuorum, reference: refUntrusted},
		{name: "one of two, and a bad one", entry: zs.With(channeltest.Hex(two()), raw(zSig)), by: byTwo, verdict: channel.Bad, rule: channel.RuleValid, reference: refUntrusted},
		{name: "one key in two spellings", weakness: 13, entry: zs.With(strings.ToUpper(id), raw(zSig)), by: byTwo, verdict: channel.BelowThreshold, rule: channel.RuleQuorum, reference: refUntrusted},

		{name: "a key without a secret", weakness: 12, entry: z.With(forge.SmallOrder().ID, raw(forge.SmallOrder().ID+strings.Repeat("0", 64))), by: weakly(1), verdict: channel.Unknown, rule: channel.RuleListed, reference: refTrusted},
		{name: "one real key, and one without a secret", weakness: 12, entry: zs.With(forge.SmallOrder().ID, raw(forge.SmallOrder().ID+strings.Repeat("0", 64))), by: weakly(2), verdict: channel.BelowThreshold, rule: channel.RuleQuorum, reference: refTrusted},

		{name: "1e400", weakness: 21, entry: z.Edit(`"depends":[]`, `"depends":1e400`).With(id, raw(infinite(z))), verdict: channel.Bad, rule: channel.RuleCanonical, reference: refTrusted},
		{name: "numbers of any size", weakness: 23, entry: z.Edit(`"depends":[]`, `"depends":[123456789012345678901234567890,1e2,-0,1.5e-7]`).Sign(one()), verdict: channel.Trusted, reference: refTrusted},
		{name: "text in every alphabet", weakness: 23, entry: z.Edit(`"depends":[]`, `"depends":["ü\u007f\ud83d\ude00","<&>"]`).Sign(one()), verdict: channel.Trusted, reference: refTrusted},
	}
}

// weakly is a key manager that lists one real key and one without a secret. Only
// one that does not ask for more than there are can be accepted at all.
func weakly(threshold int) func(testing.TB) *root.KeyManager {
	return func(t testing.TB) *root.KeyManager {
		return manager(t, document(1, threshold, forge.Ed25519("one"), forge.SmallOrder()))
	}
}

// infinite is a signature of what Python's json writes for a number that is too
// large.
func infinite(e channeltest.Entry) string {
	form := string(channeltest.Canonical(e.Edit(`"depends":[]`, `"depends":12345678`).Record))
	return hex.EncodeToString(ed25519.Sign(one(), []byte(strings.Replace(form, "12345678", "Infinity", 1))))
}

// openPGP is a record's signature as roots have them.
func openPGP(record string) string {
	const headers = "04001608001d"
	form := append(channeltest.Canonical(record), unhex(headers+"04ff00000006")...)
	digest := root.DigestOf(form)
	return fmt.Sprintf(`{"other_headers":%q,"signature":"%x"}`, headers, ed25519.Sign(one(), digest[:]))
}

func unhex(s string) []byte {
	raw, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return raw
}

func TestAttacks(t *testing.T) {
	for _, a := range attacks() {
		t.Run(a.name, func(t *testing.T) {
			by := byOne
			if a.by != nil {
				by = a.by
			}
			j := channel.NewJudge(by(t), subdir, channel.Options{})
			r := results(t, j, channeltest.Text(subdir, a.entry))[a.entry.File]
			rule := r.Finding.Rule
			if r.Finding.Result == verify.Pass {
				rule = ""
			}
			if r.Verdict() != a.verdict || rule != a.rule || r.Accepted() != (a.verdict == channel.Trusted) {
				t.Errorf("%v by %q, want %v by %q: %+v", r.Verdict(), rule, a.verdict, a.rule, r.Finding)
			}
			if a.rule != "" && (r.Finding.Detail == "" || r.Finding.Subject != a.entry.File || !strings.HasPrefix(r.Finding.Pointer, "/")) {
				t.Errorf("says too little: %+v", r.Finding)
			}
		})
	}
}

// Strict refuses a wrong signature beside enough good ones.
func TestStrict(t *testing.T) {
	e := zlib().Sign(one()).With(channeltest.Hex(two()), raw(channeltest.Signature(one(), zlib().Record)))
	text := channeltest.Text(subdir, e)
	for strict, want := range map[bool]verify.Result{false: verify.Warn, true: verify.Fail} {
		r := results(t, channel.NewJudge(byOne(t), subdir, channel.Options{Strict: strict}), text)[e.File]
		if r.Finding.Result != want || r.Finding.Rule != channel.RuleValid {
			t.Errorf("strict %v: %+v", strict, r.Finding)
		}
	}
}

// Unsigned records may be allowed; what is allowed is nothing else.
func TestAllowUnsigned(t *testing.T) {
	j := channel.NewJudge(byOne(t), subdir, channel.Options{AllowUnsigned: true})
	moved := bzip().Called("other-1-0.tar.bz2")
	stranger := channeltest.New(subdir, "x", "1", "0", ".conda", nil).Sign(secret("mallory"))
	got := results(t, j, channeltest.Text(subdir, zlib(), moved, stranger))
	for _, c := range []struct {
		file    string
		verdict channel.Verdict
		result  verify.Result
	}{
		{zlib().File, channel.Unsigned, verify.Warn},
		{moved.File, channel.Misplaced, verify.Fail},
		{stranger.File, channel.Unknown, verify.Fail},
	} {
		if r := got[c.file]; r.Verdict() != c.verdict || r.Finding.Result != c.result {
			t.Errorf("%s: %v, %v", c.file, r.Verdict(), r.Finding)
		}
	}
}
