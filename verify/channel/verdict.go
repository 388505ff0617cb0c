package channel

import (
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A Verdict is what is said of one record.
type Verdict uint8

// The verdicts. Their order is that of a summary.
const (
	Trusted Verdict = iota
	Unsigned
	Unknown
	Bad
	BelowThreshold
	Misplaced
	NoAuthority // the chain or the key manager was refused: nobody's signature counts
)

// Verdicts are all of them.
func Verdicts() []Verdict {
	return []Verdict{Trusted, Unsigned, Unknown, Bad, BelowThreshold, Misplaced, NoAuthority}
}

// String is the word for machines, too.
func (v Verdict) String() string {
	return [...]string{"trusted", "unsigned", "unknown", "bad", "below-threshold", "misplaced", "no-authority"}[v]
}

// A Result is what is said of one record, and why.
type Result struct {
	Number  int // of the record in the index
	List    repodata.List
	File    []byte             // its file name; refers to the text
	Signers []root.Fingerprint // whose signatures are good, in the order received; shared, not to be changed
	// Finding is what decided. It fails if the record is refused. It warns of what
	// is allowed, or of a signature that is wrong beside enough good ones.
	Finding verify.Check
}

// Accepted reports whether the record may be relied on: it is trusted, or
// unsigned and that is allowed.
func (r Result) Accepted() bool { return r.Finding.Result != verify.Fail }

// Verdict is the word for the finding.
func (r Result) Verdict() Verdict {
	switch {
	case r.Finding.Rule == RuleSigned:
		return Unsigned
	case r.Accepted():
		return Trusted
	}
	switch r.Finding.Rule {
	case RuleListed:
		return Unknown
	case RuleQuorum:
		return BelowThreshold
	case RuleFile, RulePlace:
		return Misplaced
	case RuleAuthority:
		return NoAuthority
	}
	return Bad
}
