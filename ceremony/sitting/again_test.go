package sitting_test

import (
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestAgain: after a refusal what was answered before stays, and the rest is
// wiped.
func TestAgain(t *testing.T) {
	puk := sitting.Field{Name: "puk", Kind: sitting.FieldSecret}
	pin := sitting.Field{Name: "pin", Kind: sitting.FieldSecret}
	twice := sitting.Field{Name: "twice", Kind: sitting.FieldSecret, Same: "pin"}
	fewer := puk
	fewer.Tries = 1
	for _, c := range []struct {
		name, refused string
		now           []sitting.Field
		at            int
		still         bool
	}{
		{"the first", "puk", []sitting.Field{puk, pin, twice}, 0, true},
		{"a later one", "pin", []sitting.Field{puk, pin, twice}, 1, true},
		{"one that is typed twice", "twice", []sitting.Field{puk, pin, twice}, 1, true},
		{"an earlier one has changed", "pin", []sitting.Field{fewer, pin, twice}, 0, true},
		{"it is not asked any more", "twice", []sitting.Field{puk}, 0, false},
		{"nothing is offered", "puk", nil, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := sitting.Offer{ID: "act", Fields: []sitting.Field{puk, pin, twice}}
			a := o.Act()
			memory := make(map[string][]byte)
			for _, f := range o.Fields {
				memory[f.Name] = []byte("typed")
				a.Secrets[f.Name] = sitting.NewSecret(memory[f.Name])
			}
			v := sitting.View{Acts: []sitting.Offer{{ID: "act", Fields: c.now}}}
			_, at, still := v.Again(o, a, c.refused)
			if at != c.at || still != c.still {
				t.Fatalf("goes on at %d, %v; want %d, %v", at, still, c.at, c.still)
			}
			for i, f := range o.Fields {
				_, kept := a.Secrets[f.Name]
				wiped := memory[f.Name][0] == 0
				if want := !c.still || i < c.at; kept != want || wiped == want {
					t.Errorf("%s: kept %v, wiped %v", f.Name, kept, wiped)
				}
			}
		})
	}
}
