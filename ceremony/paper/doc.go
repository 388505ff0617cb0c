// Package paper makes what a ceremony needs on paper, because paper is the
// record that no program can change afterwards.
//
// A [Document] is plain data: sections of paragraphs, tables, digests in words,
// and things to be done, each with its boxes to tick and its blanks to fill.
// Its texts are safe to show. [Document.HTML] prints any document as one HTML
// file that needs nothing else: black on white, without scripts, for A4 and for
// Letter.
//
// [Script] is the form for the day, from the plan alone: what is done, in which
// order, by whom, and what to do if it turns out otherwise. It has no clock and
// no randomness, so the same plan makes the same bytes, and two people who print
// it can compare their copies.
//
// The marks mean the same everywhere: a box is ticked, or there is an exception;
// of circles exactly one is marked; a line is written on.
package paper
