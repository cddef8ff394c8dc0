#!/usr/bin/env bash
# Fetches what the virtual machine is made of, once: prepare.sh amd64|arm64
# Everything lands in a directory of its own ($GREENUP_VM_CACHE); nothing is installed, and no root is needed. Ends with
# 77 and a reason when the packages cannot be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

arch=$(checked_arch "${1:-}")
work=$cache/$arch
stamp=$work/ready-$(sha256sum "$here/prepare.sh" | cut -c1-12)
[ -e "$stamp" ] && exit 0
mkdir -p "$work"

# Bookworm's kernel numbers GPIO chips downwards from 512 or 1024; trixie's upwards from 512, as Raspberry Pi kernels do.
case $arch in
  amd64) suite=bookworm qemu_package=qemu-system-x86 ;;
  arm64) suite=trixie qemu_package=qemu-system-arm ;;
esac

for tool in apt-get dpkg-deb xz sha256sum timeout; do
  command -v $tool >/dev/null || skip "$tool is not installed"
done
[ -r /usr/share/keyrings/debian-archive-keyring.gpg ] || skip 'the package debian-archive-keyring is not installed'

# An apt of its own for the guest's packages: another release, and for arm64 another architecture.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 2>/dev/null | grep -v security | sort -u | head -1 || true)
apt_home=$work/apt
mkdir -p "$apt_home/lists/partial" "$apt_home/archives/partial" "$apt_home/etc" "$work/debs"
printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
  "${mirror:-http://deb.debian.org/debian/}" $suite >"$apt_home/sources.list"
: >"$apt_home/status"
guest_apt=(
  -o "Dir::Etc::SourceList=$apt_home/sources.list" -o "Dir::Etc::SourceParts=$apt_home/etc"
  -o "Dir::State::Lists=$apt_home/lists" -o "Dir::State::Status=$apt_home/status" -o "Dir::Cache=$apt_home"
  -o "APT::Architecture=$arch" -o "APT::Architectures::=$arch" -o Debug::NoLocking=true -o APT::Sandbox::User=root
)
fetch_error="$work/fetch.log"

fetch() { # package: leaves $work/debs/<package>_….deb
  ls "$work/debs/$1"_*.deb >/dev/null 2>&1 && return 0
  say "fetching $1 ($arch, $suite)"
  (cd "$work/debs" && timeout 600 apt-get "${guest_apt[@]}" -qq download "$1") >"$fetch_error" 2>&1 ||
    skip "package $1 ($arch, Debian $suite) cannot be fetched: $(tail -1 "$fetch_error")"
}

say "reading the package lists of Debian $suite for $arch"
timeout 300 apt-get "${guest_apt[@]}" -qq -o APT::Update::Error-Mode=any update >"$fetch_error" 2>&1 ||
  skip "the package lists of Debian $suite cannot be had: $(grep -m 1 '^[EW]:' "$fetch_error")"
kernel_package=$(apt-cache "${guest_apt[@]}" depends "linux-image-$arch" 2>/dev/null |
  awk '/Depends: linux-image-/ { print $2; exit }' || true)
[ -n "$kernel_package" ] || skip "Debian $suite has no linux-image-$arch"
fetch "$kernel_package"
fetch busybox-static

say "unpacking $kernel_package"
rm -rf "$work/kernel" "$work/busybox"
dpkg-deb -x "$work/debs/$kernel_package"_*.deb "$work/kernel"
dpkg-deb -x "$work/debs"/busybox-static_*.deb "$work/busybox"

if [ "$arch" = arm64 ]; then
  # Libraries that the arm64 Node and its addons ask for.
  for package in libc6 libstdc++6 libgcc-s1; do fetch $package; done
  rm -rf "$work/libraries"
  for package in libc6 libstdc++6 libgcc-s1; do dpkg-deb -x "$work/debs/$package"_*.deb "$work/libraries"; done
fi

host_apt=(-o "Dir::State::Lists=$cache/host-lists" -o "Dir::Cache::Archives=$cache/host-debs"
  -o Debug::NoLocking=true -o APT::Sandbox::User=root)
host_lists() {
  mkdir -p "$cache/host-debs/partial" "$cache/host-lists/partial"
  timeout 300 apt-get "${host_apt[@]}" -qq update >"$fetch_error" 2>&1 || say "warning: $(tail -1 "$fetch_error")"
}

# Busybox of this machine's architecture makes the archive of the initramfs where there is no cpio.
if ! command -v cpio >/dev/null && [ ! -x "$cache/tools/bin/busybox" ]; then
  say 'fetching busybox-static for this machine'
  host_lists
  (cd "$cache/host-debs" && timeout 300 apt-get "${host_apt[@]}" -qq download busybox-static) >"$fetch_error" 2>&1 ||
    skip "package busybox-static cannot be fetched: $(tail -1 "$fetch_error")"
  mkdir -p "$cache/tools/bin"
  dpkg-deb -x "$cache/host-debs"/busybox-static_*.deb "$cache/tools/unpacked"
  find "$cache/tools/unpacked" -path '*bin/busybox' -type f -exec mv {} "$cache/tools/bin/busybox" \;
  rm -rf "$cache/tools/unpacked" "$cache/host-debs"/busybox-static_*.deb
fi

# The machine's own QEMU where there is one; else the packages that it would install, unpacked aside.
if ! command -v "$(qemu_program $arch)" >/dev/null && [ ! -x "$cache/qemu/usr/bin/$(qemu_program $arch)" ]; then
  say "fetching $qemu_package"
  host_lists
  mkdir -p "$cache/qemu"
  timeout 900 apt-get "${host_apt[@]}" -qq -y --no-install-recommends --download-only install $qemu_package \
    >"$fetch_error" 2>&1 || skip "package $qemu_package cannot be fetched: $(tail -1 "$fetch_error")"
  for package in "$cache/host-debs"/*.deb; do dpkg-deb -x "$package" "$cache/qemu"; done
fi
rm -rf "$cache/host-debs" "$cache/host-lists" "$apt_home"
set_qemu $arch
"${qemu[@]}" --version | head -1 >&2
touch "$stamp"
say "ready in $work"
