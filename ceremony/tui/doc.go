// Package tui is the guide: a sitting as a full-screen program, for a few
// tired and careful people at one small terminal.
//
// It draws a [sitting.View] and sends a [sitting.Act], and knows nothing of
// ceremonies. What it adds is what a screen and a keyboard need:
//
//	┌ what this is: rehearsal or production, plan, step ┐
//	│ agenda │ the step: what there is to see           │
//	│        │ what can be done, or what is being asked │
//	│ a meter for each quorum                           │
//	└ keys that work now                       UTC clock┘
//
// Three kinds of parts make it up. A screen lays out the body of one step and
// says what the step is for (screen_*.go, one beside each of the engine's
// steps). A pane has the keyboard (pane_*.go): choosing an act, confirming it,
// filling it in, waiting while it is carried out, seeing what came of it. The
// frame puts both together with everything that stands around them. The
// [app] is the only tea.Model; screens and panes are plain structs.
//
// Enter alone accepts nothing. It chooses; what was chosen is then confirmed by
// what is typed, or by y, where nothing is asked for. No key that acts is a
// letter that a touched token types (modhex), and a run of those is noticed
// and dropped together with the Enter at its end.
package tui
