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

.PHONY: help check test race lint format format-check vet generate generate-check tidy-check deploy-check fuzz bench run vuln conformance-esdb soak

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

run: ## Serve the sample kit from ./signet-demo on 127.0.0.1:8080
	@go run ./cmd/signet serve --demo

vuln: ## Ask the Go vulnerability database (needs the network; not part of check)
	@$(TOOL) govulncheck $(PACKAGES)
