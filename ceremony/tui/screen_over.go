package tui

// screenOver is shown when nothing is left to do.
type screenOver struct{ asItIs }

func (screenOver) about() []string {
	return []string{
		"The sitting is over. Nothing can be added to its record.",
		"What to do next: publish the signed root with rootmoot publish, on a machine that is online, and check it there with rootmoot-verify.",
	}
}
