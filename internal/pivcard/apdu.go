package pivcard

import "fmt"

// Instruction bytes of the PIV applet. Those from F6 on are the YubiKey's.
const (
	insVerify        = 0x20
	insChange        = 0x24
	insUnblock       = 0x2C
	insGenerate      = 0x47
	insAuthenticate  = 0x87
	insSelect        = 0xA4
	insGetResponse   = 0xC0
	insGetData       = 0xCB
	insPutData       = 0xDB
	insMoveKey       = 0xF6
	insMetadata      = 0xF7
	insSerial        = 0xF8
	insAttest        = 0xF9
	insSetRetries    = 0xFA
	insReset         = 0xFB
	insVersion       = 0xFD
	insImport        = 0xFE
	insSetManagement = 0xFF
	insReadConfig    = 0x1D // management applet
	insOTP           = 0x01 // OTP applet
)

// References that P2 may name besides a slot.
const (
	refPIN        = 0x80
	refPUK        = 0x81
	refManagement = 0x9B
	refAttestKey  = 0xF9
)

const (
	claPlain = 0x00
	claChain = 0x10 // more of the same command follows

	maxChunk  = 255 // data bytes of one command
	maxAnswer = 256 // data bytes of one response

	// maxData bounds the data of one chained command and of one answer:
	// YKPIV_OBJ_MAX_SIZE of yubico-piv-tool, "the largest message the YubiKey
	// can receive".
	maxData = 3072

	// MaxMessage is the longest message that a card signs with Ed25519: what
	// is left of maxData after the tags around it. ECDSA keys sign digests.
	MaxMessage = maxData - len("\x7C\x82nn"+"\x82\x00"+"\x81\x82nn")
)

// A status is the status word that ends every response (ISO 7816-4, 5.6).
type status uint16

const (
	swOK              status = 0x9000
	swMore            status = 0x6100 // | bytes left, 00 for 256 or more
	swTriesLeft       status = 0x63C0 // | tries left, at most 15
	swMemory          status = 0x6581
	swLength          status = 0x6700
	swChainExpected   status = 0x6883
	swNotSatisfied    status = 0x6982
	swBlocked         status = 0x6983
	swConditions      status = 0x6985
	swWrongData       status = 0x6A80
	swNotFound        status = 0x6A82
	swNoSpace         status = 0x6A84
	swWrongP1P2       status = 0x6A86
	swNoReference     status = 0x6A88
	swUnknownIns      status = 0x6D00
	swUnknownClass    status = 0x6E00
	retriesShown             = 15 // 63Cx has four bits for the tries left
	secretLen                = 8  // PIN and PUK on the wire, padded with FF
	minSecret                = 6  // SP 800-73-4, 2.4.3
	factoryRetries           = 3
	secretPadding     byte   = 0xFF
	factoryPIN               = "123456"
	factoryPUK               = "12345678"
	factoryManagement        = "\x01\x02\x03\x04\x05\x06\x07\x08\x01\x02\x03\x04\x05\x06\x07\x08\x01\x02\x03\x04\x05\x06\x07\x08"
)

var (
	aidPIV        = []byte{0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00}
	aidManagement = []byte{0xA0, 0x00, 0x00, 0x05, 0x27, 0x47, 0x11, 0x17}
	aidOTP        = []byte{0xA0, 0x00, 0x00, 0x05, 0x27, 0x20, 0x01, 0x01}
)

// aidPIVShort is how many bytes of aidPIV a host may truncate it to: the
// registered provider and "PIV".
const aidPIVShort = 5

// A command is one command APDU, or a chain of them put together.
type command struct {
	cla, ins, p1, p2 byte
	data             []byte
}

// parseCommand reads a short command APDU (ISO 7816-4, 5.1: cases 1 to 4). Le
// is accepted and ignored: a card answers as much as it has, in pieces.
// Extended lengths are refused.
func parseCommand(b []byte) (command, status) {
	if len(b) < 4 {
		return command{}, swLength
	}
	c := command{cla: b[0], ins: b[1], p1: b[2], p2: b[3]}
	b = b[4:]
	if len(b) <= 1 { // no data; one byte is Le
		return c, swOK
	}
	n := int(b[0])
	if n == 0 || len(b) != 1+n && len(b) != 1+n+1 {
		return command{}, swLength
	}
	c.data = b[1 : 1+n]
	return c, swOK
}

// appendCommand writes one link of a command with 5 header bytes always and no
// Le, as piv-go does; cards read a fifth byte of 00 as Le.
func appendCommand(dst []byte, cla byte, c command, chunk []byte) []byte {
	dst = append(dst, cla, c.ins, c.p1, c.p2, byte(len(chunk)))
	return append(dst, chunk...)
}

// String names the command without its data, which may be a PIN.
func (c command) String() string {
	return fmt.Sprintf("%02X %02X %02X %02X (%d bytes)", c.cla, c.ins, c.p1, c.p2, len(c.data))
}

func response(data []byte, sw status) []byte {
	return append(append(make([]byte, 0, len(data)+2), data...), byte(sw>>8), byte(sw))
}
