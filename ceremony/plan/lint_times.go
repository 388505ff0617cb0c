package plan

import "time"

// The bounds that time findings are measured by. Margin is how long before the
// expiry the next ceremony should begin: a fortnight for enrolments, a month for
// contributions from everywhere, and time for a second attempt.
const (
	day    = 24 * time.Hour
	Margin = 60 * day

	near     = Margin + 30*day // less validity than this, and the next one is due at once
	far      = 400 * day       // a year and room for a date that suits
	farthest = 3653 * day      // ten years
)

// times asks what is asked of every document; at is where the plan says when it
// expires.
func (l *linter) times(at string, until Time) {
	p := l.p
	signing, deadline, expires := p.SigningTime.Time(), p.Deadline.Time(), until.Time()
	if signing.After(deadline) {
		l.find("PLAN-SIGNING-TIME", Refuse, "signing_time", "lies after the deadline %s", p.Deadline)
	}
	if l.trusted != nil && p.Format == Conda && signing.Before(l.trusted.Timestamp.Time) {
		l.find("PLAN-SIGNING-TIME", Refuse, "signing_time", "lies before the trusted root's timestamp %s", l.trusted.Timestamp.Text)
	}
	if !l.at.IsZero() && deadline.Before(l.at) {
		l.find("PLAN-DEADLINE", Warn, "deadline", "has passed already: what comes in will be labelled late")
	}
	valid := expires.Sub(signing)
	switch {
	case !expires.After(deadline):
		l.find("PLAN-EXPIRY-DEADLINE", Refuse, at, "the next document expires before the deadline %s", p.Deadline)
	case valid > farthest:
		l.find("PLAN-EXPIRY-FAR", Refuse, at, "%d days after the signing time: more than ten years is for ever", valid/day)
	case valid > far:
		l.find("PLAN-EXPIRY-FAR", Warn, at, "%d days after the signing time: about a year is usual", valid/day)
	}
}

// rootTimes asks whether the next root leaves time for the ceremony after it.
func (l *linter) rootTimes(expires time.Time) {
	if valid := expires.Sub(l.p.SigningTime.Time()); valid < near && expires.After(l.p.Deadline.Time()) {
		l.find("PLAN-EXPIRY-NEAR", Warn, "root.expires", "%d days after the signing time: the next ceremony should begin %d days before the expiry", valid/day, Margin/day)
	}
	if l.trusted != nil && expires.Before(l.trusted.Expires.Time) {
		l.find("PLAN-EXPIRY-EARLIER", Warn, "root.expires", "the trusted root expires later, at %s", l.trusted.Expires.Text)
	}
	l.review.BeginBy = expires.Add(-Margin)
}
