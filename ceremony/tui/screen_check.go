package tui

// screenCheck is the signed file, checked as a client would.
type screenCheck struct{ asItIs }

func (screenCheck) about() []string {
	return []string{
		"The signed root is written to a file, read back from there, and judged as a stranger's program would: from the trusted root alone.",
		"Every rule that is applied is listed with its result. If one fails, do not publish the file.",
	}
}
