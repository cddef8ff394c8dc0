#!/usr/bin/env bash
# Makes the guest's initramfs: busybox, its first program and the modules it loads, in order.
# initramfs.sh amd64|arm64 OUT [INIT [MODULE…]]: INIT instead of guest/init, and further modules.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

arch=$(checked_arch "${1:-}")
out=$2
init=${3:-$here/guest/init}
shift $(($# < 3 ? $# : 3))
# What is built into a kernel is not found as a module and is passed over.
modules='virtio_pci virtio_mmio 9pnet_virtio 9p virtio_rng hid uhid hid_cp2112 i2c_dev fuse cuse i6300esb'
modules="$modules $*"

kernel=$cache/$arch/kernel
busybox=$(find "$cache/$arch/busybox" -path '*bin/busybox' -type f)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,dev,proc,sys,machine,modules}
cp "$busybox" "$root/bin/busybox"
cp "$init" "$root/init"
chmod +x "$root/init"

find "$kernel" -name '*.ko' -o -name '*.ko.xz' >"$root/all"
: >"$root/modules/order"

add() { # module, after what it depends on
  local name=${1//-/_} file found
  [ -e "$root/modules/$name.ko" ] && return 0
  file=$(awk -F/ -v wanted="$name" '{ base = $NF; sub(/\.ko(\.xz)?$/, "", base); gsub("-", "_", base)
    if (base == wanted) { print; exit } }' "$root/all")
  [ -n "$file" ] || return 0
  case $file in
    *.xz) xz -dc "$file" >"$root/modules/$name.ko" ;;
    *) cp "$file" "$root/modules/$name.ko" ;;
  esac
  found=$(tr '\0' '\n' <"$root/modules/$name.ko" | grep -a '^depends=' | head -1 | cut -d= -f2 | tr ',' ' ')
  for dependency in $found; do add "$dependency"; done
  echo "$name" >>"$root/modules/order"
}
for module in $modules; do add "$module"; done
rm "$root/all"

if command -v cpio >/dev/null; then archive=(cpio --quiet); else archive=("$cache/tools/bin/busybox" cpio); fi
(cd "$root" && find . | "${archive[@]}" -o -H newc) >"$out"
