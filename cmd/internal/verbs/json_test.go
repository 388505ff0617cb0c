package verbs

import (
	"encoding/json"
	"testing"
)

func TestJSONIsASCII(t *testing.T) {
	const text = "é <b> \x7f \u0085 \u202e \u2028 \U0001f511 \x1b[2J \\ \""
	got, err := JSON(map[string]string{"name": text})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range got {
		if (c < ' ' || c > '~') && c != '\n' {
			t.Errorf("byte %d is %#x in %q", i, c, got)
		}
	}
	var back map[string]string
	if err := json.Unmarshal(got, &back); err != nil || back["name"] != text {
		t.Errorf("came back as %q, %v", back["name"], err)
	}
}
