# What the house does with itself. "make" alone lists the targets.
#
# Everything needs only Go: the other tools are pinned in a module of their own,
# internal/tools, and are built by "go tool" the first time they are asked for.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS   += --no-print-directory

TOOL     := go tool -modfile=internal/tools/go.mod
REPORT   := go run ./internal/testneeds/report
PACKAGES ?= ./...

FUZZTIME     ?= 1s
FUZZPARALLEL ?= 1
FUZZJOBS     ?= 2
# CI has time for the targets of an eighth of the packages, others each day; seeds and kept
# inputs of all of them are run by its tests.
FUZZSHARE    ?= $(if $(filter 1,$(SIGNET_CI_STRICT)),8,1)
BENCHTIME    ?= 1s
BENCH        ?= .
TESTTIMEOUT  ?= 10m
SOAK         ?= 10m
RELIABILITY  ?= 30m

.PHONY: help check test race lint format format-check vet generate generate-check tidy-check deploy-check fuzz bench run vuln conformance-esdb soak reliability

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

check: ## All that CI asks for: generated files, format, vet, lint, tidiness, deploy, tests with -race, a short fuzz
	@$(MAKE) generate-check
	@$(MAKE) format-check
	@$(MAKE) vet
	@$(MAKE) lint
	@$(MAKE) tidy-check
	@$(MAKE) deploy-check
	@$(MAKE) race
	@$(MAKE) fuzz
	@echo "check: all is well"

test: ## Run the tests (PACKAGES=./domain/... for some), naming those that were skipped
	@go test -json -timeout $(TESTTIMEOUT) $(PACKAGES) | $(REPORT)

# Watched programs wait a second before they end, for races at the last moment; the
# tests start hundreds. "make vet" has looked at the same files.
race: ## Run the tests with the race detector
	@GORACE=atexit_sleep_ms=20 go test -race -vet=off -json -timeout $(TESTTIMEOUT) $(PACKAGES) | $(REPORT)

vet: ## go vet
	@go vet $(PACKAGES)

lint: ## golangci-lint, with the rules of .golangci.yml
	@$(TOOL) golangci-lint run $(PACKAGES)

format: ## Rewrite all Go files as gofumpt wants them
	@$(TOOL) gofumpt -w .

format-check: ## Fail, with a diff, if a file is not as gofumpt wants it
	@if ! diff="$$($(TOOL) gofumpt -d .)" || [[ -n "$$diff" ]]; then echo "$$diff"; echo "format-check: run 'make format'" >&2; exit 1; fi

generate: ## Run all go:generate directives
	@go generate ./...

# The tree is compared with itself before and after, and not with the last
# commit, so that the check also works in the middle of a change.
generate-check: ## Fail if a generated file is not what its source generates
	@before="$$(mktemp)"; after="$$(mktemp)"; trap 'rm -f "$$before" "$$after"' EXIT; \
	sums() { git ls-files -z --cached --others --exclude-standard | sort -zu | \
	  while IFS= read -rd '' f; do if [[ -f "$$f" ]]; then sha256sum "$$f"; fi; done; }; \
	sums > "$$before"; $(MAKE) generate; sums > "$$after"; \
	if ! diff "$$before" "$$after"; then \
	  echo "generate-check: these files were out of date; they are new now, commit them" >&2; exit 1; fi

tidy-check: ## Fail if go.mod or go.sum is not what "go mod tidy" makes
	@go mod tidy -diff
	@for module in internal/tools internal/tools/*/; do (cd "$$module" && go mod tidy -diff) || exit 1; done

deploy-check: ## Read what is in deploy as those who use it do: Compose, Kubernetes, Prometheus, Grafana
	@cd internal/tools/deploycheck && go test -vet=all .

fuzz: ## Run each fuzz target (in CI those of every FUZZSHARE-th package) for FUZZTIME, FUZZJOBS packages at a time
	@FUZZTIME=$(FUZZTIME) FUZZPARALLEL=$(FUZZPARALLEL) FUZZJOBS=$(FUZZJOBS) FUZZSHARE=$(FUZZSHARE) .ci/fuzz $(PACKAGES)

bench: ## Run the benchmarks (BENCH=regexp, BENCHTIME=1s); compare two runs with benchstat
	@go test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem $(PACKAGES)

# The tests of the log's contract as one binary, which needs neither Go nor this
# tree where it runs: it can be taken to a machine that reaches the cluster. It
# writes streams of its own, "t…:s", under a prefix that nobody else has.
conformance-esdb: ## Check a real EventStoreDB or KurrentDB: ESDB_CONNECTION=esdb://user:password@host:2113?tls=true
	@test -n "$(ESDB_CONNECTION)" || { echo "conformance-esdb: set ESDB_CONNECTION to a connection string" >&2; exit 1; }
	@mkdir -p bin && go test -c -o bin/conformance-esdb ./internal/eventlog/esdb
	@ESDB_CONNECTION='$(ESDB_CONNECTION)' bin/conformance-esdb -test.run RealServer -test.v

soak: ## Two nodes under load and faults for SOAK (10m)
	@SIGNET_SOAK=$(SOAK) go test -run TestSoak -v -count 1 -timeout 2h ./cmd/signet

# What each bar is, and how often it has been tried, is in docs/reliability.md. Each has
# a share of the time, in thousandths, and a pace in tries a second on two processors.
reliability: ## Try the bars of a release for about RELIABILITY (30m; whole minutes), and print how often each was
	@minutes="$(RELIABILITY)"; seconds=$$((60 * $${minutes%m})); failed=0; \
	try() { \
	  local what="$$1" variable="$$2" count="$$3" name="$$4" package="$$5" began=$$SECONDS said result=passed; \
	  said="$$(env "$$variable=$$count" go test -run "^$$name\$$" -v -count 1 -timeout 0 "$$package" 2>&1)" || { result=FAILED; failed=1; echo "$$said"; }; \
	  echo "| $$what | $$variable=$$count | $$result | $$((SECONDS - began)) s | $$(grep -E '^ +[a-z_]+_test\.go:[0-9]+: |^ +linear\.go' <<< "$$said" | tail -n 2 | sed 's/^ *[a-z_]*\.go:[0-9]*: *//' | paste -sd ';')"; \
	}; \
	times() { echo $$((seconds * $$1 * $$2 / 1000 + 1)); }; \
	echo "| what | how often | result | time | what was seen"; echo "| --- | --- | --- | --- | ---"; \
	try "the log is killed" SIGNET_LOG_KILLS "$$(times 170 20)" TestKilled ./internal/eventlog/sqlite; \
	try "one history of the log, killed" SIGNET_LINEAR_OPERATIONS "$$(times 130 800)" TestLinearizableThoughKilled ./internal/eventlog/sqlite; \
	try "the server is killed" SIGNET_KILL_ROUNDS "$$(times 90 1)" TestNothingAcknowledgedIsLostToKill ./cmd/signet; \
	try "approvals" SIGNET_APPROVAL_HISTORIES "$$(times 70 1000)" TestInForceOnlyWithTheSignaturesOfItsPolicy ./domain; \
	try "rebuilt equals incremental" SIGNET_REBUILDS "$$(times 130 20)" TestRebuiltEqualsIncremental ./projections; \
	try "faults of storage and clock" SIGNET_FAULTS "$$(($$(times 80 1) / 9 + 1))" TestFaults ./cmd/signet; \
	try "power cuts" SIGNET_POWER_CUTS "$$(times 40 15)" TestNothingAcknowledgedIsLostToPowerCuts ./cmd/signet; \
	try "bits flipped" SIGNET_BITS "$$(times 40 10)" TestAnyFlippedBitIsFoundAndNamed ./cmd/signet; \
	try "overload of 3 times" SIGNET_MEASURE_OVERLOAD 1 TestOverload ./cmd/signet; \
	try "soak" SIGNET_SOAK "$$(times 210 1)s" TestSoak ./cmd/signet; \
	exit $$failed

run: ## Serve the sample kit from ./signet-demo on 127.0.0.1:8080
	@go run ./cmd/signet serve --demo

vuln: ## Ask the Go vulnerability database (needs the network; not part of check)
	@$(TOOL) govulncheck $(PACKAGES)
