//go:build cgo

package piv_test

import (
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token/tokentest"
)

func TestSuite(t *testing.T) {
	for _, c := range []struct {
		name string
		recipe
	}{
		{"p-256", recipe{algorithm: pivcard.P256}},
		{"p-384", recipe{algorithm: pivcard.P384}},
		{"ed25519", recipe{algorithm: pivcard.Ed25519}},
		{"firmware 5.3.0", recipe{firmware: v530}},
		{"firmware 5.2.7, without metadata", recipe{firmware: v527}},
		{"firmware 4.3.7, without a serial number of its own", recipe{firmware: v437}},
	} {
		t.Run(c.name, func(t *testing.T) {
			stack := pcsctest.Get(t)
			tokentest.Run(t, func(t *testing.T) tokentest.Fixture {
				finger := &hand{}
				r := c.recipe
				r.touch, r.clock = finger, fastClock{}
				s := insert(t, stack, r.make(t))
				f := tokentest.Fixture{Token: s, PIN: testPIN, Withhold: finger.leave, Remove: s.remove}
				if c.algorithm == pivcard.Ed25519 {
					f.MaxMessage = pivcard.MaxMessage
				}
				return f
			})
		})
	}
}
