package crashfs

import "os"

// Effort is how much of a crash test to do: little under the race detector, to
// which a test in one goroutine has nothing to say; some in make test; all in
// make soak, which sets SOAK=1.
func Effort(little, some, all int) int {
	switch {
	case os.Getenv("SOAK") == "1":
		return all
	case racing:
		return little
	}
	return some
}
