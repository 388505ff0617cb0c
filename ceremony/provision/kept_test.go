package provision_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// torn is a token whose management key is another than the one that it keeps: it
// was pulled when one was to replace the other, after the key was set or before.
func torn(t *testing.T, from, to string, set bool) *stage {
	t.Helper()
	st := newStage(t)
	st.planned("management_key: protected", "management_key: "+from)
	st.open()
	st.walk(provision.ActKey)
	st.planned("management_key: protected", "management_key: "+to)
	st.again()
	if to == "sealed" {
		st.must(provision.ActMakeManagement)
	} else {
		st.must(provision.ActTypeManagement)
	}
	a := st.fill(provision.ActManagement)
	st.says = func(apdu []byte) []byte {
		if apdu[1] == 0xFF { // set management key
			st.hand.pull(1, true, set)
		}
		return nil
	}
	st.refused(a, sitting.TokenRemoved, "does not answer")
	st.says = nil
	st.hand.insert()
	if i := st.info(); !i.ManagementProtected || i.DefaultManagement != token.No {
		t.Fatalf("token %+v", i)
	}
	return st
}

// TestKeptBecomesSealed: the token took the key that was sealed, and still keeps
// the one before. The same run tries the one that it set; another has it typed.
func TestKeptBecomesSealed(t *testing.T) {
	t.Run("same run", func(t *testing.T) {
		st := torn(t, "protected", "sealed", true)
		st.must(provision.ActLook)
		st.walk("")
		signs(t, st.card, st.info())
	})
	t.Run("another run", func(t *testing.T) {
		st := torn(t, "protected", "sealed", true)
		sealed := st.holder.Management()
		st.again()
		st.must(provision.ActMakeManagement)
		st.refused(st.fill(provision.ActManagement), sitting.NotDone, token.ErrManagement.Error())
		a := st.fill(provision.ActTypeManagement)
		a.Secrets["management"] = sitting.NewSecret([]byte(sealed))
		if err := st.do(a); err != nil {
			t.Fatal(err)
		}
		st.walk("")
		signs(t, st.card, st.info())
	})
}

// TestSealedBecomesKept: the token keeps a key that was never set. The one that
// was sealed is typed, and the token is given another to keep.
func TestSealedBecomesKept(t *testing.T) {
	for _, again := range []bool{false, true} {
		t.Run(fmt.Sprintf("another run %v", again), func(t *testing.T) {
			st := torn(t, "sealed", "protected", false)
			if again {
				st.again()
			} else {
				st.must(provision.ActLook)
			}
			refused := 0
			for v := st.p.View(); !v.Done; v = st.p.View() {
				a, led := st.holder.Answer(v)
				if !led {
					t.Fatalf("%q waits for nothing: %v", v.Heading, ids(v))
				}
				if err := st.do(a); err == nil {
					continue
				} else if refused++; !errors.Is(err, token.ErrManagement) || refused > 1 {
					t.Fatalf("%s: %v", a.ID, err)
				}
			}
			signs(t, st.card, st.info())
			access := token.Access{PIN: token.NewSecret([]byte(holderPIN))} // and with it the key that is kept
			if err := st.card.Provisioner(serial).Retire(t.Context(), access); err != nil || refused == 0 {
				t.Errorf("refused %d times; then %v", refused, err)
			}
		})
	}
}
