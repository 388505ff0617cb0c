package tui

// screenOpen is the plan, and who is here.
type screenOpen struct{ asItIs }

func (screenOpen) about() []string {
	return []string{
		"Everybody who takes part signs in, one after the other: choose the line with the name, add a remark if there is anything to say about who came, and press enter.",
		"Then choose the line that goes on. Who comes late can still sign in at the later steps.",
		"If the plan wants a witness and none comes, that is an act of its own: it is recorded as an exception.",
		"Compare what is shown with the plan on paper: its name, its purpose, and the version that it continues.",
	}
}
