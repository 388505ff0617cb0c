package root

import "time"

// A Time is a date as the document writes it and as it is understood.
type Time struct {
	Text string
	Time time.Time // UTC
}

// timeForm is the only form of the TUF specification 1.0.34 (4.2.1), and what
// conda writes.
const timeForm = "2006-01-02T15:04:05Z"

// FormatTime writes a time as both formats do, in UTC and whole seconds.
func FormatTime(t time.Time) string { return t.UTC().Format(timeForm) }

// readTime understands RFC 3339. Offsets and fractions are a fault: they stand
// in production roots (sigstore v1 to v3, kolide), and some clients refuse
// them.
func (b *Body) readTime(pointer, text string) (Time, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return Time{}, refuse(FaultTime, pointer, "%q is not a date like 2026-12-31T00:00:00Z", clip(text))
	}
	if t.UTC().Format(timeForm) != text {
		b.fault(FaultDateForm, pointer, "%q is not of the form YYYY-MM-DDTHH:MM:SSZ", text)
	}
	return Time{Text: text, Time: t.UTC()}, nil
}
