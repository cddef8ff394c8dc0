#!/bin/sh
# Puts the station on a rig over ssh, and reports the rig's own word that it is healthy; otherwise the rig has gone back to
# what ran before. Called by `make flash`; the settings are variables:
#
#   HOST=user@rig        the rig: a user that may use sudo (its password is asked for where one is wanted), or root
#   BOARD=board/x.yaml   board file of the rig; needed the first time, later the rig's own stays if it is left out
#   CSMS=ws://…  ID=…    central system and identity; left out: the rig's own stay
#   STATIC=1             from its next restart the rig has the address 192.168.1.200, beside that of DHCP
#   STEADY=60            the new station must stay healthy for so many seconds before it is kept
#   SSH_PORT=  IDENTITY=keyfile  SSH_OPTIONS=   for ssh; SSH_OPTIONS is split at spaces
#   PACKAGE=x.deb        takes this package and builds none
#   UPDATE_KEY=a.pem,b.pem  one public key, or two, that packages for updates may be signed with, in place of those that the
#                        rig has; left out: the rig's own stay
#
# Exit code 0: healthy; 1: failed, and the line before says what and what to do; 2: wrong settings; 3: healthy, but without
# the fixed address; 4: healthy, but without the keys.
set -u
cd "$(dirname "$0")/.." || exit 1

say() { printf '%s\n' "$*"; }
die() { printf 'flash: %s\n' "$*" >&2; exit 1; }
usage() { printf 'flash: %s\n' "$*" >&2; exit 2; }

host=${HOST:-} board=${BOARD:-} csms=${CSMS:-} id=${ID:-} package=${PACKAGE:-}
case $host in
  '') usage 'HOST is missing: make flash HOST=user@rig BOARD=board/….yaml' ;;
  -* | *[!0-9A-Za-z@._:%-]*) usage "HOST=$host: must be user@name or user@address" ;;
esac
[ -z "$board" ] || [ -r "$board" ] || usage "BOARD=$board: there is no such file"
[ -z "$package" ] || [ -r "$package" ] || usage "PACKAGE=$package: there is no such file"
case $csms in
  '' | ws://?* | wss://?*) ;;
  *) usage "CSMS=$csms: must begin with ws:// or wss://" ;;
esac
case $csms in *[!0-9A-Za-z:/?#@!\&\(\)*+,\;=._~%-]* | *'['* | *']'*)
  usage "CSMS=$csms: holds a character that no URL of a central system has" ;;
esac
case $id in *[!0-9A-Za-z*_=:+\|@.-]*) usage "ID=$id: may hold letters, digits and * _ = : + | @ . -" ;; esac
# A line each, so that names may have blanks.
keys=$(printf '%s' "${UPDATE_KEY:-}" | tr ',' '\n')
[ "$(printf '%s\n' "$keys" | wc -l)" -le 2 ] || usage "UPDATE_KEY=$UPDATE_KEY: a rig has two keys at most"
case ${STATIC:-0} in 0 | 1) ;; *) usage "STATIC=$STATIC: must be 1 or left out" ;; esac
case ${STEADY:-60} in *[!0-9]* | ?????*) usage "STEADY=$STEADY: must be a number of seconds" ;; esac
case ${SSH_PORT:-22} in *[!0-9]*) usage "SSH_PORT=$SSH_PORT: must be a number" ;; esac

work=$(mktemp -d) || exit 1
# One connection for all: a password is asked for once.
# shellcheck disable=SC2086
set -- -o ControlMaster=auto -o "ControlPath=$work/ssh" -o ControlPersist=120 -o ConnectTimeout=15 -o ServerAliveInterval=15 ${SSH_OPTIONS:-}
[ -z "${IDENTITY:-}" ] || set -- -i "$IDENTITY" "$@"
port=${SSH_PORT:-22}
rig() { ssh -p "$port" "$@" "$host" "$command" </dev/null; }
# The same as root; the password goes through the encrypted connection to sudo, and into no command line.
root() {
  case $become in
    password) printf '%s\n' "$password" | ssh -p "$port" "$@" "$host" "sudo -S -p '' $command" ;;
    *) ssh -p "$port" "$@" "$host" "$become$command" </dev/null ;;
  esac
}
# scp parts host and path at the first colon, so an IPv6 address is put in brackets.
case ${host##*@} in
  *:*) copy_host=${host%"${host##*@}"}[${host##*@}] ;;
  *) copy_host=$host ;;
esac
ask_password() {
  [ -t 0 ] || die "$host: its user needs a password for sudo, and nobody is at a terminal to give it; flash as root, or write on the rig: echo '${user:-pi} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/greenup-flash"
  printf 'Password of %s for sudo: ' "$host"
  stty -echo
  read -r password
  stty echo
  printf '\n'
  become=password
  command=true
  root "$@" 2>"$work/sudo" || die "$host: sudo refuses: $(tail -n 1 "$work/sudo")"
}
leave() {
  [ ! -t 0 ] || stty echo
  [ -z "${far:-}" ] || { command="rm -rf $far"; rig "$@" 2>/dev/null; }
  ssh -p "$port" "$@" -O exit "$host" 2>/dev/null
  rm -rf "$work"
}
trap 'leave "$@"' EXIT
trap 'exit 1' INT TERM HUP

if [ -n "$board" ]; then
  say "Checking $board"
  node dist/greenup.js board check "$board" || exit 1
fi

# Named by what they are known by; a wrong file is refused before anything is asked of the rig.
mkdir "$work/set" || exit 1
if [ -n "$keys" ]; then
  while IFS= read -r key; do
    fingerprint=$(node dist/greenup.js package fingerprint "$key") || exit 1
    cp "$key" "$work/set/update-key-$(printf %.16s "$fingerprint").pem" || exit 1
  done <<KEYS
$keys
KEYS
fi

say "Asking $host for its architecture"
command='dpkg --print-architecture'
architecture=$(rig "$@") || die "$host cannot be reached by ssh, or is no Debian: ssh -p $port $host dpkg --print-architecture"
case $architecture in
  arm64 | amd64) ;;
  *) die "$host is $architecture: there are packages for arm64 and amd64 only; use a 64-bit system" ;;
esac
# shellcheck disable=SC2016
command='[ "$(id -u)" = 0 ] && echo as-root || { sudo -n true 2>/dev/null && echo by-sudo; } || { command -v sudo >/dev/null && id -un; }'
user=$(rig "$@")
case $user in
  as-root) become='' ;;
  by-sudo) become='sudo -n ' ;;
  '') die "$host: there is no sudo for this user; flash as root" ;;
  *) ask_password "$@" ;;
esac

if [ -z "$package" ]; then
  say "Building the package for $architecture"
  node tools/package/build.js "$architecture" >"$work/build" || die 'the package was not built'
  package=$(tail -n 1 "$work/build")
fi

# A directory on the rig with these files in it; its name is in $far. A restart of the rig may have taken an earlier one.
copy() { # FILE… -- SSH OPTION…
  while [ "$1" != -- ]; do
    cp "$1" "$work/copy-$(basename "$1")" || exit 1
    shift
  done
  shift
  command='mktemp -d /tmp/greenup-flash.XXXXXXXX'
  far=$(rig "$@") || die "$host: cannot write to /tmp"
  case $far in /tmp/greenup-flash.????????) ;; *) die "$host answered nonsense to mktemp: $far" ;; esac
  for file in "$work"/copy-*; do
    scp -q -P "$port" "$@" "$file" "$copy_host:$far/${file##*/copy-}" || die "$host: copying failed; is there free space in /tmp?"
    rm -f "$file"
  done
}
# The settings travel as files: nothing in them can be taken for a command.
[ -z "$board" ] || cp "$board" "$work/set/board.yaml"
printf '%s\n' "$csms" >"$work/set/csms"
printf '%s\n' "$id" >"$work/set/id"
printf '%s\n' "${STATIC:-0}" >"$work/set/static"
printf '%s\n' "${STEADY:-60}" >"$work/set/steady"
cp "$package" "$work/set/greenup.deb" || exit 1

# A board of ours may have a boot configuration of its own, for its pins.
firmware=board/pi/config-$(basename "${board:-none}" .yaml).txt
[ -f "$firmware" ] || firmware=board/pi/config.txt
cp "$firmware" "$work/set/config.txt" || exit 1

say "Preparing $host"
copy tools/package/on-rig.sh "$work/set/"[!g]* -- "$@"
command="sh $far/on-rig.sh prepare"
root "$@"
case $? in
  0) ;;
  10)
    say "Restarting $host once, for its buses"
    command='cat /proc/sys/kernel/random/boot_id'
    before=$(rig "$@")
    command='systemctl reboot'
    root "$@" >/dev/null 2>&1
    ssh -p "$port" "$@" -O exit "$host" 2>/dev/null
    command='cat /proc/sys/kernel/random/boot_id'
    tries=0
    until now=$(rig -o ConnectTimeout=5 "$@" 2>/dev/null) && [ -n "$now" ] && [ "$now" != "$before" ]; do
      ssh -p "$port" "$@" -O exit "$host" 2>/dev/null
      tries=$((tries + 1))
      [ $tries -le 60 ] || die "$host did not come back after its restart; try again when it has"
      sleep 3
    done
    ;;
  *) die "$host could not be prepared" ;;
esac
command="rm -rf $far"
rig "$@"

say "Copying $(basename "$package") to $host"
copy tools/package/on-rig.sh "$work/set/"* -- "$@"

# From here on the rig acts by itself and clears up, so that a lost connection leaves no half of anything.
command="sh $far/on-rig.sh flash"
far=''
root "$@"
code=$?
case $code in
  0) say "Done: $host is healthy" ;;
  3)
    say "Done: $host is healthy, but has no fixed address"
    exit 3
    ;;
  4)
    say "Done: $host is healthy, but has not the keys for updates"
    exit 4
    ;;
  255) die "the connection to $host was lost; the rig goes on alone. Ask it later: ssh -p $port $host greenup health" ;;
  *) die "$host was not flashed" ;;
esac
