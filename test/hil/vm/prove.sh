#!/usr/bin/env bash
# Proves the drivers in a virtual machine: prove.sh ARCH… (amd64, arm64). For each: the live check of every part, the
# stories of hardware in the loop, and a bad ending (a station that is killed, or stands still) with a reset by the
# watchdog. BRIEF=1: of the stories only the whole charges, which work every kind of device. Ends with a line "N passed, N failed, N skipped"; exit code 0 when nothing failed, 77 when nothing could run,
# which is where Debian's packages cannot be had.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.." || exit 1
board=test/hil/vm/hil-vm.yaml
passed=0 failed=0 skipped=0
stories=()
[ -z "${BRIEF:-}" ] || stories=(--only 'a whole charge')

prove() { # NAME, arguments of run.sh
  local name=$1 code
  shift
  printf '\n--- %s\n' "$name"
  "$here/run.sh" "$@"
  code=$?
  case $code in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac
  printf -- '--- %s: %s\n' "$name" "$([ $code = 0 ] && echo passed || { [ $code = 77 ] && echo skipped || echo "FAILED ($code)"; })"
}

for arch in "${@:-amd64}"; do
  # One way, and one side of the station, on each machine: they differ in nothing that the kernel has a part in.
  if [ "$arch" = amd64 ]; then ending=kill side=3,4; else ending=stop side=1,2; fi
  prove "$arch: each part of the rig" "$arch" --time-limit 600 -- node dist/greenup.js board check --live $board
  prove "$arch: stories" "$arch" --time-limit 1800 -- \
    node dist/greenup.js hil --board $board --connector $side --emulator /run/world.sock --report /run/share/report.json \
    ${stories[@]+"${stories[@]}"}
  prove "$arch: a station that ends badly ($ending)" "$arch" --time-limit 900 --boots 2 --heartbeat 10 -- \
    node /run/share/endings.js $ending $board
done

printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] || exit 1
[ "$passed" -gt 0 ] || exit 77
