// Package plain is a front-end of a sitting that writes lines: for screen
// readers, serial consoles, scripts, and for reading afterwards what was done.
//
// It draws a [sitting.View] from top to bottom and asks for one act at a time.
// Whoever answers is a [Person]: somebody at a [Console], or a driver that
// plays one. What is answered is shown as it is typed, PINs never. Nothing is
// accepted by an empty line.
package plain
