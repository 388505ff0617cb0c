package root

import (
	"fmt"
	"strings"
	"time"
)

// A Time is a date as the document writes it and as it is understood.
type Time struct {
	Text string
	Time time.Time // UTC
}

// writtenTime has the length of a date in the only form of the TUF
// specification 1.0.34 (4.2.1), which is also what conda writes.
const writtenTime = len("2026-12-31T00:00:00Z")

// FormatTime writes a time as both formats do, in UTC and whole seconds.
func FormatTime(t time.Time) string {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", year, int(month), day, hour, minute, second)
}

// ParseTime reads a date of RFC 3339 (5.6) in its strictest form, and gives it
// in UTC: capital T and Z, years from 1 on, at most nine digits of a second, no
// leap second. time.Parse takes what is no such date, like an hour of one
// digit and a comma before the fraction, and other readers do not.
func ParseTime(text string) (time.Time, error) {
	r := timeReader{text: text}
	year := r.number(4, 1, 9999)
	r.take("-")
	month := time.Month(r.number(2, 1, 12))
	r.take("-")
	day := r.number(2, 1, 31)
	r.take("T")
	hour := r.number(2, 0, 23)
	r.take(":")
	minute := r.number(2, 0, 59)
	r.take(":")
	second := r.number(2, 0, 59)
	fraction := r.fraction()
	offset := r.offset()
	t := time.Date(year, month, day, hour, minute, second, fraction, time.UTC)
	if r.wrong || r.text != "" || t.Day() != day { // the 30th of February would be a day of March
		return time.Time{}, fmt.Errorf("%q is not a date like 2026-12-31T00:00:00Z", clip(text))
	}
	if t = t.Add(-offset); t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, fmt.Errorf("%q is in UTC no date of the years 1 to 9999", clip(text))
	}
	return t, nil
}

// A timeReader takes a date apart from its start.
type timeReader struct {
	text  string // what is left
	wrong bool
}

// take takes what must come next.
func (r *timeReader) take(s string) {
	rest, found := strings.CutPrefix(r.text, s)
	r.text, r.wrong = rest, r.wrong || !found
}

// number takes so many digits, which make a number between the two.
func (r *timeReader) number(digits, low, high int) int {
	n := 0
	for ; digits > 0 && r.digit(); digits-- {
		n = 10*n + int(r.text[0]-'0')
		r.text = r.text[1:]
	}
	if digits > 0 || n < low || n > high {
		r.wrong = true
	}
	return n
}

// digit reports whether a digit comes next.
func (r *timeReader) digit() bool {
	return r.text != "" && r.text[0] >= '0' && r.text[0] <= '9'
}

// fraction takes a point and up to nine digits, if there are any: nanoseconds.
func (r *timeReader) fraction() int {
	if !strings.HasPrefix(r.text, ".") {
		return 0
	}
	r.take(".")
	n := r.number(1, 0, 9)
	for range 8 {
		n *= 10
		if r.digit() {
			n += r.number(1, 0, 9)
		}
	}
	return n
}

// offset takes Z, or how far the clock of the date is ahead of UTC.
func (r *timeReader) offset() time.Duration {
	sign := time.Duration(1)
	switch {
	case strings.HasPrefix(r.text, "+"):
		r.take("+")
	case strings.HasPrefix(r.text, "-"):
		r.take("-")
		sign = -1
	default:
		r.take("Z")
		return 0
	}
	hours := r.number(2, 0, 23)
	r.take(":")
	minutes := r.number(2, 0, 59)
	return sign * (time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
}

// readTime understands RFC 3339. Offsets and fractions are a fault: they stand
// in production roots (sigstore v1 to v3, kolide), and some clients refuse
// them.
func (b *Body) readTime(pointer, text string) (Time, error) {
	t, err := ParseTime(text)
	if err != nil {
		return Time{}, refuse(FaultTime, pointer, "%v", err)
	}
	if len(text) != writtenTime || !strings.HasSuffix(text, "Z") {
		b.fault(FaultDateForm, pointer, "%q is not of the form YYYY-MM-DDTHH:MM:SSZ", text)
	}
	return Time{Text: text, Time: t}, nil
}
