//go:build cgo && (linux || darwin || freebsd)

package pcsc

/*
#cgo linux pkg-config: libpcsclite
#cgo freebsd CFLAGS: -I/usr/local/include -I/usr/local/include/PCSC
#cgo freebsd LDFLAGS: -L/usr/local/lib -lpcsclite
#cgo darwin LDFLAGS: -framework PCSC
// The gate's, see gate.c.
#cgo linux freebsd LDFLAGS: -Wl,-wrap=SCardEstablishContext
#cgo linux freebsd LDFLAGS: -Wl,-wrap=SCardReleaseContext
#cgo linux freebsd LDFLAGS: -Wl,-wrap=SCardListReaders
#cgo linux freebsd LDFLAGS: -Wl,-wrap=SCardGetStatusChange
#cgo linux freebsd LDFLAGS: -Wl,-wrap=SCardConnect
#cgo linux freebsd LDFLAGS: -Wl,-wrap=SCardDisconnect
#cgo linux freebsd LDFLAGS: -Wl,-wrap=SCardBeginTransaction
#cgo linux freebsd LDFLAGS: -Wl,-wrap=SCardEndTransaction
#cgo linux freebsd LDFLAGS: -Wl,-wrap=SCardTransmit

#include <stdlib.h>
#include <PCSC/winscard.h>
#include <PCSC/wintypes.h>

// Here and not in Go, because the struct is packed on macOS.
static LONG reader_state(SCARDCONTEXT context, const char *reader, DWORD *state) {
	SCARD_READERSTATE s = {0};
	s.szReader = reader;
	s.dwCurrentState = SCARD_STATE_UNAWARE;
	LONG rc = SCardGetStatusChange(context, 0, &s, 1);
	*state = s.dwEventState;
	return rc;
}
*/
import "C"

import (
	"strings"
	"unsafe"
)

type (
	scardContext C.SCARDCONTEXT
	scardHandle  C.SCARDHANDLE
)

// code drops what LONG has too much where it is 64 bits wide.
func code(rc C.LONG) Code { return Code(uint32(rc)) }

func establish() (scardContext, Code) {
	var ctx C.SCARDCONTEXT
	rc := C.SCardEstablishContext(C.SCARD_SCOPE_SYSTEM, nil, nil, &ctx)
	return scardContext(ctx), code(rc)
}

func (c scardContext) release() Code {
	return code(C.SCardReleaseContext(C.SCARDCONTEXT(c)))
}

// readers asks again when readers came between the two calls that it takes.
func (c scardContext) readers() ([]string, Code) {
	for {
		var n C.DWORD
		if rc := C.SCardListReaders(C.SCARDCONTEXT(c), nil, nil, &n); code(rc) != codeOK || n == 0 {
			return nil, code(rc)
		}
		names := make([]byte, n)
		rc := C.SCardListReaders(C.SCARDCONTEXT(c), nil, (*C.char)(unsafe.Pointer(&names[0])), &n)
		if code(rc) == codeShortBuffer {
			continue
		}
		// Each name ends in a zero, and so does the list.
		split := func(r rune) bool { return r == 0 }
		return strings.FieldsFunc(string(names[:min(int(n), len(names))]), split), code(rc)
	}
}

// present says whether there is a card in the reader now.
func (c scardContext) present(reader string) (bool, Code) {
	name := C.CString(reader)
	defer C.free(unsafe.Pointer(name))
	var state C.DWORD
	rc := C.reader_state(C.SCARDCONTEXT(c), name, &state)
	return state&C.SCARD_STATE_PRESENT != 0, code(rc)
}

func (c scardContext) connect(reader string) (scardHandle, Code) {
	name := C.CString(reader)
	defer C.free(unsafe.Pointer(name))
	var card C.SCARDHANDLE
	var protocol C.DWORD
	rc := C.SCardConnect(C.SCARDCONTEXT(c), name, C.SCARD_SHARE_EXCLUSIVE, C.SCARD_PROTOCOL_T1, &card, &protocol)
	return scardHandle(card), code(rc)
}

func (h scardHandle) begin() Code {
	return code(C.SCardBeginTransaction(C.SCARDHANDLE(h)))
}

func (h scardHandle) end() Code {
	return code(C.SCardEndTransaction(C.SCARDHANDLE(h), C.SCARD_LEAVE_CARD))
}

// disconnect resets the card: no PIN stays verified.
func (h scardHandle) disconnect() Code {
	return code(C.SCardDisconnect(C.SCARDHANDLE(h), C.SCARD_RESET_CARD))
}

func (h scardHandle) transmit(apdu, answer []byte) (int, Code) {
	n := C.DWORD(len(answer))
	rc := C.SCardTransmit(C.SCARDHANDLE(h), &C.g_rgSCardT1Pci,
		(*C.BYTE)(&apdu[0]), C.DWORD(len(apdu)), nil, (*C.BYTE)(&answer[0]), &n)
	return min(int(n), len(answer)), code(rc)
}
