# Every target works on a fresh checkout with Go and a C compiler; the tools
# that tests and checks need beyond that are fetched when they are first used.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The Waku library is built without its rate-limiting proofs (zero-knowledge
# code that Status communities do not use); the binary is half the size.
# "+=" would lose flags set with `go env -w`, so they are read first.
export GOFLAGS := $(strip $(shell go env GOFLAGS) -tags=gowaku_no_rln)
export CGO_ENABLED := 1

VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FUZZTIME  ?= 50000x
BENCHTIME ?= 1x
PKG       ?= ./...
DEMOFLAGS ?=
SCALEFLAGS ?=
WEBTEST   ?=
KILLS     ?= 200
SEED      ?= 0

# Packages that do not link the Waku library: building that with the race
# detector takes longer than all of these together. Those that take longest go first,
# or the last one would run alone in the end.
RACE_DIRS := swarm store archive operation limits quota message chunker signer importer ingest inspect catalog config \
             $(filter-out internal/bench,$(wildcard internal/*))
RACE_PKGS := $(addsuffix /...,$(addprefix ./,$(RACE_DIRS)))

# SQLite is C translated to Go. Its data lies outside of Go's heap, where neither the race
# detector nor the pointer checks that come with it see anything; they only make it four
# times as slow. The packages that call it keep both.
C_FLAGS := -race=false -d=checkptr=0
RACE    := -race -gcflags='modernc.org/sqlite/lib=$(C_FLAGS)' -gcflags='modernc.org/libc/...=$(C_FLAGS)'

# The same order for all tests.
LONG_PKGS := ./e2e ./daemon ./cmd/seeder ./swarm/bittorrent ./store/postgres

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: build ## Build, then show the whole path: an owner and three members on this machine
	bin/seeder demo $(DEMOFLAGS)

.PHONY: demo-web
demo-web: build ## The same with dashboards: prints their links, and lets the nodes run until Ctrl-C
	bin/seeder demo --web $(DEMOFLAGS)

.PHONY: demo-postgres
demo-postgres: build ## The same with the databases in a throw-away PostgreSQL server
	@tools/ensure initdb postgresql
	go run ./store/postgres/pgtest/runtest bin/seeder demo --database '{}' $(DEMOFLAGS)

# Without -trimpath, which would compile every library a second time for it:
# demo, build and test share what they compile.
.PHONY: build
build: ## Build bin/seeder
	go build -ldflags '-X main.version=$(VERSION)' -o bin/ ./cmd/seeder

# One program for every Linux of this architecture: it links no library when it
# runs, and where it was built cannot be seen in it. Names and users are looked
# up in Go (netgo, osusergo), which static glibc cannot do, and the SQLite that
# the torrent library could use is left out.
RELEASE_FLAGS := -trimpath -buildvcs=true -buildmode=pie -tags gowaku_no_rln,netgo,osusergo,nosqlite \
                 -ldflags '-s -w -linkmode external -extldflags=-static-pie -X main.version=$(VERSION)'

.PHONY: release
release: ## Build dist/seeder to give to others: static, the same bytes in any folder
	go build $(RELEASE_FLAGS) -o dist/ ./cmd/seeder

.PHONY: packages
packages: release ## Build dist/*.deb and dist/*.rpm
	contrib/packages/build

.PHONY: sbom
sbom: release ## List what dist/seeder is made of in dist/seeder.cdx.json (CycloneDX)
	go run ./contrib/packages/sbom -version $(VERSION) dist/seeder >dist/.seeder.cdx.json
	mv dist/.seeder.cdx.json dist/seeder.cdx.json
	@echo "dist/seeder.cdx.json: $$(grep -c '"type": "library"' dist/seeder.cdx.json) components"

.PHONY: container
container: release ## Build the image seeder:latest with podman or buildah
	contrib/packages/container

.PHONY: test
test: test-tools ## Run all tests (PKG=./archive/... for some)
	go test -timeout 10m $(if $(filter ./...,$(PKG)),$(LONG_PKGS)) $(PKG)
	@[[ "$(PKG)" != ./... ]] || $(MAKE) test-web

# Chromium is Debian's; the test runner brings none of its own.
web/tests/node_modules: web/tests/package-lock.json
	@tools/ensure npm nodejs npm
	cd web/tests && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: test-web
test-web: build web/tests/node_modules ## Run the tests of the dashboard, in Chromium against real nodes (WEBTEST=journey for some)
	@tools/ensure chromium chromium fonts-dejavu-core
	go build -o bin/ ./web/tests/forger ./web/tests/past
	cd web/tests && npm run --silent check && npx --no-install playwright test $(WEBTEST)

.PHONY: screenshots
screenshots: build web/tests/node_modules ## Take the pictures of every view in docs/screenshots anew
	@tools/ensure chromium chromium fonts-dejavu-core
	go build -o bin/ ./web/tests/forger ./web/tests/past
	@tools/ensure pngquant pngquant
	rm -f docs/screenshots/*.png
	cd web/tests && SCREENSHOTS=$(CURDIR)/docs/screenshots npx --no-install playwright test screenshots
	pngquant --force --ext .png --speed 1 --quality 50-90 docs/screenshots/*.png

.PHONY: test-tools
test-tools:
	@tools/ensure dbus-daemon dbus-daemon || echo 'the tests that need D-Bus will fail' >&2
	@tools/ensure aria2c aria2 || echo 'going on without the tests that need it' >&2
	@[[ $$(id -u) -ne 0 ]] || tools/ensure ip iproute2 || echo 'nodes of tests will be on loopback instead of in network namespaces' >&2
	@[[ -n "$${SEEDER_TEST_POSTGRES_URL:-}" ]] || tools/ensure initdb postgresql || echo 'the tests that need PostgreSQL will fail' >&2

.PHONY: test-race
test-race: test-tools ## Run the tests of the packages that do not link Waku, with the race detector
	go test $(RACE) -timeout 15m $(RACE_PKGS)

.PHONY: soak
soak: ## Kill nodes at every pass of every failpoint, then KILLS=200 times at random (SEED=1 repeats a run)
	go test ./e2e -count=1 -v -timeout 3h -run '^TestSoak$$' -kills $(KILLS) -seed $(SEED)
	go test ./e2e -count=1 -timeout 3h -run '^TestCrashMatrix$$' -full

.PHONY: cap
cap: ## Let a member with a cap of 50 MiB follow 500 MiB of history, and look at its folder all the time
	go test ./e2e -count=1 -v -timeout 30m -run '^TestMemberStaysBelowItsCap$$' -cap-history 500 -cap-storage 50

.PHONY: availability
availability: test-tools ## Let members that come and go keep a history available, and say on which network
	go test ./e2e -count=1 -v -run '^TestAvailability'

.PHONY: lint
lint: ## Check format, layers and style with golangci-lint (built on first use)
	tools/golangci-lint run

.PHONY: fmt
fmt: ## Format the code
	tools/golangci-lint fmt

.PHONY: bench
bench: ## Run the benchmarks (BENCHTIME=3s or 5x; PKG=./archive)
	go test -run='^$$' -bench=. -benchmem -benchtime=$(BENCHTIME) -timeout 60m $(PKG)

.PHONY: bench-limits
bench-limits: ## Measure how exactly bandwidth limits hold between real swarms, and what they cost (10 minutes)
	go test ./swarm/bittorrent -count=1 -timeout 30m -run '^$$' -bench '^BenchmarkLimit(s|FromMany)$$' -benchtime 1x

.PHONY: bench-scale
bench-scale: ## Run nodes with 100 communities of 520 weeks each, and tell what they take (SCALEFLAGS=-scale-dir=/somewhere keeps the histories)
	go test ./e2e -count=1 -v -timeout 3h -run '^$$' -bench '^BenchmarkScale$$' -benchtime 1x \
	  -scale-communities 100 -scale-weeks 520 -scale-idle 60s -scale-rest 3m $(SCALEFLAGS)

.PHONY: check-metrics
check-metrics: ## Have Prometheus check the dashboard, the alerts and a real node's metrics
	@tools/promtool --version >/dev/null
	go test ./contrib -count=1 -promtool $(CURDIR)/tools/promtool
	go test ./e2e -count=1 -run '^TestMetrics$$' -promtool $(CURDIR)/tools/promtool

.PHONY: check-units
check-units: ## Have systemd check the units, and how much they keep closed
	contrib/systemd/check

.PHONY: check-release
check-release: ## Build the release twice, in different folders, and compare
	contrib/packages/check-release

.PHONY: check-release-full
check-release-full: ## The same, the second time with nothing compiled before (minutes)
	contrib/packages/check-release --from-nothing

.PHONY: check-packages
check-packages: packages ## Install, run, upgrade and remove the packages in a Debian of their own (root)
	contrib/packages/check

.PHONY: check-container
check-container: release ## Build the image, run its node and ask for its health
	contrib/packages/check-container

.PHONY: fuzz
fuzz: ## Run each fuzz target on new input (FUZZTIME=1000000x inputs)
	tools/fuzz $(FUZZTIME)

# The versions are those of the lock file. Nothing of a package runs while it is
# installed.
web/node_modules: web/package-lock.json
	@tools/ensure npm npm
	cd web && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: web
web: web/node_modules ## Build the dashboard anew (web/src into web/dist, which is committed; needs Node)
	cd web && npm run --silent build

.PHONY: licences
licences: web/node_modules ## Write the licences of what others have made (web/licences.txt) anew, after libraries have changed
	tools/licences >web/.licences.txt
	mv web/.licences.txt web/licences.txt

.PHONY: check-licences
check-licences: web/node_modules ## Check that web/licences.txt has what the program contains
	diff web/licences.txt <(tools/licences) || { echo 'web/licences.txt is out of date: run make licences' >&2; exit 1; }

.PHONY: check-web
check-web: web/node_modules ## Check the dashboard's source, and that web/dist is what it gives
	cd web && npm run --silent lint && npm run --silent types && npm run --silent test
	cd web && npm exec -- openapi-typescript ../api/openapi.json -o node_modules/.schema.ts 2>/dev/null
	diff web/src/api/schema.ts web/node_modules/.schema.ts || { echo 'the types of the API are out of date: run npm run schema in web' >&2; exit 1; }
	cd web && npm run --silent build -- --outDir node_modules/.dist --emptyOutDir --logLevel warn
	diff -rq web/dist web/node_modules/.dist || { echo 'web/dist is out of date: run make web' >&2; exit 1; }

.PHONY: generate
generate: ## Write generated code anew (needs protoc)
	@tools/ensure protoc protobuf-compiler
	go generate ./...

.PHONY: check
check: ## Everything that continuous integration runs
	bash .ci/run

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin dist
