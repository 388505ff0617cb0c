package verify

import (
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// Fresh judges whether t has expired at the time of the options. It is a
// verdict of its own: only the newest root of a chain is held to it (TUF
// 1.0.34, 5.3.10).
func Fresh(t Trusted, o Options) Check {
	if t.IsZero() {
		return Check{Rule: ruleFresh, Result: Fail, Subject: "trusted root", Detail: "there is no root"}
	}
	return fresh(fileName(t.Version()), &t.root.Body, o)
}

func fresh(subject string, b *root.Body, o Options) Check {
	c := Check{Rule: ruleFresh, Result: Pass, Subject: subject, Pointer: expiryPointer(b)}
	if o.At.IsZero() {
		c.Result, c.Detail = Fail, "no time is given to judge it by"
		return c
	}
	left := b.Expires.Time.Sub(o.At)
	made := ""
	if b.Timestamp.Text != "" && !o.At.Before(b.Timestamp.Time) {
		made = fmt.Sprintf("; made %s, %s before", root.FormatTime(b.Timestamp.Time), days(b.Timestamp.Time, o.At))
	}
	if left <= 0 { // at the very second it is expired already
		c.Result = Fail
		c.Detail = fmt.Sprintf("expired %s, %s before %s%s: ask for a newer one", root.FormatTime(b.Expires.Time), days(b.Expires.Time, o.At), root.FormatTime(o.At), made)
		return c
	}
	c.Detail = fmt.Sprintf("expires %s, %s after %s%s", root.FormatTime(b.Expires.Time), days(o.At, b.Expires.Time), root.FormatTime(o.At), made)
	return c
}

func expiryPointer(b *root.Body) string {
	if b.Format == root.Conda {
		return "/signed/expiration"
	}
	return "/signed/expires"
}

// days says how long it is from one time to a later one, roughly. A
// [time.Duration] would not do: it ends after 292 years, and published roots have
// dates as far away as the year 1.
func days(from, to time.Time) string {
	seconds := to.Unix() - from.Unix()
	if to.Nanosecond() < from.Nanosecond() {
		seconds--
	}
	switch n := seconds / (24 * 60 * 60); n {
	case 0:
		return "less than a day"
	case 1:
		return "a day"
	default:
		return fmt.Sprintf("%d days", n)
	}
}

// timed refuses a run without a time.
func timed(rep *Report, subject string, o Options) bool {
	if !o.At.IsZero() {
		return true
	}
	rep.Add(Check{Rule: ruleTime, Result: Fail, Subject: subject, Detail: "no time is given; say at which time to judge"})
	return false
}
