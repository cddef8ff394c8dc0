#!/usr/bin/env bash
# Runs a command in the virtual machine, beside the emulated rig, and ends with the command's exit code.
#
#   run.sh amd64|arm64 [--board FILE] [--results DIRECTORY] [--time-limit S] [--boots N] [--heartbeat S] [-- COMMAND…]
#
# In the guest the repository is /run/repo (the working directory, read-only) and the results directory is /run/share;
# the world listens at /run/world.sock. FILE is relative to the repository. --boots 2: the command may let the hardware
# watchdog reset the machine once; it runs again with GREENUP_VM_BOOT=2. --heartbeat: time of that watchdog.
# Exit codes of its own: 64 usage, 70 unwanted reset, 71 emulator failed, 72 guest died, 77 packages cannot be had,
# 124 time limit. Without a command the self test runs.
#
# --time-limit counts the guest's time, for each boot. The host's time has a limit only for a guest that stands still.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../../.." && pwd)
. "$here/common.sh"

arch=$(checked_arch "${1:-}")
shift
board=test/hil/vm/hil-vm.yaml results='' time_limit=300 boots=1 heartbeat=10
while [ $# -gt 0 ]; do
  case $1 in
    --board) board=$2 ;;
    --results) results=$2 ;;
    --time-limit) time_limit=$2 ;;
    --boots) boots=$2 ;;
    --heartbeat) heartbeat=$2 ;;
    --)
      shift
      break
      ;;
    *)
      say "unknown option $1; valid: --board --results --time-limit --boots --heartbeat --"
      exit 64
      ;;
  esac
  shift 2
done
[ $# -gt 0 ] || set -- node /run/share/selftest.js

"$here/prepare.sh" "$arch"
if [ "$arch" = arm64 ]; then "$here/arm64-root.sh"; fi

share=${results:-$(mktemp -d)}
mkdir -p "$share"
share=$(cd "$share" && pwd)
[ -n "$results" ] || trap 'rm -rf "$share"' EXIT
rm -f "$share"/{boots,exit-code,world.json,console.log,qemu.log,qemu.in,qemu.out}
begun=$SECONDS
node "$here/build.js" "$share"
"$here/initramfs.sh" "$arch" "$share/initramfs"
echo "/run/repo/$board" >"$share/board"
printf '%q ' "$@" >"$share/command"

case $arch in
  amd64)
    machine=(-M q35 -cpu max)
    root=/
    console='console=ttyS0 mitigations=off tsc=reliable tsc_early_khz=1000000 no_timer_check'
    ;;
  arm64)
    machine=(-M virt -cpu cortex-a72)
    root=$cache/arm64/root
    console='console=ttyAMA0'
    ;;
esac
kernel=$(ls "$cache/$arch"/kernel/boot/vmlinu* | head -1)
cable=$share/cable.sock
serial=(-serial stdio
  -chardev "socket,id=masterEnd,path=$cable,server=on,wait=off" -device pci-serial,chardev=masterEnd,addr=0x10
  -chardev "socket,id=slaveEnd,path=$cable" -device pci-serial,chardev=slaveEnd,addr=0x11)

mapfile -t directories < <(
  shared "$root" machine ,readonly=on
  shared "$repo" repo ,readonly=on
  shared "$share" share ''
)

prepared=$SECONDS
code=0
# QEMU tells events, such as an act of the watchdog, to whom has greeted it.
mkfifo "$share/qemu.in" "$share/qemu.out"
cat "$share/qemu.out" >"$share/qemu.log" &
listener=$!
exec 9<>"$share/qemu.in"
echo '{"execute":"qmp_capabilities"}' >&9

set_qemu "$arch"
host_limit=$((10 * boots * time_limit))
${promptly[@]+"${promptly[@]}"} timeout --kill-after=5 "$host_limit" "${qemu[@]}" "${machine[@]}" -accel tcg \
  -icount shift=0,sleep=on -smp 1 -m 1024 \
  -nodefaults -no-user-config -display none -kernel "$kernel" -initrd "$share/initramfs" \
  -append "$console quiet loglevel=4 panic=-1 random.trust_cpu=on greenup.boots=$boots greenup.heartbeat=$heartbeat \
greenup.limit=$time_limit" \
  -device virtio-rng-pci -device i6300esb -action watchdog=reset \
  -chardev "pipe,id=events,path=$share/qemu" -mon chardev=events,mode=control \
  "${serial[@]}" "${directories[@]}" >"$share/console.log" 2>&1 </dev/null &
machine_process=$!
trap 'kill $machine_process $listener 2>/dev/null; exit 130' INT TERM
wait $machine_process || code=$?
trap - INT TERM
exec 9>&-
kill $listener 2>/dev/null || true
rm -f "$share"/{initramfs,cable.sock,qemu.in,qemu.out}

resets=$(grep -c '"event": "WATCHDOG"' "$share/qemu.log" 2>/dev/null || true)
if [ -s "$share/exit-code" ]; then
  code=$(cat "$share/exit-code")
  [ "$code" -ne 124 ] || say "time limit of $time_limit s of the guest's time reached"
elif [ "$code" -ne 124 ] && [ "$code" -ne 137 ]; then
  say "the guest ended without an exit code (QEMU: $code)"
  code=72
else
  say "the guest stood still: $host_limit s of the host's time are over"
  code=124
fi
echo "${resets:-0}" >"$share/watchdog-resets"
# The console of the guest is the report of the command.
if [ "$code" -ne 0 ]; then
  cat "$share/console.log"
else
  tr -d '\r' <"$share/console.log" | grep -v '^$' || true
fi
say "$arch: exit code $code, $(cat "$share/boots" 2>/dev/null || echo 0) boot(s), ${resets:-0} reset(s) by the watchdog, \
prepared in $((prepared - begun)) s, ran $((SECONDS - prepared)) s"
exit "$code"
