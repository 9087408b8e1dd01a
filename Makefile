# Two commands do everything: `go run ./cmd/attune demo` runs the main job,
# `make test` runs the tests and installs what they need.

GO      ?= go
FUZZ    ?= 2s
OUT     ?= out
# What the tests run for real; Debian's package names.
DEBIAN  = redis-server chromium sox espeak-ng flite
# A missing part fails a test instead of skipping it.
export CI = true

.PHONY: help test deps check race purego fuzz build demo

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

test: deps check race purego fuzz ## everything that must hold before a change lands

deps: ## install what the tests need (Debian, and the recogniser from PyPI), fail if a part is missing
	./.ci/deps $(DEBIAN)
	./examples/recogniser/install.sh

check: ## format, vet, build for other machines
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "gofmt the files above"; exit 1; }
	$(GO) vet ./...
	GOARCH=arm64 $(GO) build ./...
	GOOS=darwin GOARCH=arm64 $(GO) build ./...

race: ## all tests, with the race detector; the accuracy tables without it
	$(GO) test -race -timeout 20m $$($(GO) list ./... | grep -v /benchmarks/)
	$(GO) test -timeout 20m ./benchmarks/...

purego: ## the signal path again without assembly
	$(GO) test -tags purego ./internal/dsp/... ./features/... ./models/...

fuzz: ## each fuzz target for FUZZ (make fuzz FUZZ=60s looks harder)
	./.ci/fuzz $(FUZZ)

build: ## the binary
	CGO_ENABLED=0 $(GO) build -trimpath -o attune ./cmd/attune

demo: ## the main job
	$(GO) run ./cmd/attune demo

include models/models.mk
