package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sigstore/sigstore/pkg/signature/options"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/keyfile"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/keymgr"
	"github.com/rootmoot/rootmoot/root"
)

// A packageKey are the flags that say with which key packages are signed.
type packageKey struct {
	passwordFlag
	file, serial, slot, rehearsal string
	modules                       []string
}

func (k *packageKey) flags(f *pflag.FlagSet) {
	f.StringVar(&k.file, "key-file", "", "encrypted key `FILE` to sign with")
	f.StringArrayVar(&k.modules, "pkcs11-module", nil, "`PATH` of a PKCS#11 module, to sign with an HSM; may be given again")
	f.StringVar(&k.serial, "serial", "", "`SERIAL` number of the token to sign with, where there are several")
	f.StringVar(&k.slot, "slot", "", "`ID` of the key, where an HSM has several")
	f.StringVar(&k.rehearsal, "tokens", "", "`DIR` of rehearsal tokens; rehearsals only")
	k.flag(f)
}

func (k *packageKey) check() error {
	device := k.serial != "" || k.slot != "" || k.rehearsal != "" || len(k.modules) > 0
	switch {
	case k.file == "" && !device:
		return &verbs.Error{Code: verbs.Usage, Err: errors.New("no key is named"), Hint: "give a key file with --key-file, or an HSM with --pkcs11-module and --serial"}
	case k.file != "" && device:
		return &verbs.Error{Code: verbs.Usage, Err: errors.New("--key-file: a token is named too; one run signs with one key")}
	}
	return nil
}

// A signingKey is the key that was found, and not opened yet.
type signingKey struct {
	public  root.PublicKey
	info    token.Info
	token   token.Token
	file    *keyfile.Token // nil: a device
	closers []io.Closer
}

// Close lets go of whatever was opened.
func (f *signingKey) Close() {
	for i := len(f.closers) - 1; i >= 0; i-- {
		f.closers[i].Close() //nolint:errcheck // nothing was written through it
	}
}

// find finds the key, and refuses one that cannot sign a channel.
func (k *packageKey) find(ctx context.Context, rehearsal bool) (_ *signingKey, err error) {
	f := &signingKey{}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if k.file != "" {
		err = f.openFile(ctx, k.file)
	} else {
		err = k.device(ctx, f, rehearsal)
	}
	if err != nil {
		return nil, err
	}
	if err := f.info.Keyless(); err != nil {
		return nil, ofToken(err)
	}
	f.public, err = root.ParseSPKI(f.info.SPKI)
	if err != nil {
		return nil, &verbs.Error{Code: verbs.No, Err: err}
	}
	return f, touchless(f.info)
}

func (f *signingKey) openFile(ctx context.Context, path string) error {
	t, err := keyfile.Open(path)
	if err != nil {
		code := verbs.Usage // what is stood on is faulty
		if verbs.ExitCode(err) == verbs.Unread {
			code = verbs.Unread
		}
		return &verbs.Error{Code: code, Err: err}
	}
	f.file, f.token, f.closers = t, t, append(f.closers, t)
	f.info, err = t.Inspect(ctx)
	return ofToken(err)
}

// device finds the token.
func (k *packageKey) device(ctx context.Context, f *signingKey, rehearsal bool) error {
	hsms := len(k.modules) > 0
	switch {
	case k.rehearsal != "" && !rehearsal:
		return &verbs.Error{Code: verbs.Usage, Err: errors.New("--tokens: rehearsal tokens sign with --rehearsal only")}
	case rehearsal && k.rehearsal == "" && !hsms:
		return &verbs.Error{Code: verbs.Usage, Err: errors.New("--rehearsal: smart cards sign in no rehearsal; give --tokens, or a key file")}
	}
	r := &rack{rehearsal: k.rehearsal != ""}
	r, err := r.fill(drivers{rehearsal: k.rehearsal, modules: k.modules}, !r.rehearsal && !hsms, hsms)
	if err != nil {
		return err
	}
	f.closers = append(f.closers, closer(r.Close))
	seen, err := r.find(ctx, sitting.Wanted{Serial: k.serial, Slot: k.slot})
	if err != nil {
		return err
	}
	f.token, f.info, f.closers = seen.Token, seen.Info, append(f.closers, seen)
	return nil
}

// A closer is a function that closes something.
type closer func()

// Close calls it.
func (c closer) Close() error {
	c()
	return nil
}

// touchless refuses a smart card that wants a touch: nobody touches it a hundred
// thousand times, and who is made to touch it all day no longer looks.
func touchless(i token.Info) error {
	if i.Kind != token.PIV && i.Kind != token.Rehearsal || i.TouchPolicy == "never" {
		return nil
	}
	policy := i.TouchPolicy
	if policy == "" {
		policy = "not told"
	}
	return &verbs.Error{
		Code: verbs.Usage, Err: fmt.Errorf("token %s: its key wants a touch for each signature (touch policy: %s), and a channel has a signature for each package", i.Serial, policy),
		Hint: "sign packages with a key file, or an HSM",
	}
}

// unlock opens the key with what is typed or piped.
func (f *signingKey) unlock(cmd *cobra.Command, p passwordFlag) (keymgr.Key, error) {
	want := token.Want{Serial: f.info.Serial, SPKI: f.info.SPKI}
	if f.file != nil {
		password, err := p.read(cmd, "Password of "+visible.Line(f.info.Reader)+": ")
		if err != nil {
			return keymgr.Key{}, err
		}
		defer password.Wipe()
		key, err := f.file.Unlock(cmd.Context(), want, password)
		if err != nil {
			return keymgr.Key{}, ofToken(err)
		}
		f.closers = append(f.closers, key)
		return keymgr.InMemory(key), nil
	}
	var pin token.Secret
	if f.info.PINPolicy != "never" {
		var err error
		if pin, err = p.read(cmd, "PIN of token "+visible.Line(f.info.Serial)+": "); err != nil {
			return keymgr.Key{}, err
		}
	}
	session, err := f.token.Open(cmd.Context(), want, pin, func(token.TouchRequest) {})
	if err != nil {
		pin.Wipe()
		return keymgr.Key{}, ofToken(err)
	}
	f.closers = append(f.closers, session)
	return keymgr.OnDevice(device{session, [32]byte(f.public.Raw())}), nil
}

// A device is a session with a token, as keymgr has it.
type device struct {
	session token.Session
	public  [32]byte
}

// Public is the wanted key.
func (d device) Public() [32]byte { return d.public }

// Sign has the token sign a record.
func (d device) Sign(ctx context.Context, message []byte) ([]byte, error) {
	return d.session.SignMessage(bytes.NewReader(message), options.WithContext(ctx))
}
