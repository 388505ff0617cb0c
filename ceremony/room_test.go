package ceremony_test

import (
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// What the machine said of the program is read back from the line that says it.
func TestProgram(t *testing.T) {
	sum := digest(0x5a)
	for _, tt := range []struct {
		name  string
		lines []string
		want  root.Digest
		said  bool
	}{
		{"said", []string{"swap: none", ceremony.ProgramLine(sum, "version 1.0.0, go1.26")}, sum, true},
		{"not found out", []string{ceremony.ProgramLine(root.Digest{}, "version , ")}, root.Digest{}, false},
		{"no digest", []string{"program: SHA-256 unknown, version 1.0.0"}, root.Digest{}, false},
		{"not said", []string{"swap: none"}, root.Digest{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, said := (ceremony.Room{Machine: tt.lines}).Program(); said != tt.said || said && got != tt.want {
				t.Errorf("%v, %v; want %v, %v", got, said, tt.want, tt.said)
			}
		})
	}
}
