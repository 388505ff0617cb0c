package lockfile

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
)

// MaxSize bounds a lock file, in bytes. Those of large projects for many platforms
// have some five megabytes.
const MaxSize = 64 << 20

// An Entry is one package that a lock file names.
type Entry struct {
	Line        int
	Name        string // file name or address, without what may be a secret in it
	Channel     string // address of the channel, normalised as by [Channel]; "" if it is no package of a channel
	Subdir      string
	File        string
	SHA256, MD5 string // as they stand there; "" where there is none
}

// Parse reads a lock file. The form is told by its content.
func Parse(raw []byte) ([]Entry, error) {
	if len(raw) > MaxSize {
		return nil, fmt.Errorf("%d bytes, at most %d are taken", len(raw), MaxSize)
	}
	if explicit(raw) {
		return parseExplicit(raw)
	}
	return parseYAML(raw)
}

// Channel is the address of a channel in the one form in which addresses are
// compared: without user, password, token (/t/TOKEN/) and a slash at its end.
func Channel(address string) (string, error) {
	u, err := locate(address)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// locate reads an address and takes secrets out of it. Errors do not show it.
func locate(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Scheme != "file" {
		return nil, fmt.Errorf("no address like https://conda.anaconda.org/conda-forge")
	}
	if u.RawQuery != "" || u.ForceQuery || u.Opaque != "" || strings.Contains(strings.ToLower(u.EscapedPath()), "%2f") {
		return nil, fmt.Errorf("an address with a query, or with a slash that is hidden")
	}
	u.User, u.Fragment, u.RawFragment, u.RawPath = nil, "", "", ""
	u.Host = strings.ToLower(u.Host)
	for strings.HasPrefix(u.Path, "/t/") && strings.Contains(u.Path[3:], "/") {
		_, after, _ := strings.Cut(u.Path[3:], "/")
		u.Path = "/" + after
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	for part := range strings.SplitSeq(strings.TrimPrefix(u.Path, "/"), "/") {
		if u.Path != "" && (part == "" || part == "." || part == "..") {
			return nil, fmt.Errorf("an address with an empty part, or dots, in its path")
		}
	}
	return u, nil
}

// at fills in where a package lies. What is no address of a package has no
// channel then.
func (e *Entry) at(address string) {
	e.Name = "an address that cannot be read"
	u, err := locate(address)
	if err != nil {
		return
	}
	parts := strings.Split(u.Path, "/")
	e.Name = parts[len(parts)-1]
	if len(parts) < 3 {
		return
	}
	e.File, e.Subdir = parts[len(parts)-1], parts[len(parts)-2]
	e.Name = e.Subdir + "/" + e.File
	u.Path = strings.Join(parts[:len(parts)-2], "/")
	e.Channel = u.String()
}

const marker = "@EXPLICIT"

// explicit files have their marker on a line of its own.
func explicit(raw []byte) bool {
	for line := range bytes.Lines(raw) {
		if string(bytes.TrimSpace(line)) == marker {
			return true
		}
	}
	return false
}

// parseExplicit reads what conda's explicit installs do: an address on each line,
// behind # a digest.
func parseExplicit(raw []byte) ([]Entry, error) {
	var out []Entry
	n := 0
	for line := range bytes.Lines(raw) {
		n++
		text := string(bytes.TrimSpace(line))
		if text == "" || text[0] == '#' || text == marker {
			continue
		}
		address, digest, _ := strings.Cut(text, "#")
		e := Entry{Line: n}
		e.at(address)
		if !e.digest(digest) {
			return nil, fmt.Errorf("line %d: behind # is neither an MD5 nor a SHA-256", n)
		}
		out = append(out, e)
	}
	return out, nil
}

// digest takes what stands behind #: SHA-256 or MD5, told by its name before a
// colon or by its length.
func (e *Entry) digest(text string) bool {
	kind, value, named := strings.Cut(text, ":")
	if !named {
		kind, value = map[int]string{0: "none", 32: "md5", 64: "sha256"}[len(text)], text
	}
	switch kind {
	case "none":
	case "md5":
		e.MD5 = value
	case "sha256":
		e.SHA256 = value
	default:
		return false
	}
	return true
}
