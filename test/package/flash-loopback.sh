#!/bin/bash
# Flashes over a real sshd on the loopback, into a root of its own: healthy releases, and every way back. Only systemd is
# stood in for. Exit code 77: cannot run here, with the reason. Needs dist/greenup.js.
set -u
cd "$(dirname "$0")/../.." || exit 1
skip() { echo "skipped: $*"; exit 77; }
[ "$(id -u)" = 0 ] || skip 'needs root for a root of its own'
if [ ! -x /usr/sbin/sshd ]; then
  { apt-get update && apt-get install -y --no-install-recommends openssh-server openssh-client; } >/dev/null 2>&1
  [ -x /usr/sbin/sshd ] || skip 'openssh-server is missing and cannot be installed'
fi
command -v sudo >/dev/null || { apt-get update && apt-get install -y --no-install-recommends sudo; } >/dev/null 2>&1
for tool in ssh scp ssh-keygen unshare setpriv dpkg-deb systemd-sysusers; do
  command -v $tool >/dev/null || skip "$tool is missing"
done
[ -f dist/greenup.js ] || { echo 'dist/greenup.js is missing: make build'; exit 1; }

work=$(mktemp -d)
chmod 755 "$work"
rig_pid=''
finish() {
  [ -z "$rig_pid" ] || { kill -- "-$rig_pid" 2>/dev/null; wait "$rig_pid" 2>/dev/null; }
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

node -e "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})" >"$work/port"
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/key"
# All processes of the rig are in one session, so that they end together, and in a process name space that ends with it.
set -m
unshare --pid --fork --kill-child test/package/private-root.sh "$work" sh "$PWD/test/package/rig/start.sh" "$work" \
  >"$work/rig.log" 2>&1 </dev/null &
rig_pid=$!
set +m

export SSH_PORT IDENTITY SSH_OPTIONS HOST STEADY
# Long enough for the release that falls down after 3 s.
STEADY=5
SSH_PORT=$(cat "$work/port") IDENTITY=$work/key
SSH_OPTIONS="-o UserKnownHostsFile=$work/known_hosts -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR -o IdentitiesOnly=yes"
on_rig() { ssh -p "$SSH_PORT" -i "$IDENTITY" $SSH_OPTIONS root@127.0.0.1 "$@" </dev/null; }
for _ in $(seq 100); do
  on_rig true 2>/dev/null && break
  kill -0 $rig_pid 2>/dev/null || { cat "$work/rig.log"; wait $rig_pid; code=$?; rig_pid=''; exit $code; }
  sleep 0.1
done
on_rig true || { cat "$work/rig.log"; echo 'sshd on the loopback does not answer'; exit 1; }

passed=0
failed=0
check() { # NAME COMMAND…
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); echo "ok: $name"; else failed=$((failed + 1)); echo "FAILED: $name"; tail -n 60 "$work/out"; fi
}
flash() { env "$@" tools/flash.sh >"$work/out" 2>&1; }
fails() { ! "$@"; }
said() { grep -qF -- "$1" "$work/out"; }
in_use() { [ "$(on_rig readlink /opt/greenup/current)" = "releases/0.0.1-$1" ]; }
good() { [ "$(on_rig cat /opt/greenup/good)" = "0.0.1-$1" ]; }
no_trial() { on_rig '[ ! -e /opt/greenup/trial ]'; }
runs() { on_rig cat /run/greenup/health.json | grep -qF -- "$1"; }
line() { [ "$(on_rig grep "^$1=" /etc/greenup/station.env)" = "$1=$2" ]; }
board_is() { on_rig cat /etc/greenup/board.yaml | cmp -s - "$1"; }

for manner in healthy silent dead crashing; do node test/package/fake-package.js "$work/$manner.deb" $manner || exit 1; done
node test/package/fake-package.js "$work/better.deb" healthy better || exit 1
healthy=$work/healthy.deb
for name in first second third; do node dist/greenup.js package keygen "$work/$name key" >/dev/null || exit 1; done
first="$work/first key.public.pem" second="$work/second key.public.pem" third="$work/third key.public.pem"
# The keys on the rig, by their contents.
keys_are() { [ "$(on_rig 'cat /etc/greenup/update-keys/*.pem 2>/dev/null' | sort)" = "$(cat /dev/null "$@" | sort)" ]; }
HOST=root@127.0.0.1
double=board/simulated-double.yaml

check 'without a host it says what is missing' fails flash HOST= PACKAGE="$healthy"
check '… in a line' said 'HOST is missing'
for wrong in 'HOST=-oProxyCommand=x' 'HOST=a b' 'CSMS=http://x' 'CSMS=ws://$(id)' "CSMS=ws://a'b" 'ID=a b' 'ID=`id`' 'STATIC=yes' 'SSH_PORT=x' 'BOARD=/no'; do
  check "refuses $wrong" fails flash PACKAGE="$healthy" "$wrong"
done
printf 'name: broken\n' >"$work/broken.yaml"
check 'refuses a broken board before it speaks to the rig' fails flash PACKAGE="$healthy" BOARD="$work/broken.yaml"
check '… and nothing was asked of the rig' fails said 'Asking'
check 'refuses a private key' fails flash PACKAGE="$healthy" UPDATE_KEY="$work/first key.private.pem"
check '… in a line' said 'is a private key, which belongs on no station'
check 'refuses what is no key' fails flash PACKAGE="$healthy" UPDATE_KEY="$first,$work/broken.yaml"
check '… in a line' said 'broken.yaml: is no public key'
check 'refuses three keys' fails flash PACKAGE="$healthy" UPDATE_KEY="$first,$second,$third"
check '… in a line' said 'a rig has two keys at most'
check '… and nothing was asked of the rig' fails said 'Asking'
check 'refuses a first flash without a board' fails flash PACKAGE="$healthy"
check '… and says so' said 'this rig has no board file yet'
check 'nothing was installed by that' on_rig '[ ! -e /opt/greenup ]'

check 'flashes a fresh rig' flash PACKAGE="$healthy" BOARD=$double CSMS=ws://10.0.0.1:9000/ocpp ID=CP-1
check 'the station says it is healthy' said 'healthy: {"healthy":true'
check 'without a key for updates it says so' said 'this rig has no key for updates, and refuses them'
check 'what lies outside the slots has its number' on_rig '[ "$(cat /usr/lib/greenup/base)" -ge 1 ]'
check 'the release is good and in use' in_use healthy
check '… confirmed' good healthy
check 'the trial is over' no_trial
check 'the settings reach the command line' runs '--board /etc/greenup/board.yaml --state /var/lib/greenup --csms ws://10.0.0.1:9000/ocpp --id CP-1'
check 'the flashing is counted' line GREENUP_FLASHED 1
check '… and the count reaches the command line' runs '--flashed 1'
check 'the service is enabled' on_rig 'grep -q "enable greenup.service" /run/stand-in/calls'
check 'the slots belong to the station' on_rig '[ "$(stat -c %U /opt/greenup /opt/greenup/releases/0.0.1-healthy)" = "greenup
greenup" ]'
check 'the files of a release do not' on_rig '[ "$(stat -c %U:%h /opt/greenup/releases/0.0.1-healthy/bin/greenup)" = root:2 ]'
check 'nothing is left in /tmp' on_rig '[ -z "$(ls -d /tmp/greenup-flash* 2>/dev/null)" ]'
check 'the program is on the path' on_rig '[ "$(readlink -f /usr/bin/greenup)" = /usr/lib/greenup/greenup-command ]'
check '… with its manual page and what shells complete by' on_rig 'zcat /usr/share/man/man1/greenup.1.gz | grep -q "^.SS greenup status" && bash -n /usr/share/bash-completion/completions/greenup'

for manner in silent dead crashing; do
  sed "s/^name: .*/name: other-$manner/" $double >"$work/other.yaml"
  check "a $manner release is refused" fails flash PACKAGE="$work/$manner.deb" BOARD="$work/other.yaml" ID=CP-2 UPDATE_KEY="$first"
  check '… the good one is back' in_use healthy
  check '… runs, with the settings from before' runs '--id CP-1'
  check '… with its board' board_is $double
  check '… and its identity' line GREENUP_ID CP-1
  check '… and the count of flashings' line GREENUP_FLASHED 1
  check '… is still the good one' good healthy
  check '… without a trial' no_trial
  check '… the failure is remembered' on_rig "grep -q '^0.0.1-$manner ' /opt/greenup/failed"
  check '… the log is shown' said "station of 0.0.1-$manner begins"
  check '… nothing of the attempt is left' on_rig '[ -z "$(ls -A /etc/greenup | grep -vx -e board.yaml -e station.env)" ]'
  check '… and the old one’s word' said 'went back to release 0.0.1-healthy with the settings from before; it says: healthy'
done

sed 's/^name: .*/name: hopeless/' $double >"$work/hopeless.yaml"
check 'a board that fails with the release that runs is taken back' fails flash PACKAGE="$healthy" BOARD="$work/hopeless.yaml"
check '… to the board from before' board_is $double
check '… and the release stays' in_use healthy
check '… and runs' runs healthy

# The rig loses its power after the new settings are in place, and nobody is left who could say that they are good.
on_rig 'cp /etc/greenup/board.yaml /run/board && echo "# unproven" | cat /run/board - >/etc/greenup/.flash-board.yaml
  /usr/lib/greenup/greenup-settings --begin "$(cat /usr/lib/greenup/slot)"'
for start in 1 2 3; do on_rig systemctl restart greenup.service; done
check 'settings that were never proven are kept for three starts' on_rig 'grep -q unproven /etc/greenup/board.yaml'
on_rig systemctl restart greenup.service
check '… and those from before come back at the fourth' board_is $double

# A disk that is full refuses before anything is changed; the station goes on.
on_rig 'mkdir /run/full && cp -a /etc/greenup/. /run/full && mount -t tmpfs -o size=24k full /etc/greenup && cp -a /run/full/. /etc/greenup'
check 'a full disk is told before anything is changed' fails flash PACKAGE="$work/better.deb" ID=CP-9
check '… in a line' said 'is the disk full, or read-only? Nothing was changed'
check '… and the settings are whole' line GREENUP_ID CP-1
check '… and the board' board_is $double
check '… and the station runs on' runs '--id CP-1'
on_rig 'umount /etc/greenup'

# A slot whose files are damaged, and in use, is mended by the same release in another one.
on_rig 'rm /opt/greenup/releases/0.0.1-healthy/bin/manner && echo dead >/opt/greenup/releases/0.0.1-healthy/bin/manner'
check 'the same release mends a damaged slot' flash PACKAGE="$healthy"
check '… in a slot of its own' in_use healthy+2
check '… which is good' good healthy+2
check '… and healthy' runs '--id CP-1'

check 'no key came by a flash that failed' keys_are
check 'a key for updates is flashed' flash PACKAGE="$healthy" UPDATE_KEY="$first"
check '… and is there' keys_are "$first"
check '… as root’s, for all to read' on_rig '[ "$(stat -c %U:%a /etc/greenup/update-keys /etc/greenup/update-keys/*.pem | tr "\n" " ")" = "root:755 root:644 " ]'
check '… and is told' said 'packages for updates may be signed by the key '
check 'a second one comes beside it' flash PACKAGE="$healthy" UPDATE_KEY="$second,$first"
check '… so that both are there' keys_are "$first" "$second"
check 'a flash without keys leaves them' flash PACKAGE="$healthy"
check '… both' keys_are "$first" "$second"
check 'and the first one goes' flash PACKAGE="$healthy" UPDATE_KEY="$second"
check '… alone' keys_are "$second"

# What a power cut left half unpacked.
on_rig 'mkdir -p /usr/lib/greenup/payload/0.0.1-half/bin'
check 'a package that was unpacked in part is cleared away' flash PACKAGE="$healthy"
check '… really' on_rig '[ "$(ls /usr/lib/greenup/payload)" = 0.0.1-healthy ]'

# Removed and brought back: it starts with the rig as before.
on_rig 'dpkg -r greenup >/dev/null 2>&1'
check 'a package that comes back is flashed' flash PACKAGE="$healthy"
check '… and was never disabled' on_rig '! grep -q disable /run/stand-in/calls'

host=root@127.0.0.1
on_rig 'command -v sudo' >/dev/null && host=bench@127.0.0.1
check "flashes a newer release as ${host%@*}, with a fixed address" flash HOST=$host PACKAGE="$work/better.deb" STATIC=1
check '… it is in use' in_use better
check '… the old one is kept' on_rig '[ -x /opt/greenup/releases/0.0.1-healthy/bin/greenup ]'
check '… settings that were not given stay' runs '--csms ws://10.0.0.1:9000/ocpp --id CP-1'
check '… the address is there' on_rig 'grep -q address1=192.168.1.200/24 /etc/NetworkManager/system-connections/greenup-static.nmconnection'
check '… readable for root only' on_rig '[ "$(stat -c %a /etc/NetworkManager/system-connections/greenup-static.nmconnection)" = 600 ]'
if command -v script >/dev/null && on_rig 'command -v sudo' >/dev/null; then
  on_rig 'echo "bench ALL=(ALL) PASSWD: ALL" >/etc/sudoers.d/bench && echo "bench:open sesame" | chpasswd'
  check 'a user whose sudo wants a password is refused where nobody can give it' fails flash HOST=bench@127.0.0.1 PACKAGE="$work/better.deb"
  check '… and is told what to do' said "echo 'bench ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/greenup-flash"
  at_terminal() { # PASSWORD
    (sleep 3; echo "$1") | HOST=bench@127.0.0.1 PACKAGE="$work/better.deb" script -qec tools/flash.sh /dev/null >"$work/out" 2>&1
  }
  check 'at a terminal a wrong password is refused' fails at_terminal 'wrong'
  check '… and told' said 'sudo refuses'
  check '… the right one flashes' at_terminal 'open sesame'
  check '… and is shown nowhere' fails said 'open sesame'
else
  echo 'not tried here: flashing by sudo (sudo or script is missing)'
fi
check 'simulated parts leave the boot configuration alone' on_rig '[ ! -e /boot/firmware/greenup.txt ]'

on_rig "sed -i 's/^drivers: .*/drivers: pi/' /etc/greenup/board.yaml"
on_rig "printf 'hardware:\n  watchdog: { device: /dev/watchdog, timeout: 15 }\n' >>/etc/greenup/board.yaml"
check 'real parts restart the rig for its boot configuration' flash PACKAGE="$healthy"
check '… once' [ "$(on_rig grep -c reboot /run/stand-in/calls)" = 1 ]
check '… config.txt includes ours for every model' on_rig '[ "$(tail -n 2 /boot/firmware/config.txt | tr "\n" " ")" = "[all] include greenup.txt " ]'
check '… with PWM' on_rig 'grep -q ^dtoverlay=pwm-2chan /boot/firmware/greenup.txt'
check '… the console leaves the serial line' on_rig '[ "$(cat /boot/firmware/cmdline.txt)" = "console=tty1 root=PARTUUID=1 rootwait" ]'
check '… and what was before is kept' on_rig 'grep -q serial0 /boot/firmware/cmdline.txt.before-greenup'
check '… and systemd leaves the watchdog to the station' on_rig 'grep -qx RuntimeWatchdogSec=off /etc/systemd/system.conf.d/90-greenup.conf'
check '… nothing waits for a restart any more' flash PACKAGE="$healthy"
# The connection is lost between the change and the restart.
on_rig 'cat /proc/sys/kernel/random/boot_id >/etc/greenup/.restart-wanted'
check 'a restart that was not made is made up for' flash PACKAGE="$healthy"
check '… once' [ "$(on_rig grep -c reboot /run/stand-in/calls)" = 2 ]
check 'the next flash restarts nothing' flash PACKAGE="$healthy"
check '… really' [ "$(on_rig grep -c reboot /run/stand-in/calls)" = 2 ]

on_rig 'echo "# from before" >>/boot/firmware/greenup.txt'
sed 's/^name: .*/name: hopeless/' board/pi-retrofit-single.yaml >"$work/pi-retrofit-single.yaml"
check 'a failed flash with another board for other pins' fails flash PACKAGE="$healthy" BOARD="$work/pi-retrofit-single.yaml"
check '… puts the boot configuration back' on_rig 'grep -q "from before" /boot/firmware/greenup.txt'
check '… and says when it acts' said 'acts after a restart: sudo reboot'
check '… with the board' fails on_rig 'grep -q hopeless /etc/greenup/board.yaml'
check 'the next flash restarts for it' flash PACKAGE="$healthy"

on_rig "sed -i '/^hardware:/,\$d' /etc/greenup/board.yaml"
check 'a board without watchdog gives it back to systemd' flash PACKAGE="$healthy"
check '… with a restart' [ "$(on_rig grep -c reboot /run/stand-in/calls)" = 5 ]
check '… really' on_rig '[ ! -e /etc/systemd/system.conf.d/90-greenup.conf ]'

on_rig 'rm /run/stand-in/active-NetworkManager'
env PACKAGE="$healthy" STATIC=1 tools/flash.sh >"$work/out" 2>&1
check 'without a network manager that is known the address is not set, and that is told apart' [ $? = 3 ]
check '… in words' said 'neither NetworkManager nor systemd-networkd runs here'
check '… of a rig that is healthy' said 'is healthy, but has no fixed address'

# The real program, with its own Node.js: on a machine without the parts of a rig it is healthy, and says what is missing.
real=$(ls out/greenup_*_"$(dpkg --print-architecture)".deb 2>/dev/null | tail -n 1)
if [ -n "$real" ]; then
  on_rig 'touch /run/stand-in/active-NetworkManager'
  check 'the real package is flashed' flash PACKAGE="$real" BOARD=board/pi-bench-double.yaml CSMS=ws://127.0.0.1:9/ocpp STEADY=10
  check '… its own word is heard' said 'healthy: release '
  check '… of the board that came with it' said 'board pi-bench-double'
  check '… and of what this machine lacks' said 'warning: '
  check '… it is good' on_rig '[ "$(cat /opt/greenup/good)" = "$(cat /usr/lib/greenup/slot)" ]'
  check '… and nothing of the attempt is left' on_rig '[ -z "$(ls -A /etc/greenup | grep -vx -e board.yaml -e station.env -e update-keys -e .restart-wanted)" ]'
else
  echo 'not tried here: the real package (make package ARCH=…, for this machine)'
fi

check 'the package goes without a trace of its program' on_rig 'dpkg -r greenup >/dev/null && [ ! -e /opt/greenup ] && [ ! -e /usr/lib/greenup ] && [ -f /etc/greenup/board.yaml ]'
check '… and the keys for updates stay with the settings' keys_are "$second"
check 'a purge takes the settings too' on_rig 'dpkg -P greenup >/dev/null 2>&1; [ ! -e /etc/greenup ] && [ ! -e /var/lib/greenup ]'

echo "$passed passed, $failed failed"
[ $failed = 0 ]
