// Package pcsc carries APDUs to the smart cards in this machine's readers.
//
// PC/SC is the interface that pcscd (Linux, BSD), macOS and Windows give to
// readers. A program establishes a context with the service, connects to the
// card in a reader, and transmits commands in a transaction, which keeps other
// programs out. A USB token such as a YubiKey is a reader with a card in it:
// when it is pulled out, both are gone.
//
// [Readers] names the readers; a [Reader] is a [pivcard.Transport] with
// transactions:
//
//	client := pivcard.NewClient(pcsc.NewReader(name))
//	err := client.Transaction(ctx, func(tx *pivcard.Tx) error { … })
//
// A transaction holds the reader alone, from its connection to its end: no
// other program is connected meanwhile, and afterwards the card is reset, so
// that a PIN that was verified here is not verified for whoever comes next.
//
// libpcsclite cannot be called from several threads at once, though it says so:
// every call of this program into it passes a gate (gate.c), those of other
// packages too. The calls of a PKCS#11 module do not, which loads the library
// for itself.
//
// PC/SC calls cannot be cancelled. A call whose context ends is left to end
// in its own time; until it does the Reader answers [ErrStuck].
//
// The driver needs cgo, except on Windows; without it everything here is
// [ErrNoDriver].
package pcsc
