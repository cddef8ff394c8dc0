# Everything a developer or a bench engineer does with this project. `make` alone prints this help.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Tests that make up frames, calls, electrical events and whole lives at random.
RANDOM_TESTS := safety step-random deadlines rpc-fuzz frame sharing composite look-ahead outbox commits board-mutations release/package

SOURCES := $(shell find src -type f) tools/build.js tools/bundle.js tools/code-cache.js tools/pages.js package.json package-lock.json

.PHONY: help
help: ## Print this help
	@echo "Green'Up station core"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "First time here? Run: make run"

# Installed once, and again when the lock file changes. A failed install leaves no stamp behind.
node_modules/.installed: package.json package-lock.json
	@echo 'Installing packages, about half a minute…'
	@npm ci --no-fund --no-audit --loglevel=error
	@touch $@

tools/node_modules/.installed: tools/package.json tools/package-lock.json
	@npm ci --prefix tools --no-fund --no-audit --loglevel=error
	@touch $@

dist/greenup.js: node_modules/.installed $(SOURCES)
	@node tools/build.js
	@chmod +x $@

.PHONY: build
build: dist/greenup.js ## Install what is needed and build dist/greenup.js

.PHONY: run
run: dist/greenup.js ## Start a simulated station with an embedded central system; Ctrl-C ends it
	@node dist/greenup.js run $(ARGS)

.PHONY: demo
demo: dist/greenup.js ## Play one whole charge quickly and print a summary
	@node dist/greenup.js demo $(ARGS)

.PHONY: test
test: dist/greenup.js ## Run all tests
	@npx jest $(ARGS)

.PHONY: test-web
test-web: dist/greenup.js ## Run the tests in a browser alone; they need Chromium
	@npx jest test/browser $(ARGS)

.PHONY: test-tls
test-tls: dist/greenup.js ## Run the tests that need openssl alone
	@npx jest --runTestsByPath $(wildcard test/ocpp/link/*tls*.test.ts) test/ocpp/security/certificate-judge.real-time.test.ts test/cli/trusted-authority.real-time.test.ts $(ARGS)

.PHONY: test-transfer
test-transfer: dist/greenup.js ## Run the tests of file transfers alone; some need root, proftpd, sshd and nginx
	@npx jest test/drivers/transfer test/cli/diagnostics $(ARGS)

.PHONY: test-network
test-network: node_modules/.installed ## Run the tests with NetworkManager alone; they need root and Debian's network-manager, polkitd and dbus
	@npx jest --runTestsByPath test/drivers/machine/real-network-manager.real-time.test.ts $(ARGS)

.PHONY: soak
soak: dist/greenup.js ## Try the random tests for about ten minutes; a failure prints the seed that replays it
	@SOAK=$${SOAK:-15} npx jest --selectProjects virtual --testTimeout=3600000 $(RANDOM_TESTS)

.PHONY: types
types: node_modules/.installed ## Check types alone
	@npx tsc
	@npx tsc -p src/web/pages

.PHONY: check
check: types tools/node_modules/.installed ## Check format, lint, types, layers, dead code and generated pages
	@tools/node_modules/.bin/biome check --error-on-warnings .
	@tools/node_modules/.bin/depcruise --config tools/layers.js src
	@tools/node_modules/.bin/knip --config tools/knip.json
	@node tools/docs.js --check

.PHONY: format
format: tools/node_modules/.installed ## Rewrite the sources in the project's format
	@tools/node_modules/.bin/biome check --write .

.PHONY: bench
bench: dist/greenup.js ## Measure start, memory, round trips, delivery, wear, fleets and virtual time (bench/); fails where a limit is broken
	@failed=; for script in bench/*.js; do echo "== $$script"; node $$script || failed="$$failed $$script"; done; \
	test -z "$$failed" || { echo "bench: failed:$$failed"; exit 1; }

.PHONY: hil
hil: dist/greenup.js ## Tell the test stories on a rig: make hil BOARD=board/….yaml
	@test -n "$(BOARD)" || { echo "make hil: which board? make hil BOARD=board/pi-bench-double.yaml (or board/simulated-double.yaml)"; exit 2; }
	@node dist/greenup.js hil --board $(BOARD) $(ARGS)

.PHONY: hil-vm
hil-vm: dist/greenup.js ## Prove the drivers in a virtual machine with emulated devices; ARCH=amd64, arm64, or both; BRIEF=1
	@test/hil/vm/prove.sh $(or $(ARCH),amd64 arm64) || { code=$$?; [ $$code -eq 77 ] && echo 'hil-vm: skipped, see above' || exit $$code; }

.PHONY: service-vm
service-vm: dist/greenup.js ## Prove the package and its service under systemd in a virtual machine (arm64)
	@test/hil/vm/service.sh || { code=$$?; [ $$code -eq 77 ] && echo 'service-vm: skipped, see above' || exit $$code; }

.PHONY: verify
verify: ## Run the long proofs: every Node, with and without optional packages, every story on both architectures, soak
	@tools/gate/verify.sh

.PHONY: library
library: node_modules/.installed ## Build the library for other people's tests, build/greenup-station-core-VERSION.tgz
	@node tools/library.js

.PHONY: package
package: dist/greenup.js ## Build the packages for a rig, out/greenup_VERSION_ARCH.deb and .zip for updates; ARCH=arm64 (default) or amd64
	@node tools/package/build.js $(or $(ARCH),arm64)

.PHONY: flash
flash: dist/greenup.js ## Install on a rig and watch it start: make flash HOST=user@rig [BOARD=…] [CSMS=ws://…] [ID=…]
	@bash tools/flash.sh

.PHONY: docs
docs: node_modules/.installed ## Write the generated pages of docs/ and board/
	@node tools/docs.js

.PHONY: clean
clean: ## Remove what was installed and built
	rm -rf node_modules tools/node_modules dist out build
