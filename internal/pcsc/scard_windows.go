package pcsc

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The functions are those of the system's own winscard.dll, never of one that
// lies beside the program.
var (
	winscard             = windows.NewLazySystemDLL("winscard.dll")
	procEstablishContext = winscard.NewProc("SCardEstablishContext")
	procReleaseContext   = winscard.NewProc("SCardReleaseContext")
	procListReaders      = winscard.NewProc("SCardListReadersW")
	procGetStatusChange  = winscard.NewProc("SCardGetStatusChangeW")
	procConnect          = winscard.NewProc("SCardConnectW")
	procDisconnect       = winscard.NewProc("SCardDisconnect")
	procBeginTransaction = winscard.NewProc("SCardBeginTransaction")
	procEndTransaction   = winscard.NewProc("SCardEndTransaction")
	procTransmit         = winscard.NewProc("SCardTransmit")
)

// From winscard.h.
const (
	scopeSystem    = 2
	shareExclusive = 1
	protocolT1     = 2
	leaveCard      = 0
	resetCard      = 1
	stateUnaware   = 0x0000
	statePresent   = 0x0020
)

type (
	scardContext uintptr
	scardHandle  uintptr
)

// A readerState is SCARD_READERSTATEW.
type readerState struct {
	reader   *uint16
	userData uintptr
	known    uint32
	state    uint32
	atrLen   uint32
	atr      [36]byte
}

// An ioRequest is SCARD_IO_REQUEST.
type ioRequest struct{ protocol, length uint32 }

func establish() (scardContext, Code) {
	var ctx scardContext
	rc, _, _ := procEstablishContext.Call(scopeSystem, 0, 0, uintptr(unsafe.Pointer(&ctx)))
	return ctx, Code(rc)
}

func (c scardContext) release() Code {
	rc, _, _ := procReleaseContext.Call(uintptr(c))
	return Code(rc)
}

// readers asks again when readers came between the two calls that it takes.
func (c scardContext) readers() ([]string, Code) {
	for {
		var n uint32
		if rc, _, _ := procListReaders.Call(uintptr(c), 0, 0, uintptr(unsafe.Pointer(&n))); Code(rc) != codeOK || n == 0 {
			return nil, Code(rc)
		}
		list := make([]uint16, n)
		rc, _, _ := procListReaders.Call(uintptr(c), 0, uintptr(unsafe.Pointer(&list[0])), uintptr(unsafe.Pointer(&n)))
		if Code(rc) == codeShortBuffer {
			continue
		}
		return split(list[:min(int(n), len(list))]), Code(rc)
	}
}

// split takes a list apart in which each string ends in a zero, and so does
// the list.
func split(list []uint16) []string {
	var out []string
	for {
		end := slices.Index(list, 0)
		if end <= 0 {
			return out
		}
		out = append(out, windows.UTF16ToString(list[:end]))
		list = list[end+1:]
	}
}

// present says whether there is a card in the reader now.
func (c scardContext) present(reader string) (bool, Code) {
	name, err := windows.UTF16PtrFromString(reader)
	if err != nil {
		return false, codeUnknownReader
	}
	s := readerState{reader: name, known: stateUnaware}
	rc, _, _ := procGetStatusChange.Call(uintptr(c), 0, uintptr(unsafe.Pointer(&s)), 1)
	return s.state&statePresent != 0, Code(rc)
}

func (c scardContext) connect(reader string) (scardHandle, Code) {
	name, err := windows.UTF16PtrFromString(reader)
	if err != nil {
		return 0, codeUnknownReader
	}
	var card scardHandle
	var protocol uint32
	rc, _, _ := procConnect.Call(uintptr(c), uintptr(unsafe.Pointer(name)), shareExclusive, protocolT1,
		uintptr(unsafe.Pointer(&card)), uintptr(unsafe.Pointer(&protocol)))
	return card, Code(rc)
}

func (h scardHandle) begin() Code {
	rc, _, _ := procBeginTransaction.Call(uintptr(h))
	return Code(rc)
}

func (h scardHandle) end() Code {
	rc, _, _ := procEndTransaction.Call(uintptr(h), leaveCard)
	return Code(rc)
}

// disconnect resets the card: no PIN stays verified.
func (h scardHandle) disconnect() Code {
	rc, _, _ := procDisconnect.Call(uintptr(h), resetCard)
	return Code(rc)
}

func (h scardHandle) transmit(apdu, answer []byte) (int, Code) {
	pci := ioRequest{protocol: protocolT1, length: uint32(unsafe.Sizeof(ioRequest{}))}
	n := uint32(len(answer))
	rc, _, _ := procTransmit.Call(uintptr(h), uintptr(unsafe.Pointer(&pci)),
		uintptr(unsafe.Pointer(&apdu[0])), uintptr(len(apdu)), 0,
		uintptr(unsafe.Pointer(&answer[0])), uintptr(unsafe.Pointer(&n)))
	return min(int(n), len(answer)), Code(rc)
}
