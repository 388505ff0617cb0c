package ceremony

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// programStart begins the line of [Room.Machine] about the program itself.
const programStart = "program: SHA-256 "

// ProgramLine is the line of [Room.Machine] about the program: the SHA-256 of
// its file, zero if it could not be found out, and what else it says of itself.
func ProgramLine(sum root.Digest, rest string) string {
	return fmt.Sprintf("%s%v, %s", programStart, sum, rest)
}

// Program is the SHA-256 of the program's file, as the machine said it; false if
// it did not.
func (r Room) Program() (root.Digest, bool) {
	for _, line := range r.Machine {
		rest, about := strings.CutPrefix(line, programStart)
		if !about {
			continue
		}
		hex, _, _ := strings.Cut(rest, ",")
		d, err := root.ParseDigest(hex)
		return d, err == nil && !d.IsZero()
	}
	return root.Digest{}, false
}
