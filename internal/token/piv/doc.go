// Package piv drives real PIV cards, YubiKeys of firmware 4.3 and later, over
// PC/SC.
//
// Two clients share the work, and never at the same time: piv-go generates,
// attests, signs, stores certificates and changes PIN and PUK; our own APDU
// client (packages pivcard and applet over pcsc) does the rest. piv-go neither
// tells the tries and what is still the factory's, nor deletes keys. It does
// reset a card and set tries and management keys, each in one call: the serial
// number cannot be read again before each command that destroys something, nor
// the commands put in an order that survives the card being pulled in between,
// nor the outcome be read back in the same transaction. Every operation is one
// exclusive connection to the card. Before piv-go connects, our client has
// asked the card for its PIV applet: where piv-go's Open fails after it has
// connected it keeps the reader for as long as the program lives.
//
// # What a card can do to the program
//
// Our client takes at most a few kilobytes of an answer. piv-go v2.6.0 fetches an
// answer for as long as the card says that there is more, keeps all of it, and
// cannot be stopped: a card that never ends its answer eats memory until it is
// taken out, also after whoever waited for it has left ([token.ErrStuck] until
// then). It gets nothing else by that.
//
// # Secrets
//
// piv-go takes PINs and PUKs as strings and management keys as slices, and
// copies both; a string cannot be wiped. Each is made for one operation and
// dropped with it, but its bytes stay in memory until the garbage collector
// gives them to something else. What reads this program's memory, a core dump
// or swap, may find them: turn both off. Nothing here writes them anywhere
// else.
//
// When an operation has presented a secret, the card is made to forget it
// before another program can speak to it: another applet is selected in the
// same connection, or failing that the card is reset.
package piv
