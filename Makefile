# make build    bin/rootmoot and bin/rootmoot-verify
# make wasm     bin/rootmoot.wasm, the verifier for a browser
# make demo     a whole ceremony with rehearsal tokens   [FORMAT=tuf|conda] [DIR=where]
# make test     everything that .ci/run runs; may install Debian packages
# make lint     format, static analysis, module files
# make fuzz     every fuzz target, for long               [FUZZ=regexp] [TIME=1m]
# make mutate   each rule switched off: do tests notice?  [MUTANT=regexp]
# make soak     every crash that there is: takes hours
# make race-more  races in the guide and in rehearsals: takes minutes
# make bench    how fast the verifier is, beside go-tuf: takes minutes; a bar that is missed is printed, and is no error
# make screens  the pictures of the guide in docs/img, anew
# make clean

# Version control is asked for what is built even where GOFLAGS says otherwise.
VCS    ?= auto
BUILD   = go build -trimpath -buildvcs=$(VCS) -ldflags='-s -w'
FORMAT ?= tuf
DIR    ?=
FUZZ   ?=
TIME   ?= 1m
MUTANT ?=
WASM   ?= bin/rootmoot.wasm
TOOL    = go tool -modfile=tools.mod

# Where goroutines, or several processes, meet.
RACE = ./ceremony/ledger ./ceremony/plain ./ceremony/sitting ./internal/pcsc/... ./internal/repodata/... ./internal/terminal/... ./internal/token/... ./keymgr/... ./verify/...

# What tests run and builds read that is not Go, as command:package of Debian,
# or file:package where there is no command in everybody's PATH.
NEEDS = gpg:gpg tmux:tmux python3:python3 node:nodejs cc:build-essential openssl:openssl \
	pkg-config:pkg-config /usr/include/PCSC/winscard.h:libpcsclite-dev \
	/usr/sbin/pcscd:pcscd /usr/lib/pcsc/drivers/serial/libifdvpcd.so:vsmartcard-vpcd \
	yubico-piv-tool:yubico-piv-tool pkcs11-tool:opensc softhsm2-util:softhsm2 \
	ssh-keygen:openssh-client minisign:minisign \
	gpg-agent:gpg-agent gpg-connect-agent:gpgconf /usr/lib/gnupg/scdaemon:scdaemon \
	/usr/lib/python3/dist-packages/securesystemslib:python3-securesystemslib \
	/usr/lib/python3/dist-packages/cryptography:python3-cryptography zbarimg:zbar-tools zstd:zstd

.PHONY: build wasm demo test needs check unit race race-more platforms short-fuzz lint fuzz soak bench mutate screens clean bin/rootmoot bin/rootmoot-verify

build: bin/rootmoot bin/rootmoot-verify

# Drivers for hardware tokens are C. What they lack is said, and no more: all
# else works without them.
bin/rootmoot:
	@cgo=$$(go env CGO_ENABLED); \
	if [ "$$(go env GOOS)" = linux ] && ! pkg-config --exists libpcsclite 2>/dev/null; then cgo=0; fi; \
	if [ $$cgo = 0 ]; then \
		echo "build: $@ is without hardware tokens, for want of cgo, a C compiler, pkg-config or libpcsclite's headers"; \
		echo "build: on Debian: apt-get install build-essential pkg-config libpcsclite-dev"; \
	fi; \
	CGO_ENABLED=$$cgo $(BUILD) -o $@ ./cmd/rootmoot

# What an auditor carries should be small. It asks servers by HTTP/1.1, and nothing
# is inlined in four large packages that check no signature of a root or a package.
SMALL = -tags=nethttpomithttp2 -gcflags=crypto/tls=-l -gcflags=math/big=-l \
	-gcflags=go.yaml.in/yaml/...=-l -gcflags=github.com/go-json-experiment/...=-l

bin/rootmoot-verify:
	CGO_ENABLED=0 $(BUILD) $(SMALL) -o $@ ./cmd/rootmoot-verify

# What is loaded should be small: nothing of ours is inlined, nor of two large
# packages that do not check signatures, which costs little beside those that do.
wasm:
	GOOS=js GOARCH=wasm CGO_ENABLED=0 go build -trimpath -buildvcs=$(VCS) -ldflags='-s -w' \
		-gcflags='github.com/rootmoot/rootmoot/...=-l' -gcflags=fmt=-l -gcflags=math/big=-l \
		-o $(WASM) ./cmd/rootmoot-wasm

demo: build
	bin/rootmoot rehearse $(DIR) --format $(FORMAT) --play --real testdata

test: needs check unit race platforms short-fuzz

# Tests skip what is missing, and CI=true allows no skips, so it is installed
# where that can be done.
needs:
	@missing=; for n in $(NEEDS); do \
		command -v $${n%:*} >/dev/null || test -e $${n%:*} || missing="$$missing $${n#*:}"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "needs: not on Debian, please install:$$missing"; exit 0; fi; \
	sudo=; if [ "$$(id -u)" != 0 ]; then sudo=sudo; fi; \
	$$sudo apt-get update -q && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing

check:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "gofmt these:" $$unformatted; exit 1; fi
	go vet ./...

# A package may have to wait for another's pcscd, where each cannot have its own.
unit:
	go run ./internal/cmd/test -timeout 20m ./...

# The rest of what has goroutines takes minutes more, and is run now and then.
race-more:
	CGO_ENABLED=1 go run ./internal/cmd/test -timeout 30m -race ./ceremony/provision/... ./ceremony/rehearse/... ./ceremony/tui

race:
	CGO_ENABLED=1 go run ./internal/cmd/test -timeout 20m -race $(RACE)

# 32 bits, a browser, the other systems, and no C compiler.
platforms:
	GOARCH=386 go build ./...
	GOARCH=386 go vet ./root/... ./verify/... ./internal/canonical/...
	GOOS=js GOARCH=wasm go build -o /dev/null ./cmd/rootmoot-wasm
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go build ./...
	GOOS=windows CGO_ENABLED=0 go build ./...
	CGO_ENABLED=0 go build ./...

short-fuzz:
	go run ./internal/cmd/fuzz -time 3s ./...

lint: check
	@loose=$$($(TOOL) gofumpt -l $$(git ls-files '*.go')); \
	if [ -n "$$loose" ]; then echo "gofumpt these:" $$loose; exit 1; fi
	$(TOOL) staticcheck ./...
	go mod tidy -diff
	go mod verify

fuzz:
	go run ./internal/cmd/fuzz -time $(TIME) -only '$(FUZZ)' ./...

# Power cuts and faults in memory, at every operation, and the built program killed
# at every write on disk. make test has a part of each.
soak:
	SOAK=1 go test ./internal/safefile/... ./ceremony/journal ./ceremony/ledger ./ceremony/sitting ./cmd/rootmoot \
		-run 'PowerCut|Crash|Fault|Interleavings|KilledAtEachWrite' -count=1 -timeout 12h -v

# A few minutes; not part of make test.
mutate:
	go run ./internal/cmd/mutate -only '$(MUTANT)'

# Ratios of one run; docs/performance.md has what they mean.
bench:
	go test ./internal/cmd/bench -count=1 -timeout 30m -v -bars

# What the pictures show is played; make test compares them.
screens:
	go test ./ceremony/tui -run '^TestPictures$$' -count=1 -pictures

clean:
	rm -rf bin out dist
