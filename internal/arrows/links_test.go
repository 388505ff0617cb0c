package arrows

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLinks asks the go command what is linked into the packages whose
// smallness is promised.
func TestLinks(t *testing.T) {
	for _, b := range never() {
		t.Run(b.pkg, func(t *testing.T) {
			if _, err := os.Stat(filepath.Join("..", "..", b.pkg)); err != nil {
				return // it comes later; the ban is here already
			}
			linked := deps(t, b)
			if !slices.Contains(linked, module+"/"+b.pkg) {
				t.Fatalf("go list -deps does not list the package itself: %q", linked)
			}
			for _, complaint := range banned(b, linked) {
				t.Error(complaint)
			}
		})
	}
}

// deps is everything that is linked, built without cgo as we ship it.
func deps(t *testing.T, b ban) []string {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "./"+b.pkg)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if b.goos == "js" {
		cmd.Env = append(cmd.Env, "GOOS=js", "GOARCH=wasm")
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, &stderr)
	}
	return strings.Fields(string(out))
}

func banned(b ban, linked []string) []string {
	var out []string
	for _, p := range linked {
		if covers(b.never, p) {
			out = append(out, fmt.Sprintf("%s links %s: find the way by `go list -deps -json`, and cut it", b.pkg, p))
		}
	}
	return out
}

func TestBanned(t *testing.T) {
	b := ban{pkg: "root", never: "crypto/x509 net"}
	got := banned(b, []string{"crypto", "crypto/x509/pkix", "net/http", "network", module + "/root"})
	if len(got) != 2 || !strings.Contains(got[0], "crypto/x509/pkix") || !strings.Contains(got[1], "net/http") {
		t.Errorf("got %q", got)
	}
}
