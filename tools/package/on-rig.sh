#!/bin/sh
# The part of flashing that runs on the rig, as root, beside the files that were copied: greenup.deb, csms, id, static,
# steady and, if there are some, board.yaml and update-key-NAME.pem.
#
#   on-rig.sh prepare   boot configuration of a Raspberry Pi; exit code 10: the rig must restart for it
#   on-rig.sh flash     installs, starts, waits until the station has been healthy for long enough, and goes back by itself
#                       on failure; exit code 3: healthy, but its fixed address could not be set; 4: … the keys for updates
set -u
umask 022
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
here=$(cd "$(dirname "$0")" && pwd) || exit 1
settings=/etc/greenup
slots=/opt/greenup
select=/usr/lib/greenup/greenup-select
update_keys=/etc/greenup/update-keys
keeper=/usr/lib/greenup/greenup-settings
health=/run/greenup/health.json
health_wait_s=60
health_look_s=5
# Another program may install something: it is waited for.
lock_wait_s=120

say() { printf '  %s\n' "$*"; }
complain() { printf '  %s\n' "$*" >&2; }

board_in_use() {
  if [ -f "$here/board.yaml" ]; then echo "$here/board.yaml"; else echo $settings/board.yaml; fi
}

# Replaced by a rename: a power cut during flashing must not leave a rig without a boot configuration.
replace() { # FILE, new content on stdin
  cat >"$1.new" && { [ -e "$1.before-greenup" ] || cp -p "$1" "$1.before-greenup"; } && sync "$1.new" && mv "$1.new" "$1"
}

# Raspberry Pi OS lets systemd own /dev/watchdog, and one program alone can have it: a board that names it gets it. The
# name of the file sorts behind those of the system.
leave_watchdog() {
  ours=/etc/systemd/system.conf.d/90-greenup.conf
  if grep -Eq '^[[:space:]]+watchdog:' "$(board_in_use)"; then
    [ ! -f "$ours" ] || return 0
    mkdir -p "${ours%/*}" && printf '# /dev/watchdog is the station'\''s.\n[Manager]\nRuntimeWatchdogSec=off\n' >"$ours" || return 1
    changed=1
  elif [ -f "$ours" ]; then
    rm -f "$ours" && changed=1
  fi
}

# The rig must restart, and has not yet: kept over a lost connection, until it runs in another boot.
boot_id() { cat /proc/sys/kernel/random/boot_id; }
want_restart() { mkdir -p $settings && boot_id >$settings/.restart-wanted; }
restart_is_due() {
  [ -f $settings/.restart-wanted ] || return 1
  [ "$(cat $settings/.restart-wanted)" = "$(boot_id)" ] && return 0
  rm -f $settings/.restart-wanted
  return 1
}

prepare() {
  if [ ! -f "$(board_in_use)" ]; then
    complain 'this rig has no board file yet: make flash needs BOARD=board/….yaml'
    return 1
  fi
  due=0
  ! restart_is_due || due=1
  # Before the change: without it a connection that is lost right after would be taken for a rig that has restarted.
  want_restart || { complain "cannot write $settings: is the disk full, or read-only?"; return 1; }
  changed=0
  leave_watchdog || return 1
  if grep -q '^drivers:[[:space:]]*simulated' "$(board_in_use)"; then
    say 'simulated parts: the boot configuration stays'
  else
    configure_boot || return 1
  fi
  sync
  [ $changed = 1 ] || [ $due = 1 ] || rm -f $settings/.restart-wanted
  [ -f $settings/.restart-wanted ] || return 0
  say 'what the firmware and systemd read at the start has changed: the rig must restart'
  return 10
}

configure_boot() {
  for boot in /boot/firmware /boot; do [ ! -f $boot/config.txt ] || break; done
  if [ ! -f $boot/config.txt ]; then
    say 'no Raspberry Pi here: enable I2C, SPI, PWM and the serial line by hand'
    return 0
  fi
  # Without a new board what was set for the present one stays.
  if { [ -f "$here/board.yaml" ] || [ ! -f $boot/greenup.txt ]; } && ! cmp -s "$here/config.txt" $boot/greenup.txt; then
    # That of an open trial is of a board that was proven.
    if [ -f $boot/greenup.txt ] && [ ! -e $settings/flashing ]; then
      cp $boot/greenup.txt $boot/greenup.txt.before-flash || return 1
    fi
    cp "$here/config.txt" $boot/greenup.txt.new && mv $boot/greenup.txt.new $boot/greenup.txt || return 1
    changed=1
  fi
  if ! grep -q '^include greenup.txt' $boot/config.txt; then
    # What was set last may hold for one model only: [all] ends that.
    { cat $boot/config.txt && printf '\n[all]\ninclude greenup.txt\n'; } | replace $boot/config.txt || return 1
    changed=1
  fi
  if [ -f $boot/cmdline.txt ] && grep -Eq 'console=(serial0|ttyAMA0|ttyS0)' $boot/cmdline.txt; then
    sed -E 's/console=(serial0|ttyAMA0|ttyS0)(,[0-9a-z]*)? *//g' $boot/cmdline.txt | replace $boot/cmdline.txt || return 1
    changed=1
  fi
}

# The new settings beside the present ones, whole and on the disk; nothing that runs reads them yet.
stage_settings() {
  rm -f $settings/.flash-*
  if [ -f "$here/board.yaml" ]; then cp "$here/board.yaml" $settings/.flash-board.yaml || return 1; fi
  csms=$(cat "$here/csms") id=$(cat "$here/id")
  if [ -n "$csms$id" ]; then
    # The count tells the station what was flashed anew, and what was put back.
    count=$(sed -n 's/^GREENUP_FLASHED=\([0-9]\{1,9\}\)$/\1/p' $settings/station.env 2>/dev/null | tail -n 1)
    stage_line GREENUP_FLASHED $((${count:-0} + 1)) || return 1
  fi
  stage_line GREENUP_CSMS "$csms" && stage_line GREENUP_ID "$id" && sync
}
# A line of station.env, in place of the present one. Flashing has checked the characters of VALUE.
stage_line() { # NAME VALUE
  [ -n "$2" ] || return 0
  staged=$settings/.flash-station.env
  if [ ! -f $staged ] && [ -f $settings/station.env ]; then cp -p $settings/station.env $staged || return 1; fi
  [ -f $staged ] || : >$staged || return 1
  grep -v "^$1=" $staged >$staged.new
  [ $? -le 1 ] && printf '%s=%s\n' "$1" "$2" >>$staged.new && mv $staged.new $staged
}

# The station that runs goes on meanwhile: its slot is none of the package's files, and its watchdog stays fed.
install_package() {
  waited=0
  # Settings that were changed on the rig stay. The station is started from here, with its new settings.
  until GREENUP_FLASHING=1 dpkg --force-confdef --force-confold -i "$here/greenup.deb" >"$here/dpkg.log" 2>&1; do
    if grep -q 'locked by another process' "$here/dpkg.log" && [ $waited -lt $lock_wait_s ]; then
      [ $waited -gt 0 ] || say 'another program installs something: waiting for it'
      sleep 5
      waited=$((waited + 5))
      continue
    fi
    # A dependency may be missing. Nothing is removed for it: that would be the station.
    GREENUP_FLASHING=1 apt-get install -y -f --no-remove -o DPkg::Lock::Timeout=$lock_wait_s >>"$here/dpkg.log" 2>&1 &&
      dpkg-query -W -f '${Status}' greenup | grep -q ' installed$' && return 0
    sed 's/^/    /' "$here/dpkg.log" >&2
    return 1
  done
}

# Files of a slot can be replaced by the station's user: what root runs of them, it runs as that user.
ask_health() { # RELEASE WAIT_S
  timeout $(($2 + 30)) setpriv --reuid=greenup --regid=greenup --clear-groups -- \
    "$slots/releases/$1/bin/greenup" health --wait "$2" --file $health
}
station_pid() { sed -n 's/.*"pid":\([0-9]*\).*/\1/p' $health 2>/dev/null; }

# True if the new release is healthy, stays so for `steady` seconds in one process, and is still the one in use.
healthy() {
  ask_health "$release" $health_wait_s >"$here/health" 2>&1
  word=$?
  sed 's/^/    /' "$here/health"
  [ $word = 0 ] || return 1
  steady=$(cat "$here/steady") pid=$(station_pid) waited=0
  say "healthy; it must stay so for $steady s"
  while [ $waited -lt "$steady" ]; do
    sleep $health_look_s
    waited=$((waited + health_look_s))
    ask_health "$release" 0 >"$here/health" 2>&1 && [ "$(station_pid)" = "$pid" ] && continue
    sed 's/^/    /' "$here/health"
    complain "it did not stay healthy: after $waited s process $pid was not the same healthy one any more"
    return 1
  done
  [ "$(readlink $slots/current)" = "releases/$release" ] && return 0
  complain "release $release used up its starts"
  return 1
}

undo_trial() { # REASON
  [ ! -s $slots/trial ] || [ -z "$(cat $slots/good 2>/dev/null)" ] || $select --rollback "$1" || :
}

go_back() { # REASON
  complain "$1: the last lines of the station's log are"
  journalctl -u greenup.service -n 40 --no-pager -o cat 2>&1 | sed 's/^/    /' >&2
  if [ "$(cat $slots/good 2>/dev/null)" = '' ] && [ ! -f $settings/board.yaml.before-flash ]; then
    complain 'nothing ran here before, so there is nothing to go back to: the new release goes on trying'
    systemctl start --no-block greenup.service
    return
  fi
  systemctl stop greenup.service
  rm -f $health
  $keeper --back
  undo_trial "$1"
  for boot in /boot/firmware /boot; do
    [ -f $boot/greenup.txt.before-flash ] || continue
    mv $boot/greenup.txt.before-flash $boot/greenup.txt && sync && want_restart
    complain "the boot configuration from before is back in $boot, and acts after a restart: sudo reboot"
  done
  systemctl start --no-block greenup.service
  in_use=$(readlink $slots/current)
  in_use=${in_use##*/}
  word=$(ask_health "$in_use" $health_wait_s 2>&1)
  complain "went back to release $in_use with the settings from before; it says: $word"
}

flash() {
  # The rig goes on alone if the connection is lost.
  trap '' HUP PIPE
  if [ ! -f "$(board_in_use)" ]; then
    complain 'this rig has no board file yet: make flash needs BOARD=board/….yaml'
    return 1
  fi
  # Before anything is changed.
  if ! { mkdir -p $settings && head -c 65536 /dev/zero >$settings/.flash-probe && sync && rm $settings/.flash-probe; }; then
    rm -f $settings/.flash-probe
    complain "cannot write $settings: is the disk full, or read-only? Nothing was changed"
    return 1
  fi
  say 'installing the package'
  if ! install_package; then
    undo_trial 'the package could not be installed'
    complain 'the package could not be installed; the station that runs here, if there is one, was left alone'
    return 1
  fi
  release=$(cat /usr/lib/greenup/slot)
  if ! stage_settings; then
    rm -f $settings/.flash-*
    undo_trial 'its settings could not be written'
    complain "cannot write $settings: is the disk full, or read-only? The station that runs here was left alone"
    return 1
  fi
  say "starting release $release and waiting for its word"
  systemctl stop greenup.service 2>/dev/null
  rm -f $health
  if ! $keeper --begin "$release"; then
    go_back 'the settings could not be put in place'
    return 1
  fi
  systemctl start --no-block greenup.service
  if ! healthy; then
    go_back 'not healthy after flashing'
    return 1
  fi
  $select --confirm && $keeper --keep || return 1
  rm -f /boot/firmware/greenup.txt.before-flash /boot/greenup.txt.before-flash
  if ! systemctl is-enabled --quiet greenup.service; then
    complain 'the service is disabled, and will not start with the rig: sudo systemctl enable greenup'
  fi
  if ! install_update_keys; then
    complain "cannot write $update_keys: updates are refused, or go by the former keys; flash again"
    return 4
  fi
  [ "$(cat "$here/static")" != 1 ] || fix_address || return 3
}

# The keys that came take the places of those that are there, and none that came changes nothing. Those not meant go first:
# a power cut in between leaves fewer keys, and never more than a station accepts.
install_update_keys() {
  set -- "$here"/update-key-*.pem
  if [ ! -f "$1" ]; then
    ls $update_keys/*.pem >/dev/null 2>&1 || say 'this rig has no key for updates, and refuses them: UPDATE_KEY=… (docs/rig.md)'
    return 0
  fi
  mkdir -p $update_keys || return 1
  for key in $update_keys/*; do [ -f "$here/update-key-${key##*/}" ] || rm -rf "$key" || return 1; done
  for key; do
    name=${key##*/update-key-}
    cp "$key" $update_keys/.new && sync $update_keys/.new && mv $update_keys/.new "$update_keys/$name" || return 1
    say "packages for updates may be signed by the key ${name%.pem}"
  done
  sync
}

fix_address() {
  if systemctl is-active --quiet NetworkManager; then
    to=/etc/NetworkManager/system-connections/greenup-static.nmconnection
    install -m 600 /usr/share/greenup/static-networkmanager.nmconnection $to || return 1
  elif systemctl is-active --quiet systemd-networkd; then
    to=/etc/systemd/network/10-greenup.network
    install -m 644 /usr/share/greenup/static-networkd.network $to || return 1
  else
    complain 'neither NetworkManager nor systemd-networkd runs here: set the address 192.168.1.200 by hand'
    return 1
  fi
  say "address 192.168.1.200, beside that of DHCP, from the next restart on: $to"
  say 'without DHCP there is no gateway and no name server: add them there if central system, time or updates lie outside 192.168.1.0/24'
}

case ${1-} in
  prepare) prepare ;;
  flash)
    flash
    code=$?
    rm -rf "$here"
    exit $code
    ;;
  *) complain 'usage: on-rig.sh prepare | flash' && exit 2 ;;
esac
