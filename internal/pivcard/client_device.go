package pivcard

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
)

// Device is what the management applet of a YubiKey says about it.
type Device struct {
	Serial     uint32 // 0 if it does not say
	FormFactor byte   // as in an attestation: 01 to 07, +80 for a FIPS device; 0 if it does not say
}

// Tags of READ CONFIG.
const (
	deviceSerial     = 0x02
	deviceFormFactor = 0x04
)

// Device asks the management applet; ErrNotFound if the card has none. Another
// applet is selected for it, then PIV again, so that a PIN or management key
// presented before is forgotten: ask first.
func (t *Tx) Device(ctx context.Context) (Device, error) {
	d, err := t.readDevice(ctx)
	if err != nil {
		err = fmt.Errorf("device information: %w", err)
	}
	return d, errors.Join(err, t.selectPIV(ctx))
}

func (t *Tx) readDevice(ctx context.Context) (d Device, err error) {
	if _, err := t.send(ctx, command{ins: insSelect, p1: 0x04, data: aidManagement}); err != nil {
		return d, err
	}
	b, err := t.send(ctx, command{ins: insReadConfig})
	if err != nil {
		return d, err
	}
	if len(b) == 0 || int(b[0]) != len(b)-1 {
		return d, fmt.Errorf("%w: its length byte does not fit", ErrBadAnswer)
	}
	parts, err := readTLVs(b[1:])
	if err != nil {
		return d, fmt.Errorf("%w: %w", ErrBadAnswer, err)
	}
	if v, _ := find(parts, deviceSerial); len(v) == 4 {
		d.Serial = binary.BigEndian.Uint32(v)
	}
	if v, _ := find(parts, deviceFormFactor); len(v) == 1 {
		d.FormFactor = v[0]
	}
	return d, nil
}
