//go:build cgo && (linux || freebsd)

package pcsc

// Establish establishes a context, and returns what releases it.
func Establish() (release func(), err error) {
	ctx, code := establish()
	return func() { ctx.release() }, failed("SCardEstablishContext", "", code)
}

// Touch connects to the card in a reader and lets go of it.
func Touch(reader string) error {
	ctx, code := establish()
	if code != codeOK {
		return failed("SCardEstablishContext", reader, code)
	}
	defer ctx.release()
	card, code := ctx.connect(reader)
	if code != codeOK {
		return failed("SCardConnect", reader, code)
	}
	return failed("SCardDisconnect", reader, card.disconnect())
}
