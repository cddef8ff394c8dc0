#!/usr/bin/env bash
# The long proofs, of which the gate (.ci/run) keeps a representative each: all tests on Node 20 and on Node 24, with all
# packages and without the optional ones, each installed anew; every story of the hardware on both architectures; the
# random tests for longer; a fleet on a cluster, and the program in a container. Takes about an hour and a half on two
# cores. The package, its service and its flashing are not here: the gate proves them whole. Ends with a line
# "N passed, N failed, N skipped" that counts the steps.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tools/gate/steps.sh

on_this_node() { # NAME
  step "install without optional packages, $1" install_without_optional
  step "no native package is there, $1" no_native_package_is_there
  step "make test without optional packages, $1" make test
  step "make demo without optional packages, $1" make demo
  step "the station runs without optional packages, $1" run_starts_and_ends
  step "clean, $1" clean
  step "make check, $1" make check
  step "make test, $1" make test
  step "make demo, $1" make demo
  step "the station runs, $1" run_starts_and_ends
}

killed_fleet() {
  SOAK=7 make test ARGS=test/simulator/fleet/kill
}

every_look() {
  GREENUP_ALL_LOOKS=1 make test ARGS=test/browser/access
}

on_this_node "Node $(node --version)"
step 'make hil-vm, amd64' or_skipped make hil-vm ARCH=amd64
step 'make hil-vm, arm64' or_skipped make hil-vm ARCH=arm64
step 'make soak' make soak
step 'a fleet, killed 20 times' killed_fleet
step 'a fleet on a cluster with Slurm, which loses a node' or_skipped fleet_on_slurm
step 'the program in a container' test/package/container.sh
step 'browser and OpenSSL for tests' or_skipped tools_of_tests
step 'every page in every look' every_look
step 'Node 24 is there' node24
on_this_node 'Node 24'

finish
