#!/bin/sh
# Runs a command in a root of its own: what it writes to / lies in memory and is gone afterwards. Exit code 77: not possible
# here. DIRECTORY is shared with the outside under the same name.
#
#   private-root.sh DIRECTORY COMMAND [ARGUMENT…]
set -eu
if [ "${1-}" != --inside ]; then
  [ "$(id -u)" = 0 ] || { echo 'skipped: needs root for a root of its own'; exit 77; }
  exec unshare --mount --propagation private "$0" --inside "$@"
fi
shift
shared=$1
shift
base=$(mktemp -d)
mount -t tmpfs -o mode=755 private-root "$base"
mkdir "$base/upper" "$base/work" "$base/root"
if ! mount -t overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" overlay "$base/root" 2>/dev/null; then
  umount "$base"
  rmdir "$base"
  echo 'skipped: this kernel or container has no overlay file system'
  exit 77
fi
mount --rbind /proc "$base/root/proc"
mount --rbind /dev "$base/root/dev"
mount -t tmpfs -o mode=755 run "$base/root/run"
mount -t tmpfs -o mode=1777 tmp "$base/root/tmp"
# The project, too, where the fresh /tmp or /run would hide it.
case $PWD in
  /tmp/* | /run/*)
    mkdir -p "$base/root/$PWD"
    mount --bind "$PWD" "$base/root/$PWD"
    mount -o remount,bind,ro "$base/root/$PWD"
    ;;
esac
mkdir -p "$base/root/$shared"
mount --bind "$shared" "$base/root/$shared"
status=0
chroot "$base/root" "$@" || status=$?
umount -l "$base"
rmdir "$base" 2>/dev/null || :
exit "$status"
