//go:build (cgo && (linux || darwin || freebsd)) || windows

package pcsc

import "testing"

// TestTaken: what was taken out of the buffer is not left in it.
func TestTaken(t *testing.T) {
	buffer := []byte("management key")
	if got := taken(buffer); string(got) != "management key" {
		t.Errorf("took %q", got)
	}
	if string(buffer) != string(make([]byte, len(buffer))) {
		t.Errorf("%q is left", buffer)
	}
}
