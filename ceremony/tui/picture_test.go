package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestPictures plays a rehearsal and takes the pictures of docs/img: of the
// real screens, in situations that really come about. It compares them with
// those that lie there; make screens renews them.
func TestPictures(t *testing.T) {
	al := newAlbum(t)
	r, root := shootRehearsal(t)
	pictureTheDay(newShoot(t, al, r, root, rehearse.Rotate, people.New(r.Cast(rehearse.Rotate))))
	pictureMishaps(newShoot(t, al, r, root, "mishaps", forgetful{people.New(people.Cast{PINs: r.Cast(rehearse.Rotate).PINs})}))
	pictureProvisioning(t, al)
	al.strangers()
	al.shown()
}

// pictureTheDay takes pictures of the steps, in their order, of a sitting in
// which people make the mistakes that they make in every rehearsal.
func pictureTheDay(s *shoot) {
	pictureOpen(s)
	pictureTokens(s)
	pictureCandidate(s)
	pictureSigning(s)
	pictureRefusing(s)
	pictureEnd(s)
}

func pictureOpen(s *shoot) {
	s.untilChoosing("open")
	s.picture("step-01-open", "Step 1, open: the plan in short, who is expected, and what can be done")
	s.byHand(func() {
		s.press(typedKey("?"))
		s.picture("help", "The help: what the step is for, and what every sign means")
		s.press(tea.KeyPressMsg{Code: tea.KeyEscape}, typedKey("q"))
		s.picture("leaving", "Leaving: the guide asks, and says what is kept")
		s.press(tea.KeyPressMsg{Code: tea.KeyEscape})
	})
	s.at(60, 14, func() { s.picture("too-small", "A terminal that is too small: the guide says so") })
	s.untilChoosing("room")
	s.picture("step-02-room", "Step 2, room and machine: the clock is compared first")
	s.until("the look at the machine", func() bool {
		_, looked := s.view.Offer(sitting.ActContinue, "")
		return looked && s.isChoosing("room")
	})
	s.picture("room", "Step 2, room and machine: what the look at the machine found")
	s.untilChoosing("trusted-root")
	s.picture("step-03-trusted-root", "Step 3, trusted root: version, digest and words of the root that is continued")
}

func pictureTokens(s *shoot) {
	s.untilChoosing("tokens")
	s.picture("step-04-tokens", "Step 4, tokens: who joins and has to prove their key")
	s.untilChoosing("freeze")
	s.picture("step-05-freeze", "Step 5, freeze: the plan with every key, to be read back")
}

func pictureCandidate(s *shoot) {
	s.untilChoosing("candidate")
	s.picture("step-06-candidate", "Step 6, candidate: what changes, key by key")
	s.untilAsked(sitting.ActConfirm, "words", 8)
	s.picture("words", "Three words of the digest are being typed")
	s.untilAsked(sitting.ActConfirm, "witness", 0)
	s.picture("witness", "The witness is asked for three others")
}

// pictureSigning is amsterdam's turn, who mistypes the PIN, and boston's, who
// mistypes a word.
func pictureSigning(s *shoot) {
	s.untilChoosing("signatures")
	s.picture("step-07-signatures", "Step 7, signatures: whose token is taken up next, and a meter for each quorum")
	s.untilAsked(sitting.ActSign, "pin", 0)
	s.picture("pin", "The PIN is asked for; in a rehearsal the guide tells it")
	s.untilOutcome(sitting.ActSign)
	s.picture("wrong-pin", "A wrong PIN: how many tries are left, and what to do")
	s.untilTouch()
	s.passes(4 * time.Second)
	s.picture("touch", "The token waits for a touch, and the seconds are counted")
	s.untilOutcome(sitting.ActSign)
	s.picture("outcome", "A signature was made: each check that passed")
	s.untilRefused(sitting.ActSign)
	s.picture("wrong-words", "Wrong words: said before any PIN is asked for, and others are asked for")
}

// pictureRefusing is chennai's turn, who refuses, and dakar's, at which
// something happens that was not planned.
func pictureRefusing(s *shoot) {
	s.untilTyped(sitting.ActRefuse, "reason")
	s.picture("refusal", "A keyholder refuses, and types why")
	s.until("the turn of dakar", func() bool { return s.isChoosing("signatures") && s.view.Turn.Participant == "dakar" })
	s.picture("signing", "The turn of dakar: what is signed, and both quorums of a rotation")
	s.at(120, 40, func() { s.picture("signing-120x40", "The same in a terminal of 120 columns and 40 lines") })
	s.pictureIn("signing-no-colour", "The same without colour", colorprofile.ASCII)
	look, keys := s.look, s.app.keys
	s.look, s.app.keys = newLook(true), newKeymap(true)
	s.picture("signing-ascii", "The same in ASCII")
	s.look, s.app.keys = look, keys
	s.untilTyped(sitting.ActException, "happened")
	s.picture("exception", "An exception is recorded: what should have happened, and what did")
}

func pictureEnd(s *shoot) {
	s.untilChoosing("check")
	s.picture("step-08-check", "Step 8, check from scratch: what a client would do")
	s.untilOutcome(sitting.ActCheck)
	s.picture("check", "Step 8, check from scratch: each rule of the verifier")
	s.untilChoosing("seal")
	s.picture("step-09-seal", "Step 9, seal: open exceptions, and who agrees to the record")
	s.untilChoosing("hand-over")
	s.picture("step-10-hand-over", "Step 10, hand over: the folder and the signed file")
	s.until("the end", func() bool { _, is := s.pane.(*ended); return is })
	s.picture("end", "The sitting is over: the file and its digest")
	s.until("the guide to end", func() bool { return s.quit })
}

// pictureMishaps is another sitting, at the turn of amsterdam, in which one
// thing after the other goes wrong.
func pictureMishaps(s *shoot) {
	others := []string{"chennai", "dakar", "edinburgh", "fukuoka", "online"}
	s.untilChoosing("signatures")
	s.away(true, append(others, "amsterdam")...)
	s.untilOutcome(sitting.ActToken)
	s.picture("wrong-token", "Another token is there: the guide names both, and their holders")
	s.away(false, append(others, "amsterdam")...)

	s.untilAsked(sitting.ActSign, "pin", 0)
	s.away(true, "amsterdam")
	s.untilOutcome(sitting.ActSign)
	s.picture("token-removed", "The token was taken out: nothing is lost")
	s.away(false, "amsterdam")

	picturePINs(s)
}

// picturePINs is a touch that nobody gives in time, and then one wrong PIN
// after the other.
func picturePINs(s *shoot) {
	s.hurry.Store(true)
	s.untilAsked(sitting.ActSign, "pin", 0)
	s.halt()
	s.press(typing(s.opt.PINs["amsterdam"])...)
	s.press(tea.KeyPressMsg{Code: tea.KeyEnter})
	s.untilOutcome(sitting.ActSign)
	s.picture("no-touch", "Nobody touched the token in time: the guide says so, and what to do")
	s.resume()
	for range wrongPINs - 2 {
		s.untilAsked(sitting.ActSign, "pin", 0)
		s.untilOutcome(sitting.ActSign)
	}
	s.untilAsked(sitting.ActSign, "pin", 0)
	s.untilOutcome(sitting.ActSign)
	s.picture("last-try", "A second wrong PIN: the last try is announced as such")
	s.untilAsked(sitting.ActSign, "last-try", 0)
	s.picture("last-try-confirmed", "Before the last try the witness has to agree")
	s.untilOutcome(sitting.ActSign)
	s.picture("blocked", "The PIN is blocked: the ceremony can go on without this token")
}

// wrongPINs are so many as block a token.
const wrongPINs = 3

// A forgetful actor plays people who have forgotten their PINs.
type forgetful struct{ Actor }

func (f forgetful) Answer(v sitting.View) (sitting.Act, bool) {
	a, known := f.Actor.Answer(v)
	if a.ID == sitting.ActSign {
		a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("000000"))
	}
	return a, known
}
