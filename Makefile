# Targets without logic; `make` alone lists them. Plain `cargo run` and `cargo test` need Rust alone.

# What .tools/ holds comes first: cargo-lambda, cfn-lint, http, ministack.
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: emulate-arm help run test lint templates deny fuzz bench-keys bench http-api routes race storm parity clients console watch release release-check functions models faults mutants traces deploy-local tools tools-update

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /' | sort

run: ## Serve everything on http://127.0.0.1:8000
	cargo run

test: tools ## Run every test but those of Node and the browser
	infra/tools/extra sam
	cargo test --workspace --no-fail-fast --features tests/tools

lint: tools ## Check format, clippy and docs
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --features tests/tools,tests/browser,tests/node -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps

templates: tools ## Check template.yaml and infra/http-api.yaml with cfn-lint, SAM and checkov
	infra/tools/templates

deny: ## Check licences, bans and sources (cargo install --locked cargo-deny)
	cargo deny check bans licenses sources

SECONDS_EACH = 15

fuzz: ## Feed random input to the readers of events, key sets, password hashes and tokens: SECONDS_EACH=15
	infra/tools/fuzz $(SECONDS_EACH)

bench-keys: tools ## Measure signing, verifying and reading keys, and compare with PyJWT and aws-jwt-verify
	cargo bench --package token --bench beside

bench: .tools/bench ## Measure signing and verifying, and compare the functions with a minimal one, Python, Node and Django
	cargo bench --package token
	cargo build --release --example echo $(addprefix --bin ,authorizer endpoints session_authorizer)
	cargo run --package tests --example bench -- --svg docs/cold-start.svg

.tools/bench: tests/bench/others/requirements.txt tests/bench/others/package-lock.json
	python3 -m venv --clear $@
	$@/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	cp tests/bench/others/package.json tests/bench/others/package-lock.json $@/
	npm ci --silent --no-fund --no-audit --ignore-scripts --prefix $@

http-api: ## Write infra/http-api.yaml from template.yaml and the differences in infra/http-api.in.yaml
	cargo run --quiet --package tests --example http-api

routes: ## Add paths of endpoints to the templates: make routes ROUTES=obtain:/auth/login/,refresh:/auth/refresh/
	cargo run --quiet --package tests --example routes -- "$(ROUTES)"

race: export LATCHKEY_ROUNDS ?= 500
race: ## Send concurrent requests for one session, one user, one token, in 500 rounds, and run a storm of faults (LATCHKEY_ROUNDS)
	cargo test --workspace --features tests/tools --test races -- --nocapture --test-threads 1

MINUTES = 10

storm: export LATCHKEY_ROUNDS = $(shell expr $(MINUTES) \* 300)
storm: ## Let every fifth call to the store fail while fifty clients log in, refresh and steal, clocks jump and keys rotate: MINUTES=10
	cargo test --workspace --features tests/tools --test races -- storm --nocapture

models: export LATCHKEY_DEEP = 1
models: ## Explore the models of the refresh and of the key rotation deeper than every test run does
	cargo test --package model --release -- --nocapture --test-threads 1

faults: ## Put three faults into the decision about a refresh, and print which tests notice each
	infra/tools/faults

CRATE = token

mutants: ## Make small changes to a crate, and print those that no test notices: CRATE=token SHARD=0/8 IN_DIFF=change.diff
	infra/tools/mutants "$(CRATE)" "$(SHARD)" $(if $(IN_DIFF),--in-diff "$(IN_DIFF)")

traces: export LATCHKEY_CASES ?= 10000
traces: ## Draw 10 000 random histories of a session, and compare the store and its engine with the model (LATCHKEY_CASES)
	cargo test --profile long --workspace --features tests/tools --test store -- traces --nocapture

parity: tools ## Send the same thousands of requests to the newest Simple JWT and to Latchkey, and compare
	cargo build --package latchkey
	python3 tests/parity/differential/run.py

clients: tools ## Run what needs Node: the snippets of docs/clients.md, and libraries that verify tokens
	cargo test --workspace --features tests/tools,tests/node --test clients --test interop

console: tools ## Test the console in a real Chromium
	infra/tools/browser
	cargo test --workspace --features tests/tools,tests/browser --test console -- --nocapture

emulate-arm: tools ## Build the functions for arm64, and run them with qemu on another processor
	infra/tools/extra sam
	infra/tools/extra release
	infra/tools/emulate-arm

watch: tools ## Serve the functions from source on http://127.0.0.1:9000, with a local AWS
	infra/tools/emulate watch

release: tools ## Make a release in target/dist: archives, templates, the program latchkey, a bill of materials; ARCHITECTURE=x86_64
	infra/tools/extra release
	infra/tools/release

release-check: tools ## Build a program of the release again in another folder, and compare
	infra/tools/extra release
	infra/tools/release --check

functions: tools ## Build all functions at once, for arm64 or ARCHITECTURE=x86_64; `sam build` then only packs them
	infra/tools/extra release
	PATH="$(CURDIR)/.tools/release/bin:$$PATH" cargo-lambda lambda build --release $(if $(filter x86_64,$(ARCHITECTURE)),,--arm64) $(PACKAGES)

# The packages of `mail` and `pages` have other names, as crates in shared/ have theirs.
PACKAGES = $(addprefix --package ,$(patsubst mail,mail-function,$(patsubst pages,pages-function,$(notdir $(patsubst %/,%,$(wildcard functions/*/))))))

deploy-local: tools ## Deploy the template to a local AWS on http://127.0.0.1:4566
	infra/tools/emulate deploy-local

tools: ## Set up .tools/, the Python tools of the tests
	@infra/tools/set-up

tools-update: ## Pin the newest versions of the Python tools
	infra/tools/update
