package arrows

// A room is one package of the house. Folders are relative to the module. A
// list is separated by spaces; a folder ending in /... stands for itself and
// all below it.
type room struct {
	pkg      string
	mayHouse string // what it may import of this module
}

// house lists all packages from the first day on, bottom to top.
func house() []room {
	return []room{
		// The ground imports nothing above it, and little beside it.
		{"internal/canonical", ""},
		{"internal/fetch", ""},
		{"internal/lane", ""},
		{"internal/lockfile", ""},
		{"internal/machine", ""},
		{"internal/openpgp", ""},
		{"internal/qr", ""},
		{"internal/repodata", "internal/canonical"},
		{"internal/safefile", ""},
		{"internal/terminal", ""},
		{"internal/visible", ""},
		{"internal/strictyaml", "internal/visible"},
		{"internal/words", ""},
		{"internal/pivcard", ""},
		{"internal/token", ""},
		{"internal/pcsc", "internal/lane internal/pivcard"},
		{"internal/token/applet", "internal/token internal/pivcard"},
		{"internal/token/keyfile", "internal/token internal/safefile"},
		{"internal/token/piv", "internal/lane internal/token internal/token/applet internal/pcsc internal/pivcard"},
		{"internal/token/pkcs11", "internal/lane internal/token"},
		{"internal/token/rehearsal", "internal/token internal/token/applet internal/pivcard internal/safefile"},

		{"root", "internal/canonical"},
		{"root/chain", "root internal/safefile"},

		{"verify", "root internal/canonical"},
		{"verify/attest", "root verify"},
		{"verify/channel", "root verify internal/canonical internal/repodata"},
		{"verify/repository", "root verify internal/canonical"},

		{"keymgr", "root root/chain verify internal/canonical internal/repodata internal/safefile"},

		// Pure state: no token, no clock, no terminal.
		{"ceremony/witness", "root"},
		{"ceremony/plan", "root verify internal/strictyaml internal/visible ceremony/witness"},
		{"ceremony/journal", "internal/canonical internal/safefile"},
		{"ceremony", "root verify verify/attest internal/canonical internal/words ceremony/plan ceremony/journal ceremony/witness"},
		{"ceremony/ledger", "root ceremony/journal internal/safefile"},
		{"ceremony/evidence", "root root/chain verify verify/attest internal/canonical internal/safefile ceremony ceremony/plan ceremony/journal"},

		// The engine: the only way from a person to a token's signer.
		{"ceremony/sitting", "root root/chain verify verify/attest ceremony ceremony/plan ceremony/journal ceremony/evidence ceremony/ledger " +
			"internal/canonical internal/machine internal/openpgp internal/qr internal/safefile internal/token internal/visible internal/words"},
		{"ceremony/provision", "root verify verify/attest ceremony/plan ceremony/sitting internal/token internal/visible internal/words"},
		{"ceremony/paper", "root verify ceremony ceremony/plan ceremony/journal ceremony/evidence internal/safefile internal/visible internal/words"},

		// What people see of it. These know View and Act, and no facts.
		{"ceremony/tui", "ceremony/sitting internal/visible internal/words"},
		{"ceremony/plain", "ceremony/sitting internal/terminal internal/visible internal/words"},
		{"ceremony/rehearse/people", "ceremony/sitting internal/words"},
		{"ceremony/rehearse", "root root/chain verify verify/attest ceremony ceremony/plan ceremony/sitting ceremony/rehearse/people " +
			"internal/machine internal/pivcard internal/safefile internal/token internal/token/rehearsal internal/words"},

		{"cmd/internal/verbs", "root root/chain verify/... ceremony ceremony/plan ceremony/evidence " +
			"internal/canonical internal/fetch internal/lockfile internal/repodata internal/safefile internal/terminal internal/visible internal/words"},
		{"cmd/internal/publish", "root root/chain verify internal/safefile cmd/internal/verbs"},
		{"cmd/internal/site", "root root/chain verify internal/safefile"},
		{"cmd/internal/watch", "root root/chain verify internal/fetch internal/safefile"},
		{"cmd/rootmoot", "root/... verify/... keymgr ceremony/... cmd/internal/... internal/..."},
		{"cmd/rootmoot-verify", "cmd/internal/verbs"},
		{"cmd/rootmoot-wasm", "root verify"},
	}
}

// For tests: packages that only tests import. What they import is not looked
// at, nor what other tests import of the house, for the compiler refuses rings.
func forTests() string {
	return "ceremony/provision/provisiontest internal/arrows internal/golden internal/openpgp/openpgptest internal/pcsc/pcsctest internal/pivcard/evil internal/pythontest internal/qr/qrtest internal/repodata/repodatatest internal/safefile/crashfs internal/token/tokentest internal/token/tokentest/cards keymgr/keymgrtest verify/channel/channeltest verify/internal/forge verify/verifytest"
}

// Tools that work on the repository, and are no part of what is built from it.
func tools() string { return "internal/cmd/..." }

// A leash is an import from outside the house, and who may have it. It covers
// what lies below it too, unless a longer one does.
type leash struct {
	path string
	only string
}

// outside lists every module of others, and some of the standard library.
func outside() []leash {
	return []leash{
		{"charm.land", "ceremony/tui"},
		{"github.com/charmbracelet", "ceremony/tui"},
		{"github.com/go-json-experiment/json", "ceremony ceremony/evidence ceremony/journal ceremony/ledger ceremony/sitting ceremony/rehearse cmd/... " +
			"internal/canonical internal/pivcard internal/token/keyfile internal/token/rehearsal"},
		{"github.com/go-piv/piv-go", "internal/token/piv"},
		{"github.com/klauspost/compress", "internal/repodata"},
		{"github.com/makiuchi-d/gozxing", "internal/qr"},
		{"github.com/miekg/pkcs11", "internal/token/pkcs11"},
		{"github.com/secure-systems-lab/go-securesystemslib", "internal/token/keyfile"},
		{"github.com/sigstore/sigstore", "internal/token/... ceremony/sitting cmd/rootmoot"},
		{"github.com/spf13/cobra", "cmd/..."},
		{"github.com/spf13/pflag", "cmd/..."},
		{"go.yaml.in/yaml", "internal/lockfile internal/strictyaml ceremony/plan"},
		{"golang.org/x/crypto", "root ceremony/witness internal/pivcard internal/token/..."},
		{"golang.org/x/sys", "internal/machine internal/pcsc internal/safefile internal/terminal ceremony/journal"},
		{"golang.org/x/term", "internal/terminal"},
		{"golang.org/x/text", "internal/visible"},
		{"rsc.io/qr", "internal/qr"},

		// The only x509 outside the token layer is where attestations are
		// judged (DESIGN: verify/attest).
		{"crypto/x509", "verify/attest internal/pivcard internal/token/..."},
		{"encoding/json", "ceremony/plan cmd/..."},
		{"net", "internal/fetch internal/machine cmd/internal/watch"},
		{"net/netip", "internal/machine"},
		{"net/url", "internal/fetch internal/lockfile cmd/... internal/token/pkcs11"},
		{"os/exec", "ceremony/rehearse cmd/rootmoot"},
		// One logger belongs to the program, none to a library; and randomness
		// that is not crypto/rand's has no place here.
		{"log", "cmd/rootmoot"},
		{"log/slog", "cmd/... internal/token/..."}, // a PIN refuses to be logged
		{"math/rand", ""},
		{"plugin", ""},
		{"testing", ""},
		// PC/SC is a C library.
		{"unsafe", "internal/pcsc"},
		{"C", "internal/pcsc"},
	}
}

// testModules are modules that any test may import, besides those above.
func testModules() string {
	return "github.com/google/go-cmp github.com/rogpeppe/go-internal " +
		"github.com/santhosh-tekuri/jsonschema github.com/secure-systems-lab/go-securesystemslib " +
		"github.com/theupdateframework/go-tuf pgregory.net/rapid"
}

// A ban is what a package must not link, directly or through others.
type ban struct {
	pkg   string
	goos  string // "" for this machine's; js goes with wasm
	never string // a path covers what lies below it
}

// never names the packages whose smallness is promised.
func never() []ban {
	// Principle 11: small enough for a browser. crypto/x509 alone would cost
	// the browser verifier half a megabyte, net/http five.
	const browser = "crypto/x509 encoding/json net go.yaml.in github.com/klauspost charm.land github.com/charmbracelet " +
		"github.com/go-piv github.com/miekg github.com/sigstore github.com/spf13 golang.org/x/sys golang.org/x/term runtime/cgo C"
	// The auditor's tool has no device code and no terminal library. It asks a
	// web server, if it is given an address.
	const auditor = "charm.land github.com/charmbracelet github.com/go-piv github.com/miekg github.com/sigstore runtime/cgo C " +
		module + "/internal/token " + module + "/ceremony/sitting"
	const pure = "net/http charm.land github.com/charmbracelet github.com/go-piv github.com/miekg github.com/sigstore github.com/spf13 " +
		module + "/internal/token"
	return []ban{
		{"root", "", browser},
		{"verify", "", browser},
		{"cmd/rootmoot-wasm", "js", browser},
		{"cmd/rootmoot-verify", "", auditor},
		{"keymgr", "", "charm.land github.com/charmbracelet github.com/go-piv github.com/miekg github.com/spf13 golang.org/x/term"},
		{"ceremony", "", pure},
		{"ceremony/plan", "", pure},
		{"ceremony/witness", "", pure},
		{"ceremony/journal", "", pure},
		{"ceremony/ledger", "", pure},
		{"ceremony/evidence", "", pure},
	}
}

// direct are imports that a package must not have itself, though something
// below it links them: fmt brings os to every program.
func direct() []ban {
	return []ban{
		{"root", "", "os io/ioutil net"},
		{"verify", "", "os io/ioutil net"},
		{"ceremony", "", "os net"},
		{"ceremony/plan", "", "os net"}, // a frozen plan names no other file
		{"ceremony/witness", "", "os net"},
	}
}

// A call is a function of the standard library that only some packages call.
type call struct {
	pkg   string
	names string
	only  string
}

// calls: the clock is an input, and only a program ends itself.
func calls() []call {
	return []call{
		{"time", "Now Since Until After AfterFunc Tick NewTicker NewTimer Sleep", "cmd/... internal/fetch internal/machine internal/pcsc internal/pivcard internal/terminal " +
			"internal/token/piv internal/token/pkcs11 ceremony/plain ceremony/tui"},
		{"os", "Exit", "cmd/rootmoot cmd/rootmoot-verify cmd/rootmoot-wasm internal/cmd/..."},
		{"log", "Fatal Fatalf Fatalln Panic Panicf Panicln", ""},
		{"context", "TODO", ""},
	}
}
