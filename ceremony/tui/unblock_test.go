package tui

import (
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestUnblock: an act that asks for three secrets takes each in its place, shows
// none of them, and asks for no PUK again because of the new PIN.
func TestUnblock(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	for range 3 {
		d.do(sitting.ActSign, "amsterdam", map[string]string{"pin": "000000"})
		if _, asked := d.pane.(*filling); asked {
			t.Fatalf("a field is asked for again:\n%s", d.screen())
		}
		d.press("enter")
	}
	d.shows("Blocked token of amsterdam", "With the PUK the token takes a new one")
	puk := "8" + d.pins["amsterdam"]
	d.choose(sitting.ActUnblock, "amsterdam")
	d.shows("PUK of amsterdam (tries left: 3):")
	d.fill(map[string]string{"puk": puk, "new-pin": "fresh#Z4", "new-pin-again": "fresh#Z5"})
	d.shows("the second is not what the first was", "New PIN of amsterdam, 6 to 8 characters:")
	d.fill(map[string]string{"new-pin": "654321"})
	d.shows("it counts up or down", "New PIN of amsterdam, 6 to 8 characters:")
	for _, secret := range []string{"fresh#Z4", "fresh#Z4"} {
		d.types(secret)
		if strings.Contains(d.screen(), secret) || strings.Contains(d.screen(), "the PIN of amsterdam is") {
			t.Fatalf("a secret is on the screen:\n%s", d.screen())
		}
		d.press("enter")
	}
	d.shows("the token of amsterdam has a new PIN")
	if _, signing := d.view.Offer(sitting.ActSign, "amsterdam"); !signing {
		t.Fatalf("it may not sign:\n%s", d.screen())
	}
	d.pins["amsterdam"] = "fresh#Z4"
	d.do(sitting.ActSign, "amsterdam", nil)
	d.shows("the signature of amsterdam is recorded")
}
