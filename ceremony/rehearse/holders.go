package rehearse

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
)

// A holder is a keyholder of a rehearsal, with the token that they come with.
type holder struct {
	name, organisation string
	serial             uint32
}

// holders are the cast: five hold the first root; edinburgh can join.
func holders() []holder {
	return []holder{
		{"amsterdam", "Example Europe", 90000001},
		{"boston", "Example Americas", 90000002},
		{"chennai", "Example Asia", 90000003},
		{"dakar", "Example Africa", 90000004},
		{"fukuoka", "Example Foundation", 90000005},
		{"edinburgh", "Example University", 90000006},
	}
}

// machine stands for one that is online: its token is no keyholder's.
func machine() holder { return holder{"online", "", 90000099} }

// holderOf is the holder of that name.
func holderOf(name string) (holder, error) {
	for _, h := range holders() {
		if h.name == name {
			return h, nil
		}
	}
	return holder{}, fmt.Errorf("rehearsal: there is no keyholder %q", name)
}

// pin is different for each token, so that a PIN typed into the wrong one is
// noticed.
func (h holder) pin() string { return fmt.Sprintf("%06d", 271800+h.serial%1000) }

func (h holder) puk() string { return "8" + h.pin() }

// again is the same holder with a new token.
func (h holder) again() holder {
	h.serial += 100
	return h
}

// serial is the number of the token that a holder has now; if it is gone, of the
// one that they came with.
func (r *Rehearsal) serial(ctx context.Context, h holder) string {
	if t, err := rehearsal.Open(r.tokens(), h.name, rehearsal.Options{}); err == nil {
		defer t.Close()
		if info, err := t.Inspect(ctx); err == nil {
			return info.Serial
		}
	}
	return fmt.Sprint(h.serial)
}
