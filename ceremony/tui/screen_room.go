package tui

// screenRoom is the clock, and what the machine says of itself.
type screenRoom struct{ asItIs }

func (screenRoom) about() []string {
	return []string{
		"A machine that is offline may have a wrong clock, and then dates in the root would be judged wrongly. Type what another clock shows, in UTC: a watch, a telephone outside the room.",
		"Then the machine is looked at. What is not as it should be is listed with the reason. In production each of these is an exception, which somebody has to decide about before the end.",
		"This program can be lied to by the machine that it runs on. Compare its SHA-256 on another one.",
	}
}
