package applet

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// read reads into info all that a card says about itself. It presents no PIN,
// and has the card forget one that was presented in this transaction.
func read(ctx context.Context, tx *pivcard.Tx, info *token.Info) error {
	for _, step := range []func(context.Context, *pivcard.Tx, *token.Info) error{
		readDevice, readSecrets, readSlot, readOthers,
	} {
		if err := step(ctx, tx, info); err != nil {
			return err
		}
	}
	return nil
}

// readDevice comes first: asking the management applet drops a verified PIN,
// and only then does a card without metadata tell the tries that are left. A
// card that does not understand the question has no form factor to show.
func readDevice(ctx context.Context, tx *pivcard.Tx, info *token.Info) error {
	d, err := tx.Device(ctx)
	var refused *pivcard.StatusError
	if err != nil && !errors.As(err, &refused) && !errors.Is(err, pivcard.ErrBadAnswer) {
		return err
	}
	info.FormFactor = formFactor(d.FormFactor)
	if info.Serial, err = serial(ctx, tx); err != nil {
		return err
	}
	version, err := tx.Version(ctx)
	info.Firmware = version.String()
	return err
}

// serial is the card's serial number in decimal. Firmware before 5.0.3 tells it
// in the management applet only; then a PIN presented before is forgotten.
func serial(ctx context.Context, tx *pivcard.Tx) (string, error) {
	serial, err := tx.Serial(ctx)
	if errors.Is(err, pivcard.ErrUnsupported) {
		var d pivcard.Device
		d, err = tx.Device(ctx)
		if err == nil && d.Serial == 0 {
			err = fmt.Errorf("%w: it does not tell its serial number", token.ErrOld)
		}
		serial = d.Serial
	}
	if err != nil {
		return "", err
	}
	return strconv.FormatUint(uint64(serial), 10), nil
}

// readSecrets reads about PIN, PUK and management key. What the firmware does
// not tell stays unknown.
func readSecrets(ctx context.Context, tx *pivcard.Tx, info *token.Info) (err error) {
	pin, err := tx.PINMetadata(ctx)
	if errors.Is(err, pivcard.ErrUnsupported) {
		return readOldSecrets(ctx, tx, info)
	}
	if err != nil {
		return err
	}
	puk, err := tx.PUKMetadata(ctx)
	if err != nil {
		return err
	}
	management, err := tx.ManagementMetadata(ctx)
	if err != nil {
		return err
	}
	info.PINLeft, info.PINTotal, info.DefaultPIN = pin.Left, pin.Total, isDefault(pin.Default)
	info.PUKLeft, info.PUKTotal, info.DefaultPUK = puk.Left, puk.Total, isDefault(puk.Default)
	info.DefaultManagement = isDefault(management.Default)
	// A card pulled between the note and the key says both; the key counts.
	kept, err := tx.KeepsManagementKey(ctx)
	info.ManagementProtected = kept && !management.Default
	return err
}

func readOldSecrets(ctx context.Context, tx *pivcard.Tx, info *token.Info) error {
	const notTold = -1
	info.PINLeft, info.PINTotal, info.PUKLeft, info.PUKTotal = notTold, notTold, notTold, notTold
	info.DefaultPIN, info.DefaultPUK, info.DefaultManagement = token.Unknown, token.Unknown, token.Unknown
	left, ok, err := tx.PINTries(ctx)
	if err != nil {
		return err
	}
	if ok {
		info.PINLeft = left
	}
	info.ManagementProtected, err = tx.KeepsManagementKey(ctx)
	return err
}

// readSlot reads about the slot that signs. An empty one leaves it blank.
func readSlot(ctx context.Context, tx *pivcard.Tx, info *token.Info) error {
	k, found, err := readKey(ctx, tx, Slot)
	if err != nil {
		return err
	}
	if found {
		info.SPKI, info.Algorithm, info.Origin = k.SPKI, k.Algorithm, k.Origin
		info.PINPolicy, info.TouchPolicy = k.PINPolicy, k.TouchPolicy
	}
	if info.Algorithm == pivcard.Ed25519.String() {
		info.MaxMessage = pivcard.MaxMessage
	}
	info.Certificate, err = tx.Certificate(ctx, Slot)
	if absent(err) {
		return nil
	}
	return err
}

func readOthers(ctx context.Context, tx *pivcard.Tx, info *token.Info) error {
	for _, s := range pivcard.KeySlots() {
		if s == Slot {
			continue
		}
		k, found, err := readKey(ctx, tx, s)
		if err != nil {
			return err
		}
		if found {
			info.Others = append(info.Others, k)
		}
	}
	return nil
}

// formFactor uses the words of package verify/attest.
func formFactor(b byte) string {
	const kind = 0x3F
	return map[byte]string{
		1: "usb-a keychain", 2: "usb-a nano", 3: "usb-c keychain", 4: "usb-c nano",
		5: "usb-c and lightning", 6: "usb-a biometric", 7: "usb-c biometric",
	}[b&kind]
}

func isDefault(b bool) token.Default {
	if b {
		return token.Yes
	}
	return token.No
}

// absent says that a card does not have something, or not yet in its firmware.
func absent(err error) bool {
	return errors.Is(err, pivcard.ErrNotFound) || errors.Is(err, pivcard.ErrUnsupported)
}
