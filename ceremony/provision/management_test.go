package provision_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/internal/token"
)

// TestManagementKeyUnknown: a token whose management key nobody has any more can
// be written to by nobody. Until the key is typed nothing but a reset is offered,
// and the view says that one is needed.
func TestManagementKeyUnknown(t *testing.T) {
	t.Run("sealed by this program, and lost", func(t *testing.T) {
		st := newStage(t)
		st.sealed()
		st.open()
		st.walk(provision.ActKey)
		st.again()
		v := st.p.View()
		if !shows(v, "Open its envelope and type it; or empty the token and begin again.") {
			t.Errorf("what to do is not said: %v", v.Body)
		}
		if got := ids(v); !slices.Equal(got, []string{provision.ActTypeManagement, provision.ActEmpty}) {
			t.Errorf("offered are %v", got)
		}
		st.must(provision.ActEmpty)
		st.walk("")
	})
	t.Run("set by somebody else", func(t *testing.T) {
		st := newStage(t)
		key := token.NewSecret(bytes.Repeat([]byte{0xA5}, 24))
		if err := st.card.Provisioner(serial).SetManagement(t.Context(), token.Access{}, key, false); err != nil {
			t.Fatal(err)
		}
		st.open()
		st.must(provision.ActSerial)
		v := st.p.View()
		if !shows(v, "It cannot be gone on with: it was begun in another order than this program's.") {
			t.Errorf("what to do is not said: %v", v.Body)
		}
		if got := ids(v); !slices.Equal(got, []string{provision.ActEmpty}) {
			t.Errorf("offered are %v", got)
		}
		st.must(provision.ActEmpty)
		st.walk("")
	})
}
