#!/usr/bin/env bash
# Makes the disk of the arm64 guest that runs systemd: a small Debian, unpacked and never configured, as an ext4 image.
# service-root.sh fetches it once into $GREENUP_VM_CACHE/arm64/service.ext4. Ends with 77 and a reason where the
# packages cannot be had. No root is needed: the guest gives the files to its own root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

wanted=(systemd systemd-sysv udev dpkg bash dash coreutils passwd util-linux base-files base-passwd libc-bin libstdc++6
  libgcc-s1 libbpf1 grep sed mawk findutils procps kmod tar gzip diffutils)
work=$cache/arm64
stamp=$work/service-$(sha256sum "$here/service-root.sh" | cut -c1-12)
[ -e "$stamp" ] && exit 0

PATH=$PATH:/usr/sbin:/sbin
for tool in apt-get dpkg-deb mke2fs; do
  command -v $tool >/dev/null || skip "$tool is not installed"
done
[ -r /usr/share/keyrings/debian-archive-keyring.gpg ] || skip 'the package debian-archive-keyring is not installed'

home=$work/service-apt
root=$work/service-root
rm -rf "$home" "$root"
mkdir -p "$home"/{lists,archives}/partial "$home/etc" "$root"
: >"$home/status"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 2>/dev/null | grep -v security | sort -u | head -1 || true)
printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' \
  "${mirror:-http://deb.debian.org/debian/}" >"$home/sources.list"
guest_apt=(
  -o "Dir::Etc::SourceList=$home/sources.list" -o "Dir::Etc::SourceParts=$home/etc"
  -o "Dir::State::Lists=$home/lists" -o "Dir::State::Status=$home/status" -o "Dir::Cache=$home"
  -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Debug::NoLocking=true -o APT::Sandbox::User=root
)
say 'fetching a small Debian with systemd (arm64, trixie)'
timeout 300 apt-get "${guest_apt[@]}" -qq -o APT::Update::Error-Mode=any update >"$home/log" 2>&1 ||
  skip "the package lists of Debian trixie cannot be had: $(grep -m 1 '^[EW]:' "$home/log")"
timeout 900 apt-get "${guest_apt[@]}" -qq -y --no-install-recommends --download-only install "${wanted[@]}" \
  >"$home/log" 2>&1 || skip "the packages of Debian trixie for arm64 cannot be fetched: $(tail -1 "$home/log")"

say 'unpacking it'
# base-files brings the links /bin, /lib and /sbin, so it goes first.
for package in "$home"/archives/base-files_*.deb "$home"/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
mkdir -p "$root"/var/lib/dpkg/{info,updates,triggers,alternatives} "$root"/etc/systemd/system "$root/hil"
for package in "$home"/archives/*.deb; do
  dpkg-deb -f "$package" | sed '/^Package:/a Status: install ok installed'
  echo
  name=$(dpkg-deb -f "$package" Package)
  [ "$(dpkg-deb -f "$package" Multi-Arch)" != same ] || name=$name:arm64
  : >"$root/var/lib/dpkg/info/$name.list"
done >"$root/var/lib/dpkg/status"
: >"$root/var/lib/dpkg/available"
# What configuring would have left behind.
for file in passwd group; do cp "$root/usr/share/base-passwd/$file.master" "$root/etc/$file"; done
[ -e "$root/usr/bin/awk" ] || ln -s mawk "$root/usr/bin/awk"
rm -rf "$root/var/run"
ln -s /run "$root/var/run"
# Nobody logs in here, and nobody asks for the names of devices.
for name in getty-static systemd-hwdb-update; do ln -s /dev/null "$root/etc/systemd/system/$name.service"; done
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
echo greenup-vm >"$root/etc/hostname"
echo '127.0.0.1 localhost greenup-vm' >"$root/etc/hosts"
ln -s /usr/lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
rm -rf "$root"/usr/share/{doc,man,locale,info,lintian,bug}

say 'making its disk'
truncate -s 2G "$work/service.new"
mke2fs -q -F -t ext4 -O ^has_journal -E root_owner=0:0,lazy_itable_init=1 -d "$root" "$work/service.new"
mv "$work/service.new" "$work/service.ext4"
rm -rf "$home" "$root"
touch "$stamp"
