// Package pcsctest gives tests the real smart card stack, with cards in
// software in it: pcscd, the driver vpcd, and behind it any [Card]. What a
// program does with a real card in a real reader goes the same way, to the
// last step.
//
//	func TestMain(m *testing.M) { pcsctest.Main(m) }
//
//	func TestToken(t *testing.T) {
//		stack := pcsctest.Get(t) // skips the test if there is no stack here
//		reader, remove := stack.Insert(t, 0, card)
//		…
//	}
//
// The stack is the test's own. Main runs the test binary once more in
// namespaces of its own for mounts and network, so that its pcscd has its own
// socket and vpcd its own ports, nobody outside can reach them, and packages
// can be tested side by side. That takes root, or namespaces for users. Where
// there are none, root runs pcscd for the whole machine, one package at a time.
//
// It needs Debian's packages pcscd and vsmartcard-vpcd, or the like.
//
// vpcd listens at a port for each of its two slots. Whoever connects is a card
// that was inserted, and whoever leaves was removed. In between vpcd sends, and
// is sent, messages of two bytes length, big-endian, and so many bytes:
//
//	00          power off
//	01          power on
//	02          reset
//	04          what is the ATR? The one control that is answered.
//	otherwise   a command APDU; it is answered
package pcsctest
