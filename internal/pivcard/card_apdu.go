package pivcard

import (
	"context"
	"encoding/binary"
)

const otpSerial = 0x10 // P1 of insOTP

// answer takes one APDU through chaining, both ways, to the applet.
func (c *Card) answer(ctx context.Context, apdu []byte) ([]byte, status) {
	cmd, sw := parseCommand(apdu)
	if sw != swOK {
		return nil, sw
	}
	if cmd.cla == claPlain && cmd.ins == insGetResponse {
		return c.nextPiece()
	}
	c.session.pending = nil
	cmd, sw, whole := c.unchain(cmd)
	if !whole {
		return nil, sw
	}
	data, sw := c.dispatch(ctx, cmd)
	if sw != swOK || len(data) <= maxAnswer {
		return data, sw
	}
	c.session.pending = data
	return c.nextPiece()
}

// unchain collects the links of a chained command (ISO 7816-4, 5.1.1.1). It is
// whole when the last link, the one with CLA 00, is there.
func (c *Card) unchain(cmd command) (_ command, sw status, whole bool) {
	chain := c.session.chain
	c.session.chain = nil
	if cmd.cla != claPlain && cmd.cla != claChain {
		return command{}, swUnknownClass, false
	}
	if chain != nil {
		if chain.ins != cmd.ins || chain.p1 != cmd.p1 || chain.p2 != cmd.p2 {
			return command{}, swChainExpected, false
		}
		cmd.data = append(chain.data, cmd.data...)
	} else {
		cmd.data = append([]byte(nil), cmd.data...)
	}
	if len(cmd.data) > maxData {
		return command{}, swLength, false
	}
	if cmd.cla == claChain {
		c.session.chain = &cmd
		return command{}, swOK, false
	}
	return cmd, swOK, true
}

func (c *Card) nextPiece() ([]byte, status) {
	rest := c.session.pending
	if len(rest) == 0 {
		return nil, swWrongData
	}
	n := min(len(rest), maxAnswer)
	c.session.pending = rest[n:]
	switch left := len(rest) - n; {
	case left == 0:
		return rest[:n], swOK
	case left >= 0x100:
		return rest[:n], swMore
	default:
		return rest[:n], swMore | status(left)
	}
}

func (c *Card) dispatch(ctx context.Context, cmd command) ([]byte, status) {
	if cmd.ins == insSelect {
		return c.selectApplet(cmd)
	}
	switch c.session.applet {
	case appletPIV:
		return c.dispatchPIV(ctx, cmd)
	case appletManagement:
		if cmd.ins == insReadConfig {
			return c.readConfig(), swOK
		}
	case appletOTP: // where cards before firmware 5 tell their serial number
		if cmd.ins == insOTP && cmd.p1 == otpSerial {
			return binary.BigEndian.AppendUint32(nil, c.state.Serial), swOK
		}
	}
	return nil, swUnknownIns
}

func (c *Card) dispatchPIV(ctx context.Context, cmd command) ([]byte, status) {
	version := c.state.Firmware
	switch cmd.ins {
	case insVersion:
		return []byte{version.Major, version.Minor, version.Patch}, swOK
	case insSerial:
		return c.serial()
	case insVerify:
		return nil, c.verify(cmd)
	case insChange:
		return nil, c.change(cmd)
	case insUnblock:
		return nil, c.unblock(cmd)
	case insSetRetries:
		return nil, c.setRetries(cmd)
	case insReset:
		return nil, c.factoryReset()
	case insAuthenticate:
		if cmd.p2 == refManagement {
			return c.authenticate(ctx, cmd)
		}
		return c.sign(ctx, cmd)
	case insSetManagement:
		return nil, c.setManagement(cmd)
	case insGenerate:
		return c.generate(cmd)
	case insImport:
		return nil, c.importKey(cmd)
	case insAttest:
		return c.attest(cmd)
	case insMetadata:
		return c.metadata(cmd)
	case insMoveKey:
		return nil, c.moveKey(cmd)
	case insGetData:
		return c.getData(cmd)
	case insPutData:
		return nil, c.putData(cmd)
	}
	return nil, swUnknownIns
}
