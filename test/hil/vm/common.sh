# Shared by the scripts of the virtual machine: where things lie, and how to say why something is not done.
cache=${GREENUP_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/greenup-vm}

say() { printf 'hil-vm: %s\n' "$*" >&2; }

# 77: what is needed cannot be had here; not a failure of the station.
skip() {
  say "skipped: $*"
  exit 77
}

checked_arch() {
  case $1 in
    amd64 | arm64) echo "$1" ;;
    *)
      say "architecture \"$1\" is not possible; valid: amd64, arm64"
      exit 64
      ;;
  esac
}

qemu_program() {
  case $1 in
    amd64) echo qemu-system-x86_64 ;;
    arm64) echo qemu-system-aarch64 ;;
  esac
}

# Sets qemu to the words that start QEMU for an architecture: the machine's own, or the one that prepare.sh unpacked.
set_qemu() {
  local program root=$cache/qemu
  program=$(qemu_program "$1")
  if command -v "$program" >/dev/null; then
    qemu=("$program")
  else
    qemu=(env "LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu" "$root/usr/bin/$program"
      -L "$root/usr/share/qemu" -L "$root/usr/share/seabios")
  fi
}

# Words that let QEMU run before the other work of this machine, where that is allowed. An idle guest's clock follows the
# real one, so a guest that is woken late has lost that time, and its drivers find their devices late.
promptly=()
if [ -z "$(nice -n -10 true 2>&1)" ]; then promptly=(nice -n -10); fi

# Options of QEMU, a line each, that show a directory of this machine in the guest.
shared() { # directory, tag, further options
  printf -- '-fsdev\nlocal,id=%s,path=%s,security_model=none,multidevs=remap%s\n' "$2" "$1" "$3"
  printf -- '-device\nvirtio-9p-pci,fsdev=%s,mount_tag=%s\n' "$2" "$2"
}
