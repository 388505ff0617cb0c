package sitting

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/machine"
)

// sameCAs refuses to go on by other CAs than the sitting was begun with: by
// those, keys that are enrolled, and signatures that count, might count no more.
func (s *Sitting) sameCAs() error {
	began, now := s.state.CAs, ceremony.CAsOf(s.cfg.Bundle)
	if began == (ceremony.CAs{}) {
		s.remarks = append(s.remarks, fmt.Sprintf("the journal does not name the attestation CAs that this sitting was begun with; it is judged by those of %v", now))
		return nil
	}
	if began.SHA256 == now.SHA256 {
		return nil
	}
	hint := "give them again with --attestation-ca FILE"
	switch {
	case began.Maker && !now.Maker:
		hint = "they came with the program that began it: leave --attestation-ca out"
	case began.Maker:
		hint = "they came with the program that began it, and this one has newer or older ones: go on with that program, or give them with --attestation-ca FILE"
	}
	return fmt.Errorf("sitting: it was begun with the attestation CAs of %v, and would now be judged by those of %v; %s", began, now, hint)
}

// roomCAs is the finding about the CAs, beside those of package machine.
const roomCAs = "ROOM-CAS"

// casFinding says whose CAs decide what a real token is. A rehearsal's are
// nobody's: they prove nothing, on purpose.
func (s *Sitting) casFinding() machine.Finding {
	now := ceremony.CAsOf(s.cfg.Bundle)
	f := machine.Finding{ID: roomCAs, Severity: machine.OK}
	switch {
	case now.Maker:
		f.Text = fmt.Sprintf("attestations are judged by the maker's CAs: %v", now)
	case s.state.Rehearsal() && s.cfg.Bundle.Rehearsal:
		f.Text = fmt.Sprintf("attestations are judged by the rehearsal's CA: %v", now)
	default:
		f.Severity = machine.Warning
		f.Text = fmt.Sprintf("attestations are judged by CAs from a file, not the maker's: %v", now)
	}
	return f
}
