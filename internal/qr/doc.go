// Package qr carries a file over a gap that only light crosses: as a running
// sequence of QR codes on a terminal, which a phone, a scanner or a camera
// reads on the other side.
//
// # Frames
//
// The file is compressed and cut into parts of equal size. Parts beyond those
// are made from them: each is the XOR of about half of them, and its number
// alone says of which. So there is no end of parts, and any of them do: as soon
// as there are as many independent ones as the file has, which takes about two
// more than that on average, the file can be computed. Lost, doubled and
// reordered frames do no harm, and no frame is ever waited for.
//
// A frame is one line of text, in characters that QR codes hold most densely
// (letters of one case, digits and a few signs). It carries some consecutive
// parts: how many is up to whoever shows it, from one frame to the next, because
// parts do not change when frames get larger or smaller.
//
//	ROOTMOOT1:<base32 without padding, upper case>
//
// stands for these bytes, numbers big-endian:
//
//	8 bytes   the first of the file's SHA-256: which transfer this is
//	3 bytes   length of the compressed file
//	3 bytes   number of the first part in this frame
//	n × size  the parts
//	4 bytes   CRC-32 (IEEE) of the ten characters ROOTMOOT1: and all bytes before
//
// The length of the compressed file fixes the rest: parts have 8 bytes, or more
// where that would make more than [MaxParts] of them. See docs/formats.md.
//
// [Sender] makes frames, [Receiver] takes them, one line at a time, and trusts
// none: what a line claims is bounded before memory is taken for it, and what
// comes out has the digest that the frames announce, or is refused. That digest
// says which file it is, not that it is the right one: its words are compared
// by people on both sides.
//
// # Pictures
//
// [Encode] makes a code of a text and [Code.Lines] draws it on a terminal;
// [Look.Largest] is the largest that fits there. [Read] finds the codes in a
// picture.
package qr
