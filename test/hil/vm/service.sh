#!/usr/bin/env bash
# Proves the package and its service under systemd, in the arm64 virtual machine: service.sh
# Installs the .deb there, lets the service be killed, stand still, take and lose a release, and survive a restart of the
# machine (service.ts). PACKAGE=FILE takes a package that is there; RESULTS=DIRECTORY keeps the logs.
# service.ts counts the guest's time; HOST_LIMIT, of the host's time in s, is for a guest that stands still.
# Exit codes: 0 all holds, 1 something does not, 72 guest died, 77 what is needed cannot be had, 124 time limit.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../../.." && pwd)
. "$here/common.sh"

"$here/prepare.sh" arm64
"$here/arm64-root.sh"
"$here/service-root.sh"

share=${RESULTS:-$(mktemp -d)}
mkdir -p "$share/units"
share=$(cd "$share" && pwd)
[ -n "${RESULTS:-}" ] || trap 'rm -rf "$share"' EXIT
rm -f "$share"/{boots,exit-code,world.json,console.log,qemu.log,journal.log,greenup.deb}
if [ -z "${PACKAGE:-}" ]; then
  say 'building the package'
  PACKAGE=$(OUT="$share" node "$repo/tools/package/build.js" arm64 | tail -1)
  [ -f "$PACKAGE" ] || { say 'the package cannot be built'; exit 1; }
fi
ln "$PACKAGE" "$share/greenup.deb" 2>/dev/null || cp "$PACKAGE" "$share/greenup.deb"
node "$here/build.js" "$share"
cp "$here"/guest/service-units/* "$share/units/"
# The first socket alone: a device of each kind is enough here, and the guest has time for more.
awk '/^      - mode: mode2/ { exit } { print }' "$here/hil-vm.yaml" >"$share/board.yaml"
"$here/initramfs.sh" arm64 "$share/initramfs" "$here/guest/service-init" crc32c_generic virtio_blk ext4 autofs4

kernel=$(ls "$cache"/arm64/kernel/boot/vmlinu* | head -1)
cable=$share/cable.sock
mapfile -t directories < <(
  shared "$cache/arm64/root" machine ,readonly=on
  shared "$repo" repo ,readonly=on
  shared "$share" share ''
)
begun=$SECONDS code=0 host_limit=${HOST_LIMIT:-14400}
set_qemu arm64
# What the guest writes to its disk goes to a file that ends with QEMU. The clock counts instructions, as in run.sh.
${promptly[@]+"${promptly[@]}"} timeout --kill-after=5 "$host_limit" "${qemu[@]}" -M virt -cpu cortex-a72 -accel tcg \
  -icount shift=0,sleep=on -smp 1 -m 1536 -nodefaults -no-user-config -display none \
  -kernel "$kernel" -initrd "$share/initramfs" \
  -append "console=ttyAMA0 quiet loglevel=4 panic=-1 random.trust_cpu=on greenup.heartbeat=60 systemd.getty_auto=no \
systemd.show_status=0" \
  -drive "file=$cache/arm64/service.ext4,format=raw,if=virtio,snapshot=on" \
  -device virtio-rng-pci -device i6300esb -action watchdog=poweroff -serial stdio \
  -chardev "socket,id=masterEnd,path=$cable,server=on,wait=off" -device pci-serial,chardev=masterEnd,addr=0x10 \
  -chardev "socket,id=slaveEnd,path=$cable" -device pci-serial,chardev=slaveEnd,addr=0x11 \
  "${directories[@]}" >"$share/console.log" 2>&1 </dev/null &
machine=$!
trap 'kill $machine 2>/dev/null; exit 130' INT TERM
wait $machine || code=$?
trap - INT TERM
rm -f "$share"/{initramfs,cable.sock}

if [ -s "$share/exit-code" ]; then
  code=$(cat "$share/exit-code")
elif [ "$code" -ne 124 ] && [ "$code" -ne 137 ]; then
  say "the guest ended without an exit code (QEMU: $code)"
  code=72
else
  say "the guest stood still: $host_limit s of the host's time are over"
  code=124
fi
# systemd puts "node[123]: " before what a service says on the console.
tr -d '\r' <"$share/console.log" | sed -E 's/^(\[[ .0-9]*\] )?(node|sh)\[[0-9]+\]: //' | grep -v '^$' || true
if [ "$code" -ne 0 ] && [ -s "$share/journal.log" ]; then tail -n 150 "$share/journal.log"; fi
say "service: exit code $code, $(cat "$share/boots" 2>/dev/null || echo 0) boot(s), ran $((SECONDS - begun)) s"
exit "$code"
