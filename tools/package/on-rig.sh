#!/bin/sh
# The part of flashing that runs on the rig, as root, beside the files that were copied: greenup.deb, csms, id, static and,
# if there is one, board.yaml.
#
#   on-rig.sh prepare   boot configuration of a Raspberry Pi; exit code 10: the rig must restart for it
#   on-rig.sh flash     installs, starts, waits for the station's own word, and goes back by itself on failure
set -u
umask 022
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
here=$(cd "$(dirname "$0")" && pwd) || exit 1
settings=/etc/greenup
slots=/opt/greenup
select=/usr/lib/greenup/greenup-select
health_wait_s=60

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

prepare() {
  if [ ! -f "$(board_in_use)" ]; then
    complain 'this rig has no board file yet: make flash needs BOARD=board/….yaml'
    return 1
  fi
  if grep -q '^drivers:[[:space:]]*simulated' "$(board_in_use)"; then
    say 'simulated parts: the boot configuration stays'
    return 0
  fi
  for boot in /boot/firmware /boot; do [ ! -f $boot/config.txt ] || break; done
  if [ ! -f $boot/config.txt ]; then
    say 'no Raspberry Pi here: enable I2C, SPI, PWM and the serial line by hand'
    return 0
  fi
  changed=0
  # Without a new board what was set for the present one stays.
  if { [ -f "$here/board.yaml" ] || [ ! -f $boot/greenup.txt ]; } && ! cmp -s "$here/config.txt" $boot/greenup.txt; then
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
  leave_watchdog || return 1
  sync
  [ $changed = 0 ] || { say "boot configuration written to $boot, and whose the watchdog is"; return 10; }
}

# A line of station.env, in place of the present one. Flashing has checked the characters of VALUE.
set_line() { # NAME VALUE
  grep -v "^$1=" $settings/station.env >$settings/station.env.new
  printf '%s=%s\n' "$1" "$2" >>$settings/station.env.new
  mv $settings/station.env.new $settings/station.env
}

remember() { # FILE
  rm -f "$settings/$1.before-flash"
  [ ! -f "$settings/$1" ] || cp -p "$settings/$1" "$settings/$1.before-flash"
}
put_back() { # FILE
  if [ -f "$settings/$1.before-flash" ]; then mv "$settings/$1.before-flash" "$settings/$1"; fi
}

write_settings() {
  csms=$(cat "$here/csms") id=$(cat "$here/id")
  [ -z "$csms" ] || set_line GREENUP_CSMS "$csms"
  [ -z "$id" ] || set_line GREENUP_ID "$id"
}

install_package() {
  # Settings that were changed on the rig stay.
  dpkg --force-confdef --force-confold -i "$here/greenup.deb" >"$here/dpkg.log" 2>&1 && return 0
  apt-get install -y -f >>"$here/dpkg.log" 2>&1 && dpkg-query -W -f '${Status}' greenup | grep -q ' installed$' && return 0
  sed 's/^/    /' "$here/dpkg.log" >&2
  return 1
}

# True if the new release says that it is healthy, and is still the one in use: a start may have gone back in between.
healthy() {
  program=$slots/releases/$release/bin/greenup
  timeout $((health_wait_s + 30)) "$program" health --wait $health_wait_s >"$here/health" 2>&1
  word=$?
  sed 's/^/    /' "$here/health"
  [ $word = 0 ] || return 1
  [ "$(readlink $slots/current)" = "releases/$release" ] && return 0
  complain "release $release used up its starts"
  return 1
}

go_back() { # REASON
  complain "$1: the last lines of the station's log are"
  journalctl -u greenup.service -n 40 --no-pager -o cat 2>&1 | sed 's/^/    /' >&2
  if [ "$(cat $slots/good 2>/dev/null)" = '' ] && [ ! -f $settings/board.yaml.before-flash ]; then
    complain 'nothing ran here before, so there is nothing to go back to: the new release goes on trying'
    return
  fi
  systemctl stop greenup.service
  rm -f /run/greenup/health.json
  put_back board.yaml
  put_back station.env
  [ ! -s $slots/trial ] || $select --rollback "$1" || :
  systemctl start --no-block greenup.service
  in_use=$(readlink $slots/current)
  in_use=${in_use##*/}
  word=$(timeout $((health_wait_s + 30)) "$slots/current/bin/greenup" health --wait $health_wait_s 2>&1)
  complain "went back to release $in_use with the settings from before; it says: $word"
}

flash() {
  # The rig goes on alone if the connection is lost.
  trap '' HUP PIPE
  if [ ! -f "$(board_in_use)" ]; then
    complain 'this rig has no board file yet: make flash needs BOARD=board/….yaml'
    return 1
  fi
  say 'stopping the station'
  systemctl stop greenup.service 2>/dev/null
  rm -f /run/greenup/health.json
  mkdir -p $settings
  remember board.yaml
  remember station.env
  [ ! -f "$here/board.yaml" ] || { cp "$here/board.yaml" $settings/board.yaml.new && mv $settings/board.yaml.new $settings/board.yaml; } || return 1
  if [ -f $settings/station.env ]; then write_settings; settled=1; else settled=0; fi
  say 'installing the package'
  if ! install_package; then
    go_back 'the package could not be installed'
    return 1
  fi
  # The first package has brought the file; the station that it started has not read these.
  if [ $settled = 0 ] && [ -n "$(cat "$here/csms" "$here/id")" ]; then
    write_settings
    systemctl restart --no-block greenup.service
  fi
  release=$(ls /usr/lib/greenup/payload)
  say "starting release $release and waiting for its word"
  systemctl start --no-block greenup.service
  if ! healthy; then
    go_back 'not healthy after flashing'
    return 1
  fi
  $select --confirm || return 1
  rm -f $settings/board.yaml.before-flash $settings/station.env.before-flash
  [ "$(cat "$here/static")" != 1 ] || fix_address
}

fix_address() {
  if [ -d /etc/NetworkManager/system-connections ]; then
    to=/etc/NetworkManager/system-connections/greenup-static.nmconnection
    install -m 600 /usr/share/greenup/static-networkmanager.nmconnection $to || return 1
  elif [ -d /etc/systemd/network ]; then
    to=/etc/systemd/network/10-greenup.network
    install -m 644 /usr/share/greenup/static-networkd.network $to || return 1
  else
    complain 'neither NetworkManager nor systemd-networkd is here: set the address 192.168.1.200 by hand'
    return 1
  fi
  say "address 192.168.1.200 from the next restart on: $to"
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
