// Package machine gathers what can be known about the machine that a place
// runs on, and says what of it does not befit a key ceremony.
//
// A ceremony wants a machine with a right clock, without a network, without
// swap space or crash dumps that could keep a PIN, and with the program that
// the plan names. Software can look, but it cannot prove: a network card that
// was taken out is seen by people, and a hostile program lies about its own
// digest. So each finding is advice to the people in the room, to be recorded
// with what they saw themselves.
//
// Everything is gathered as well as it goes. What could not be found out is
// said, with the reason, and is never taken for good. Looking sends nothing
// anywhere: it reads /proc, /sys and the program's own file. Where there are
// none, on other systems than Linux, most is "not known on this system".
package machine
