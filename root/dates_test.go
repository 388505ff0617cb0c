package root_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// dates are texts, and what they mean in UTC; empty for what is no date.
var dates = []struct{ text, want string }{
	{"2026-12-31T23:59:59Z", "2026-12-31T23:59:59Z"},
	{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
	{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
	{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
	{"2021-12-18T13:28:12.99008-06:00", "2021-12-18T19:28:12.99008Z"}, // sigstore v1
	{"2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00Z"},
	{"2026-01-01T00:00:00-00:00", "2026-01-01T00:00:00Z"},
	{"2026-01-01T00:00:00+23:59", "2025-12-31T00:01:00Z"},
	{"2026-01-01T00:00:00.0Z", "2026-01-01T00:00:00Z"},
	{"2026-01-01T00:00:00.000000001Z", "2026-01-01T00:00:00.000000001Z"},
	{"2026-01-01T00:00:00.123456789+01:00", "2025-12-31T23:00:00.123456789Z"},

	{"", ""},
	{"soon", ""},
	{"2026-12-31", ""},
	{"2026-12-31T00:00:00", ""},
	{"2026-12-31T00:00:00ZZ", ""},
	{" 2026-12-31T00:00:00Z", ""},
	{"2026-12-31T00:00:00Z\n", ""},
	{"2026-12-31t00:00:00Z", ""},
	{"2026-12-31T00:00:00z", ""},
	{"2026-12-31 00:00:00Z", ""},
	{"2026-12-31T0:00:00Z", ""},
	{"2026-12-31T00:00Z", ""},
	{"2026-12-31T00:00:00,5Z", ""},
	{"2026-12-31T00:00:00.Z", ""},
	{"2026-12-31T00:00:00.1234567890Z", ""},
	{"2026-12-31T00:00:00+1:00", ""},
	{"2026-12-31T00:00:00+0100", ""},
	{"2026-12-31T00:00:00+01", ""},
	{"2026-12-31T00:00:00+24:00", ""},
	{"2026-12-31T00:00:00+00:60", ""},
	{"2026-12-31T00:00:00\u221201:00", ""},
	{"0000-01-01T00:00:00Z", ""},
	{"10000-01-01T00:00:00Z", ""},
	{"-001-01-01T00:00:00Z", ""},
	{"+026-01-01T00:00:00Z", ""},
	{"2026-00-01T00:00:00Z", ""},
	{"2026-13-01T00:00:00Z", ""},
	{"2026-01-00T00:00:00Z", ""},
	{"2026-01-32T00:00:00Z", ""},
	{"2026-04-31T00:00:00Z", ""},
	{"2026-02-29T00:00:00Z", ""},
	{"2100-02-29T00:00:00Z", ""},
	{"2026-01-01T24:00:00Z", ""},
	{"2026-01-01T00:60:00Z", ""},
	{"2026-12-31T23:59:60Z", ""},
	{"２026-12-31T00:00:00Z", ""},
}

func TestParseTime(t *testing.T) {
	for _, c := range dates {
		got, err := root.ParseTime(c.text)
		if c.want == "" {
			if err == nil || !got.IsZero() || !strings.HasSuffix(err.Error(), "is not a date like 2026-12-31T00:00:00Z") {
				t.Errorf("%q: %v, %v", c.text, got, err)
			}
			continue
		}
		if err != nil || got.Format(time.RFC3339Nano) != c.want || got.Location() != time.UTC {
			t.Errorf("%q: %v, %v, want %s", c.text, got, err, c.want)
		}
		asTheLibrary(t, c.text)
	}
}

// asTheLibrary: a date that we read is the same moment to package time, and is
// written as that package writes it.
func asTheLibrary(t *testing.T, text string) {
	t.Helper()
	ours, err := root.ParseTime(text)
	if err != nil {
		return
	}
	theirs, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || !ours.Equal(theirs) {
		t.Fatalf("%q: ours %v, package time %v, %v", text, ours, theirs, err)
	}
	if got, want := root.FormatTime(theirs), theirs.UTC().Format("2006-01-02T15:04:05Z"); got != want {
		t.Fatalf("%q: written %s, want %s", text, got, want)
	}
}

// Each day of four hundred years, and each date with one byte changed.
func TestParseTimeAsTheLibrary(t *testing.T) {
	for day := time.Date(1999, 1, 1, 12, 34, 56, 0, time.UTC); day.Year() < 2400; day = day.AddDate(0, 0, 1) {
		text := day.Format(time.RFC3339)
		if got, err := root.ParseTime(text); err != nil || !got.Equal(day) || root.FormatTime(got) != text {
			t.Fatalf("%s: %v, %v", text, got, err)
		}
	}
	for _, c := range dates {
		for i := range c.text {
			for b := range 256 {
				asTheLibrary(t, c.text[:i]+string([]byte{byte(b)})+c.text[i+1:])
			}
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, c := range dates {
		f.Add(c.text)
	}
	f.Fuzz(asTheLibrary)
}
