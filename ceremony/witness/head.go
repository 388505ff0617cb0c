package witness

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// A Head is what a witness signs: which sitting they followed, and all that the
// journal of a place said by then. Its text is ASCII, of more than 32 and fewer
// than 1,024 bytes. The first line keeps it apart from the statements of tokens
// and from metadata.
type Head struct {
	Rehearsal bool
	// Chain is the digest of the chain's first root; zero, and left out, for a
	// genesis.
	Chain   root.Digest
	Plan    root.Digest
	Attempt root.Digest
	Journal root.Digest // the journal's head
}

const (
	headStart          = "rootmoot witness v1"
	rehearsalHeadStart = "rootmoot rehearsal witness v1"
)

type headLine struct {
	name     string
	digest   *root.Digest
	optional bool
}

// lines are the digests in their order.
func (h *Head) lines() []headLine {
	return []headLine{
		{"chain", &h.Chain, true},
		{"plan", &h.Plan, false},
		{"attempt", &h.Attempt, false},
		{"journal", &h.Journal, false},
	}
}

// Text is the bytes to be signed.
func (h Head) Text() []byte {
	var b strings.Builder
	if h.Rehearsal {
		b.WriteString(rehearsalHeadStart)
	} else {
		b.WriteString(headStart)
	}
	b.WriteString("\n")
	for _, l := range h.lines() {
		if !l.optional || !l.digest.IsZero() {
			fmt.Fprintf(&b, "%s: %v\n", l.name, *l.digest)
		}
	}
	return []byte(b.String())
}

// maxHead is more than any head's text has.
const maxHead = 1024

// ParseHead reads what Text writes, to the byte.
func ParseHead(text []byte) (Head, error) {
	errForm := errors.New("head: not of the form of a rootmoot witness v1")
	if len(text) > maxHead {
		return Head{}, errForm
	}
	lines := strings.Split(string(text), "\n")
	h := Head{Rehearsal: lines[0] == rehearsalHeadStart}
	at := 1
	for _, l := range h.lines() {
		hex, ok := strings.CutPrefix(lines[min(at, len(lines)-1)], l.name+": ")
		if !ok {
			continue
		}
		d, err := root.ParseDigest(hex)
		if err != nil {
			return Head{}, fmt.Errorf("head: %s: %w", l.name, err)
		}
		*l.digest = d
		at++
	}
	if string(h.Text()) != string(text) {
		return Head{}, errForm
	}
	return h, nil
}
