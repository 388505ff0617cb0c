package tui

import (
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/provision"
)

// pictureProvisioning takes pictures of a token that is made ready.
func pictureProvisioning(t *testing.T, al *album) {
	p, holder := provisioning(t)
	s := &shoot{album: al, stage: newStage(t, p, Options{Actor: holder})}
	s.run(s.Init())
	s.untilOffered(provision.ActSerial)
	s.picture("provision-look", "A token is made ready: it is looked at first, and the number on its case is asked for")
	s.untilOffered(provision.ActManagement)
	s.picture("provision-management-key", "The management key, to be written down and sealed: it is shown once")
}

// untilOffered plays until an act can be chosen.
func (s *shoot) untilOffered(id string) {
	s.t.Helper()
	s.until(id, func() bool {
		_, offered := s.view.Offer(id, "")
		_, free := s.pane.(*choosing)
		return offered && free
	})
}
