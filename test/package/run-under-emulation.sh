#!/bin/bash
# Installs a package as a rig would and runs its program: --version, board check, and a whole charge. The arm64 package runs
# under emulation; the package of this machine is installed by dpkg into a root of its own, maintainer scripts included.
# Exit code 77: cannot run here, with the reason.
#
#   run-under-emulation.sh PACKAGE.deb
set -eu
skip() { echo "skipped: $*"; exit 77; }

# Takes the words of the program as its own.
greenup() { "${run[@]}" "$@"; }
try_program() {
  version=$(greenup --version)
  echo "--version: $version"
  [ "$version" = "$expected" ] || { echo "expected $expected"; exit 1; }
  greenup board check "$slot/board/simulated-double.yaml"
  if greenup board check "$slot/package.json" 2>/dev/null; then echo 'a wrong board file passed'; exit 1; fi
  greenup demo --board "$slot/board/simulated-double.yaml" | tee "$work/demo"
  grep -q 'the ledger of the central system equals the meter' "$work/demo"
}

if [ "${1-}" = --inside ]; then
  work=$2 expected=$3
  rm -rf /opt/greenup /etc/greenup /usr/lib/greenup
  dpkg -i "$work/greenup.deb"
  slot=$(readlink -f /opt/greenup/current)
  /usr/lib/greenup/greenup-select --status
  /usr/lib/greenup/greenup-select
  run=(setpriv --reuid=greenup --regid=greenup --init-groups /usr/bin/greenup)
  cd /
  try_program
  /usr/lib/greenup/greenup-select --confirm
  [ "$(cat /opt/greenup/good)" = "${slot##*/}" ]
  dpkg -i "$work/greenup.deb" >/dev/null
  [ ! -e /opt/greenup/trial ] || { echo 'the same package again began a trial'; exit 1; }
  # As the documentation says.
  install -D -m 644 -t /etc/polkit-1/rules.d /usr/share/greenup/50-greenup-network.rules
  dpkg -P greenup
  [ ! -e /opt/greenup ] && [ ! -e /etc/greenup ] && [ ! -e /etc/polkit-1/rules.d/50-greenup-network.rules ]
  exit 0
fi

package=${1:?usage: run-under-emulation.sh PACKAGE.deb}
here=$(cd "$(dirname "$0")" && pwd)
command -v dpkg-deb >/dev/null || skip 'dpkg-deb is missing'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 777 "$work"
expected=$(dpkg-deb -f "$package" Version)
architecture=$(dpkg-deb -f "$package" Architecture)

if [ "$architecture" = "$(dpkg --print-architecture)" ]; then
  cp "$package" "$work/greenup.deb"
  "$here/private-root.sh" "$work" bash "$here/$(basename "$0")" --inside "$work" "$expected"
  echo "ok: $package is installed and runs on this machine"
  exit 0
fi

[ "$architecture" = arm64 ] || skip "no emulation for $architecture"
if [ ! -d /usr/aarch64-linux-gnu ] || ! command -v qemu-aarch64-static >/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null &&
    { apt-get update && apt-get install -y --no-install-recommends qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross; } >/dev/null 2>&1
  command -v qemu-aarch64-static >/dev/null || skip 'qemu-user-static is missing and cannot be installed'
fi
root=$work/root
dpkg-deb -x "$package" "$root"
export GREENUP_RELEASES=$root/opt/greenup
release=$(ls "$root/usr/lib/greenup/payload")
mkdir -p "$GREENUP_RELEASES/releases"
"$root/usr/lib/greenup/greenup-select" --install "$root/usr/lib/greenup/payload/$release" "$release"
"$root/usr/lib/greenup/greenup-select" --try "$release"
slot=$(readlink -f "$GREENUP_RELEASES/current")
# What bin/greenup does, with the emulator where the kernel of the rig would run the program itself.
run=(qemu-aarch64-static -L /usr/aarch64-linux-gnu "$slot/bin/node" "$slot/dist/greenup.js")
cd /
try_program
for addon in epoll i2c-bus spi-device rpio @serialport/bindings-cpp classic-level; do
  qemu-aarch64-static -L /usr/aarch64-linux-gnu "$slot/bin/node" -e \
    "process.chdir('$slot'); require(require.resolve('$addon', { paths: ['$slot'] })); console.log('addon loads: $addon')"
done
echo "ok: $package runs under emulation"
