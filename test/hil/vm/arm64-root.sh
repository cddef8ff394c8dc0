#!/usr/bin/env bash
# Makes the root of the arm64 guest: busybox, libraries, and the Node and packages that a package for a rig has.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../../.." && pwd)
. "$here/common.sh"

work=$cache/arm64
stamp=$work/root-$(cat "$here/arm64-root.sh" "$here/arm64-packages.js" "$repo"/tools/package/{modules,runtime}.js \
  "$repo/package-lock.json" | sha256sum | cut -c1-12)
[ -e "$stamp" ] && exit 0

if ! command -v aarch64-linux-gnu-g++ >/dev/null; then
  install=(apt-get -qq -y --no-install-recommends install g++-aarch64-linux-gnu)
  [ "$(id -u)" = 0 ] || skip "the cross compiler is missing; on Debian: sudo ${install[*]}"
  say 'installing g++-aarch64-linux-gnu'
  export DEBIAN_FRONTEND=noninteractive
  "${install[@]}" >/dev/null 2>&1 || { apt-get -qq update && "${install[@]}" >/dev/null; } ||
    skip 'g++-aarch64-linux-gnu cannot be had'
fi

say 'making the root of the arm64 guest'
root=$work/root.new
rm -rf "$root" "$work/root"
mkdir -p "$root"/{bin,dev,proc,sys,tmp,run,etc,opt/bin}
cp -a "$work/libraries/." "$root/"
[ -e "$root/lib" ] || ln -s usr/lib "$root/lib"
cp "$(find "$work/busybox" -path '*bin/busybox' -type f)" "$root/bin/busybox"
for applet in sh cat cut sleep kill ls mkdir rm cp mv grep sed head tail tr wc env date touch chmod stat sync seq tee top \
  ps dmesg mount umount reboot ip pidof expr timeout true false test; do
  ln -s busybox "$root/bin/$applet"
done
echo 'root:x:0:0:root:/tmp:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
echo '127.0.0.1 localhost' >"$root/etc/hosts"
node "$here/arm64-packages.js" "$root/opt"
mv "$root" "$work/root"
touch "$stamp"
