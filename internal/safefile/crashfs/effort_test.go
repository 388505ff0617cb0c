package crashfs

import "testing"

func TestEffort(t *testing.T) {
	t.Setenv("SOAK", "1")
	if got := Effort(1, 2, 3); got != 3 {
		t.Errorf("soaking: %d", got)
	}
	want := 2
	if racing {
		want = 1
	}
	for _, soak := range []string{"", "0"} {
		t.Setenv("SOAK", soak)
		if got := Effort(1, 2, 3); got != want {
			t.Errorf("SOAK=%s: %d", soak, got)
		}
	}
}
