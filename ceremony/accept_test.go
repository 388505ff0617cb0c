package ceremony_test

import (
	"strings"
	"testing"
)

// wantError wants an error that says this.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}
