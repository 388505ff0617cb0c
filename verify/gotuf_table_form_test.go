package verify_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// Good roots that go-tuf cannot check, because it writes the document anew.
func rewritingDisagreements() []disagreement {
	rewrites := func(reason string) func(*comparison) bool {
		return func(c *comparison) bool { return rewriting(c) == reason && c.mangled() }
	}
	return []disagreement{
		{
			name: "no consistent_snapshot", theirs: "adds false, and finds no good signature",
			why: "the member is optional", source: "TUF 1.0.34, 4.3", refused: rewrites("no consistent_snapshot"),
		},
		{
			name: "a date with an offset of zero, or a fraction that ends in zero", theirs: "writes Z, or fewer digits, and finds no good signature",
			why: "we warn of every date that is not of the one form, and read those of RFC 3339; production roots had some", source: "RFC 3339, 5.6; sigstore v1 to v3", refused: rewrites("date"),
		},
		{
			name: "an integer above 2^53 in a member that it does not know", theirs: "reads a float, and finds no good signature",
			why: "canonical JSON has integers of any size", source: "TUF 1.0.34, 4.2 (OLPC canonical JSON)", refused: rewrites("number"),
		},
		{
			name: "a key whose public value is missing or no text", theirs: "adds an empty one, and finds no good signature; or cannot unmarshal",
			why: "keys of other types may look otherwise; they are kept and count nothing", source: "TUF 1.0.34, 4.2; TAP 18 (sigstore-oidc)", refused: rewrites("no public"),
		},
		{
			name: "a member that differs from a known one by its case", theirs: "takes it for the known one",
			why: "it is another member, which is kept and means nothing", source: "RFC 8259, 8.3; TUF 1.0.34, 4", refused: func(c *comparison) bool { return otherCase(c.tree) },
		},
	}
}

// mangled: what go-tuf checks signatures over is not what was received, or
// nothing at all.
func (c *comparison) mangled() bool {
	_, err := goTUFForm(c.raw)
	return err != nil || c.rewritten()
}

// rewriting is why go-tuf would write another signed part than was received,
// if it is one of the reasons known.
func rewriting(c *comparison) string {
	signed := c.tree.Get("signed")
	expires, _ := signed.Get("expires").Text(canonical.String)
	switch {
	case otherCase(c.tree):
		return "case"
	case none(signed.Get("consistent_snapshot")):
		return "no consistent_snapshot"
	case !sameDate(expires):
		return "date"
	case slices.ContainsFunc(signed.Get("keys").Members(), func(m canonical.Member) bool {
		_, text := m.Value.Get("keyval").Get("public").Text(canonical.String)
		return !text
	}):
		return "no public"
	case bigNumber(signed):
		return "number"
	}
	return ""
}

// sameDate: time.Time writes the date as it was.
func sameDate(text string) bool {
	t, err := time.Parse(time.RFC3339Nano, text)
	return err == nil && t.Format(time.RFC3339Nano) == text
}

// bigNumber: some integer is not the same as a float64.
func bigNumber(v *canonical.Value) bool {
	if s, ok := v.Text(canonical.Number); ok {
		f, err := strconv.ParseFloat(s, 64)
		return err != nil || strconv.FormatFloat(f, 'f', -1, 64) != s || f >= 1e21 || f <= -1e21
	}
	for _, m := range v.Members() {
		if bigNumber(m.Value) {
			return true
		}
	}
	return slices.ContainsFunc(v.Elements(), bigNumber)
}

// Good roots that go-tuf gives up on, because of something that they do not
// need.
func loadingDisagreements() []disagreement {
	return []disagreement{
		{
			name: "a key as a hex point in the root role", theirs: "PEM decoding failed",
			why: "production roots have them (sigstore v1 to v4); we warn of them", source: "TUF specification 1.0 before PEM; sigstore/root-signing#329",
			refused: says("PEM decoding failed", func(k root.Key) bool { return k.Usable() && !pemKey(k) }),
		},
		{
			name: "a key in the root role that cannot be used", theirs: "gives up; with the sigstore 1.10.6 that its go.mod asks for it panics on a short Ed25519 key",
			why: "a key that is unknown or malformed counts nothing; the others are enough, and we warn of it", source: "TUF 1.0.34, 4.2; go-tuf#739",
			refused: func(c *comparison) bool {
				return slices.ContainsFunc(cannotLoad(), func(text string) bool {
					return says(text, func(k root.Key) bool { return k.Public.IsZero() })(c)
				})
			},
		},
		{
			name: "a key of type ecdsa-sha2-nistp384 in the root role", theirs: "unsupported public key type",
			why: "an older name for a key that the specification allows", source: "TUF 1.0.34, 4.2; securesystemslib",
			refused: says("unsupported public key type", func(k root.Key) bool { return k.Type == "ecdsa-sha2-nistp384" }),
		},
		{
			name: "a keyid in the root role without a key", theirs: "key with ID ... not found",
			why: "the others are enough, and we warn of it; strictly it is refused", source: "TUF 1.0.34, 4.3",
			refused: func(c *comparison) bool {
				return strings.Contains(c.theirs.err.Error(), "not found in root keyids") && has(c.rep, "ROLE-KEYID-UNKNOWN", verify.Warn)
			},
		},
		{
			name: "a signature beside enough others that is no hex", theirs: "invalid byte, or invalid JSON hex bytes",
			why: "whoever relays a file could add one; those that are needed are good, and we warn of it", source: "tuf-conformance invalid_sig_in_valid_metadata",
			refused: func(c *comparison) bool {
				hex := strings.Contains(c.theirs.err.Error(), "encoding/hex: ") || strings.Contains(c.theirs.err.Error(), "invalid JSON hex bytes")
				return hex && has(c.rep, "SIG-FORM", verify.Warn)
			},
		},
	}
}

// cannotLoad are the errors with which go-tuf gives up on a key.
func cannotLoad() []string {
	return []string{
		"unsupported public key type", "PEM decoding failed", "unknown Public key PEM file type", "invalid ecdsa public key", "invalid rsa public key",
		"failed to parse public key", "x509: ", "asn1: ", "encoding/hex: ", "invalid size for ED25519 key", "panic: ed25519: bad public key length",
		"point not on curve", "point encoding", "element encoding", "invalid uncompressed public key",
	}
}

// says: go-tuf's error has this text, and a root role that was asked for lists
// such a key.
func says(text string, is func(root.Key) bool) func(*comparison) bool {
	return func(c *comparison) bool {
		roles := []root.Role{c.next.Root().RootRole()}
		if !c.trusted.IsZero() {
			roles = append(roles, c.trusted.Root().RootRole())
		}
		return strings.Contains(c.theirs.err.Error(), text) &&
			slices.ContainsFunc(roles, func(r root.Role) bool { return slices.ContainsFunc(r.Keys(), is) })
	}
}

func pemKey(k root.Key) bool { return strings.Contains(string(k.Object()), "-----BEGIN") }

func jsonKind(kinds ...error) func(*comparison, verify.Check) bool {
	return func(c *comparison, _ verify.Check) bool {
		return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(c.jsonErr, kind) })
	}
}

// otherCase: encoding/json takes some member for one that go-tuf knows, though
// its name differs.
func otherCase(file *canonical.Value) bool {
	alike := func(v *canonical.Value, known ...string) bool {
		return slices.ContainsFunc(v.Members(), func(m canonical.Member) bool {
			return slices.ContainsFunc(known, func(name string) bool { return m.Name != name && strings.EqualFold(m.Name, name) })
		})
	}
	found := alike(file, "signed", "signatures")
	for _, member := range file.Members() {
		switch {
		case strings.EqualFold(member.Name, "signatures"):
			for _, s := range member.Value.Elements() {
				found = found || alike(s, "keyid", "sig")
			}
		case strings.EqualFold(member.Name, "signed"):
			signed := member.Value
			found = found || alike(signed, "_type", "spec_version", "consistent_snapshot", "version", "expires", "keys", "roles")
			for _, k := range signed.Get("keys").Members() {
				found = found || alike(k.Value, "keytype", "scheme", "keyval") || alike(k.Value.Get("keyval"), "public")
			}
			for _, r := range signed.Get("roles").Members() {
				found = found || alike(r.Value, "keyids", "threshold")
			}
		}
	}
	return found
}

// none: null, or not there.
func none(v *canonical.Value) bool { return v.Kind() == canonical.Null }

// valueAt follows a JSON pointer (RFC 6901).
func valueAt(v *canonical.Value, pointer string) *canonical.Value {
	if pointer == "" {
		return v
	}
	for _, step := range strings.Split(pointer, "/")[1:] {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if i, err := strconv.Atoi(step); err == nil && v.Kind() == canonical.Array && i < v.Len() {
			v = v.Elements()[i]
		} else {
			v = v.Get(step)
		}
	}
	return v
}
