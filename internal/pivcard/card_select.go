package pivcard

import (
	"bytes"
	"encoding/binary"
)

// selectApplet answers SELECT by name. Selecting what is selected keeps the
// security status (SP 800-73-4, 3.1.1); another applet drops it; a name that
// is not there changes nothing.
func (c *Card) selectApplet(cmd command) ([]byte, status) {
	if cmd.p1 != 0x04 || cmd.p2 != 0x00 {
		return nil, swWrongP1P2
	}
	switch {
	case len(cmd.data) >= aidPIVShort && bytes.HasPrefix(aidPIV, cmd.data):
		c.enter(appletPIV)
		// Application property template, as a YubiKey answers it.
		aid := appendTLV(nil, 0x4F, aidPIV[5:])
		aid = appendTLV(aid, 0x79, appendTLV(nil, 0x4F, aidPIV[:5]))
		return appendTLV(nil, 0x61, aid), swOK
	case bytes.Equal(cmd.data, aidManagement):
		c.enter(appletManagement)
		return []byte("Rootmoot rehearsal card " + c.state.Firmware.String()), swOK
	case bytes.Equal(cmd.data, aidOTP):
		c.enter(appletOTP)
		v := c.state.Firmware
		return []byte{v.Major, v.Minor, v.Patch}, swOK
	}
	return nil, swNotFound
}

func (c *Card) enter(a applet) {
	if c.session.applet != a {
		c.session = session{applet: a}
	}
}

func (c *Card) serial() ([]byte, status) {
	if !c.state.Firmware.has(hasSerial) {
		return nil, swUnknownIns
	}
	return binary.BigEndian.AppendUint32(nil, c.state.Serial), swOK
}

// readConfig is the management applet's device information: a length byte,
// then objects: capabilities over USB (PIV only), serial, form factor, version.
func (c *Card) readConfig() []byte {
	const onlyPIV = 0x10
	v := c.state.Firmware
	b := appendTLV(nil, 0x01, []byte{onlyPIV})
	b = appendTLV(b, 0x02, binary.BigEndian.AppendUint32(nil, c.state.Serial))
	b = appendTLV(b, 0x03, []byte{onlyPIV})
	b = appendTLV(b, 0x04, []byte{c.state.FormFactor})
	b = appendTLV(b, 0x05, []byte{v.Major, v.Minor, v.Patch})
	return append([]byte{byte(len(b))}, b...)
}
