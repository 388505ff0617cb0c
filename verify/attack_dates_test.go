package verify_test

import (
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// expires sets the date, whatever it is called.
func expires(value any) func(*forge.Doc) {
	return func(d *forge.Doc) {
		if d.Format == root.Conda {
			d.Signed["expiration"] = value
			return
		}
		d.Signed["expires"] = value
	}
}

// Dates that are none, and dates that are not of the one form.
func dateAttacks() []attack {
	var out []attack
	for _, date := range []string{
		"2027-1-1T0:0:0Z", "2027-01-01T0:00:00Z", "2027-01-01T00:0:00Z", "2027-01-01T00:00:0Z", "2027-01-01T00:00Z", "2027-01-01", "2027-01-01T00:00:00",
		"2027-01-01T00:00:00,5Z", "2027-01-01T00:00:00.Z", "2027-01-01T00:00:60Z", "2026-12-31T23:59:60Z", "2027-01-01T24:00:00Z", "2027-01-01T00:60:00Z",
		"2027-01-01t00:00:00Z", "2027-01-01T00:00:00z", "2027-01-01 00:00:00Z", "2027-01-01T00:00:00 Z", " 2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z ",
		"2027-01-01T00:00:00Z\n", "2027-01-01T00:00:00ZZ", "2027-02-30T00:00:00Z", "2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z",
		"2027-01-00T00:00:00Z", "2027-01-32T00:00:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "-2027-01-01T00:00:00Z", "+2027-01-01T00:00:00Z",
		"27-01-01T00:00:00Z", "20270101T000000Z", "2027-W01-1T00:00:00Z", "2027-001T00:00:00Z", "2027-01-01T00:00:00UTC", "2027-01-01T00:00:00+24:00", "2027-01-01T00:00:00+0000",
		"2027-01-01T00:00:00+00", "2027-01-01T00:00:00.1234567890Z", "9999-12-31T23:59:59-00:01", "0001-01-01T00:00:00+00:01", "٢٠٢٧-01-01T00:00:00Z", "", "never", "1798761600",
	} {
		source := ""
		if date == "2027-1-1T0:0:0Z" {
			source = "conda weakness 25"
		}
		out = append(out, attack{name: "expires " + date, source: source, rule: "ROOT-DATE", edit: expires(date)})
	}
	for _, date := range []string{
		"2027-01-01T00:00:00+00:00", "2027-01-01T00:00:00-00:00", "2027-01-01T00:00:00-06:00", "2027-01-01T00:00:00.5Z", "2027-01-01T00:00:00.0Z",
		"2027-01-01T00:00:00.123456789Z", "2027-01-01T00:00:00.99008-06:00",
	} {
		out = append(out, attack{name: "expires " + date, source: "good: sub-second and offset dates", rule: "ROOT-DATE-FORM", warning: true, strictly: true, edit: expires(date)})
	}
	for name, value := range inOrder(map[string]any{"a number": 1798761600, "null": nil, "true": true, "a list": []any{}}) {
		out = append(out, attack{name: "expires, " + name, source: "CVE-2026-23991", rule: "ROOT-FORM", edit: expires(value)})
	}
	return append(out,
		attack{name: "no expiry", rule: "ROOT-FORM", only: root.TUF, edit: unset("expires")},
		attack{name: "no expiry in conda", rule: "ROOT-FORM", only: root.Conda, edit: unset("expiration")},
		attack{name: "a timestamp that is no date", source: "conda weakness 25", rule: "ROOT-DATE", only: root.Conda, edit: set("timestamp", "2026-1-1T0:0:0Z")},
		attack{name: "a timestamp that is a number", rule: "ROOT-FORM", only: root.Conda, edit: set("timestamp", 1)},
		attack{name: "a timestamp that is null", rule: "ROOT-FORM", only: root.Conda, edit: set("timestamp", nil)},
		attack{name: "a timestamp with an offset", rule: "ROOT-DATE-FORM", only: root.Conda, warning: true, strictly: true, edit: set("timestamp", "2026-01-01T01:00:00+01:00")},
	)
}

// A root is expired from the very second on.
func TestExpiresToTheSecond(t *testing.T) {
	for _, c := range []struct {
		expires, at string
		fresh       bool
	}{
		{"2027-01-01T00:00:00Z", "2026-12-31T23:59:59Z", true},
		{"2027-01-01T00:00:00Z", "2026-12-31T23:59:59.999999999Z", true},
		{"2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", false},
		{"2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z", false},
		{"2027-01-01T00:00:00.5Z", "2027-01-01T00:00:00Z", true},
		{"2027-01-01T00:00:00.5Z", "2027-01-01T00:00:00.5Z", false},
		{"2027-01-01T01:00:00+01:00", "2026-12-31T23:59:59Z", true},
		{"2027-01-01T01:00:00+01:00", "2027-01-01T00:00:00Z", false},
		{"2026-12-31T18:00:00-06:00", "2027-01-01T00:00:00Z", false},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:58Z", true},
		{"0001-01-01T00:00:00Z", "2027-01-01T00:00:00Z", false},
	} {
		for _, f := range []root.Format{root.TUF, root.Conda} {
			if f == root.Conda && c.expires < "2026-01-01" {
				continue // before its own timestamp
			}
			d := forge.Root(f, 2, 2, people(f)...)
			expires(c.expires)(d)
			trusted := trust(t, forge.Root(f, 1, 2, people(f)...).Bytes(), options())
			_, rep := verify.Candidate(trusted, d.Bytes(), verify.Options{At: at(c.at)})
			if (rep.Verdict() == verify.Accepted) != c.fresh || has(rep, "FRESH-EXPIRED", verify.Fail) == c.fresh {
				t.Errorf("%v: expires %s, judged at %s: %v", f, c.expires, c.at, rep.Failures())
			}
		}
	}
}
