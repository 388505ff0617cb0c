package ceremony

import (
	"fmt"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// CAs say by which CA certificates attestations are judged. By others, what
// counted may count no more: a sitting keeps to those that it was begun with.
type CAs struct {
	Name   string      `json:"name"`
	SHA256 root.Digest `json:"sha256"` // of the PEM file
	// Maker says that the program brought them with it, and nobody gave them.
	Maker bool `json:"maker,omitzero"`
}

// CAsOf are those of a bundle.
func CAsOf(b attest.Bundle) CAs {
	return CAs{Name: b.Name, SHA256: root.Digest(b.Digest), Maker: b.Maker()}
}

// String is their name and digest, for people.
func (c CAs) String() string { return fmt.Sprintf("%s (sha256 %v)", c.Name, c.SHA256) }
