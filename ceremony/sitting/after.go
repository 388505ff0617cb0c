package sitting

import (
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
)

// Leftover is what the sitting in a directory leaves behind, if another takes
// its place: a candidate that some have signed; false if nobody has. One that is
// complete wraps [ceremony.ErrComplete]. The other sitting is only read.
func Leftover(cfg Config) (ceremony.Abandoned, bool, error) {
	s, err := look(cfg)
	if err != nil {
		return ceremony.Abandoned{}, false, err
	}
	return s.state.Abandon()
}

// takePlace records what earlier sittings left behind, before anything else
// happens in the one that takes their place.
func (s *Sitting) takePlace() error {
	for _, a := range s.cfg.After {
		if v := s.state.Plan.Version(); a.Version != v {
			return fmt.Errorf("sitting: the one before made version %d, this plan makes version %d: it takes no other's place", a.Version, v)
		}
		if a.Attempt == s.state.Attempt {
			return errors.New("sitting: it cannot take its own place")
		}
		f := ceremony.Fact{Body: a}
		if len(s.got.Lacks(f)) == 0 {
			continue
		}
		if err := s.record(f); err != nil {
			return err
		}
	}
	return nil
}

// abandonedBlocks show what earlier sittings left behind: their signatures stay
// valid, and nobody should be surprised by a root that was thought dead.
func (s *Sitting) abandonedBlocks() []Block {
	var out []Block
	for _, a := range s.state.Abandoned {
		out = append(out, Block{Title: "An earlier candidate, given up and still valid", Lines: safeAll(a.Lines())})
	}
	return out
}
