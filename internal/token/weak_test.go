package token_test

import (
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/token"
)

func TestWeakness(t *testing.T) {
	for _, c := range []struct{ secret, want string }{
		{"845127", ""},
		{"271801", ""},
		{"82718011", ""},
		{"k7#mQ2", ""},
		{"84512", "fewer than 6"},
		{"", "fewer than 6"},
		{"845127301", "more than 8"},
		{"845 127", "a space"},
		{"8451é7", "a space, or a character"},
		{"éééééé", "take letters, digits and signs of ASCII"}, // no length in bytes
		{"123456", "the factory's"},
		{"12345678", "the factory's"},
		{"777777", "two different characters"},
		{"112121", "two different characters"},
		{"234567", "counts up or down"},
		{"567890", "counts up or down"},
		{"098765", "counts up or down"},
		{"fedcba", "counts up or down"},
		{"135135", "repeats itself"},
		{"12481248", "repeats itself"},
		{"184481", "backwards"},
		{"QWERTY", "side by side"},
		{"lkjhgf", "side by side"},
		{"147258", "side by side"},
		{"334982", "serial number"},
		{"21334982", "serial number"},
		{"289433", "serial number"},
		{"250784", "a date"},
		{"072584", "a date"},
		{"840725", "a date"},
		{"19840725", "a date"},
		{"25071984", "a date"},
		{"99071884", ""}, // no day of any month
		{"300284", ""},   // nor of February
	} {
		t.Run(c.secret, func(t *testing.T) {
			got := token.Weakness(token.NewSecret([]byte(c.secret)), "21334982")
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			if c.secret != "" && strings.Contains(got, c.secret) {
				t.Error("the reason holds the secret")
			}
		})
	}
	if got := token.Weakness(token.NewSecret([]byte("845127")), ""); got != "" {
		t.Errorf("without a serial number: %q", got)
	}
}
