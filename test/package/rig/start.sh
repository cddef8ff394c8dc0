#!/bin/sh
# Makes a private root look like a rig, and runs its sshd until it is ended. Argument: the shared directory.
set -eu
shared=$1
here=$(dirname "$0")
# On the machine these tests run on nothing of the station is installed; a rig of an earlier test must not shine through.
rm -rf /opt/greenup /etc/greenup /usr/lib/greenup /var/lib/greenup
for tool in systemctl journalctl; do
  rm -f "/usr/bin/$tool"
  install -m 755 "$here/$tool" "/usr/bin/$tool"
done
mkdir -p /run/systemd/system /run/sshd /run/stand-in /boot/firmware /etc/NetworkManager/system-connections
printf '[cm4]\notg_mode=1\n' >/boot/firmware/config.txt
echo 'console=serial0,115200 console=tty1 root=PARTUUID=1 rootwait' >/boot/firmware/cmdline.txt
touch /run/stand-in/active-NetworkManager
echo 'boot 1' >/run/boot_id
mount --bind /run/boot_id /proc/sys/kernel/random/boot_id
if command -v sudo >/dev/null; then
  useradd --create-home --shell /bin/sh bench
  echo 'bench ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/bench
  chmod 440 /etc/sudoers.d/bench
  # An account without password counts as locked, and keys would not open it.
  usermod -p '*' bench
fi
cat >/etc/ssh/sshd_loopback <<CONFIG
Port $(cat "$shared/port")
ListenAddress 127.0.0.1
HostKey $shared/host_key
AuthorizedKeysFile $shared/key.pub
StrictModes no
PasswordAuthentication no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
CONFIG
exec /usr/sbin/sshd -D -e -f /etc/ssh/sshd_loopback
