package fetch

import (
	"strings"
	"testing"
)

func TestOpen(t *testing.T) {
	const secret = "s3cret"
	tests := []struct {
		name    string
		address string
		plain   bool
		want    string // the error; "" if there is none
	}{
		{"https", "https://roots.example/tuf", false, ""},
		{"https with a port", "https://roots.example:8443", false, ""},
		{"a scheme in capitals", "HTTPS://roots.example/", false, ""},
		{"an escaped folder", "https://roots.example/a%2Fb/", false, ""},
		{"http on this machine, IPv4", "http://127.0.0.1:8000/tuf", false, ""},
		{"http on this machine, all of 127.0.0.0/8", "http://127.8.9.10/tuf", false, ""},
		{"http on this machine, IPv6", "http://[::1]:8000/tuf", false, ""},
		{"http on this machine, by name", "http://LocalHost:8000/tuf", false, ""},
		{"http with leave", "http://roots.example/tuf", true, ""},

		{
			"http", "http://roots.example/tuf", false,
			"http://roots.example: plain http is for this machine only (127.0.0.0/8, ::1, localhost): want https",
		},
		{"a host that begins like this machine", "http://127.0.0.1.example/", false, "plain http is for this machine only"},
		{"a host that ends like this machine", "http://x.localhost/", false, "plain http is for this machine only"},
		{"every address of this machine", "http://0.0.0.0/", false, "plain http is for this machine only"},
		{"a number that some take for this machine", "http://2130706433/", false, "plain http is for this machine only"},
		{"a file", "file:///etc/tuf", true, "address: does not begin with https://: want https://host/folder"},
		{"ftp", "ftp://roots.example/", true, "does not begin with https://"},
		{"no scheme", "roots.example/tuf", true, "does not begin with https://"},
		{"nothing", "", true, "does not begin with https://"},
		{"a secret for a scheme", secret + ":x@roots.example", true, "does not begin with https://"},
		{"no host", "https:///tuf", false, "address: names no host: want https://host/folder"},
		{"only a port", "https://:443/tuf", false, "names no host"},
		{"opaque", "https:roots.example/tuf", false, "names no host"},
		{
			"user and password", "https://me:" + secret + "@roots.example/tuf", false,
			"address: holds a user name or password, and credentials are never sent: want one that anybody may read, without them",
		},
		{"user", "https://" + secret + "@roots.example/tuf", false, "holds a user name or password"},
		{"an empty user", "https://@roots.example/tuf", false, "holds a user name or password"},
		{"user, http, this machine", "http://me:" + secret + "@localhost/", true, "holds a user name or password"},
		{
			"query", "https://roots.example/tuf?sig=" + secret, false,
			"https://roots.example: the address has a query, and names are put behind its end: want a folder's address",
		},
		{"an empty query", "https://roots.example/tuf?", false, "has a query"},
		{
			"fragment", "https://roots.example/tuf#" + secret, false,
			"https://roots.example: the address has a fragment (#), and names are put behind its end: want a folder's address",
		},
		{"not a URL", "https://roots.example:https/?sig=" + secret, false, `address: not a URL: invalid port ":https" after host: want https://host/folder`},
		{
			"not a URL, with a password in what is wrong", "https://me:" + secret + "/@roots.example/", false,
			"address: not a URL, and has an @: want https://host/folder, without a user name or password",
		},
		{"a line break", "https://roots.example/\ntuf", false, "address: not a URL: net/url: invalid control character in URL"},
		{
			"letters that look like others", "https://r\u043eots.example/", false,
			"address: the host has letters outside ASCII, which can look like others: want its form that begins with xn--",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Open(tt.address, Options{PlainHTTP: tt.plain})
			if err == nil {
				defer s.Close()
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if strings.Contains(got, secret) {
				t.Errorf("the error holds a secret: %s", got)
			}
		})
	}
}

func TestString(t *testing.T) {
	for address, want := range map[string]string{
		"https://roots.example":                         "https://roots.example/",
		"https://roots.example/t":                       "https://roots.example/t",
		"HTTPS://roots.example:8443/a%20b/":             "https://roots.example:8443/a%20b/",
		"https://conda.example/t/tk-s3cret/main":        "https://conda.example/t/<TOKEN>/main",
		"https://conda.example/conda/t/tk-s3cret":       "https://conda.example/conda/t/<TOKEN>/",
		"http://localhost:8000/t/tk-s3cret/main/noarch": "http://localhost:8000/t/<TOKEN>/main/noarch",
	} {
		s, err := Open(address, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if got := s.String(); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{"1.root.json", "root.json", "key_mgr.json", "lib-1!2.0-py_0+x~y.conda", "a:b", ".x"} {
		if err := checkName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{
		"", ".", "..", "../root.json", "a/../b", "a..b", "a/b", "/root.json", `a\b`, `..\root.json`,
		"a%2fb", "%2e%2e", "a?b", "a#b", "a b", "a\x00b", "a\nb", "\u00e4", "a\xffb", "https://other.example/x",
	} {
		err := checkName(name)
		if err == nil || !strings.Contains(err.Error(), "not a plain file name: want one like 3.root.json, without a path") {
			t.Errorf("%q: got %v", name, err)
		}
	}
}
