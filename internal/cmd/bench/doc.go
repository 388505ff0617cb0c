// Package bench measures how fast the verifier is: beside go-tuf, beside what
// the signatures cost alone, along a chain of ten thousand roots, and as a
// process. It is nothing but tests. With the flag -bars, which make bench
// gives, they measure and print a table; without it they only see that both
// sides of each comparison do the work that they are measured by, so that make
// test depends on no clock.
//
// A figure is the median of five rounds, with the smallest and the largest. In
// each round both sides take turns, and the ratio is that of this round. Time is
// the processor's, so that garbage collection counts and other programs do not;
// only whole processes are measured by the clock on the wall. A bar that is
// missed is printed as missed and is no error, because a busy machine is none.
package bench
