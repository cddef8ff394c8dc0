# The steps of the gate (.ci/run) and of `make verify`, and how they are counted. Both source it in the project's root.
export CI=true NO_COLOR=1

passed=0
failed=0
skipped=0
# Exit code of a step that cannot run here, after it has printed why.
skip_code=77

step() { # NAME COMMAND…
  local name=$1 code begun=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  "$@"
  code=$?
  if [ $code -eq 0 ]; then
    passed=$((passed + 1))
    printf -- '--- ok: %s (%s s)\n' "$name" $((SECONDS - begun))
  elif [ $code -eq $skip_code ]; then
    skipped=$((skipped + 1))
    printf -- '--- skipped: %s (%s s)\n' "$name" $((SECONDS - begun))
  else
    failed=$((failed + 1))
    printf -- '--- FAILED: %s (%s s)\n' "$name" $((SECONDS - begun))
  fi
}

# Lanes, each a function of steps, side by side: for steps of which each keeps one core busy. Every line has its lane's name
# before it. A lane that breaks off counts as a step that failed. What a lane exports stays in it.
beside() { # LANE…
  local lane counts counted
  counts=$(mktemp -d)
  # A process group each, with which all that a lane has started is ended.
  trap 'for lane in $(jobs -p); do kill -- "-$lane"; done; exit 130' INT TERM
  set -m
  for lane in "$@"; do
    {
      passed=0 failed=0 skipped=0
      "$lane"
      echo "$passed $failed $skipped" >"$counts/$lane"
    } </dev/null 2>&1 | sed -u "s/^/$lane: /" &
  done
  set +m
  wait
  trap - INT TERM
  for lane in "$@"; do
    read -r -a counted <"$counts/$lane" || counted=(0 1 0)
    passed=$((passed + counted[0]))
    failed=$((failed + counted[1]))
    skipped=$((skipped + counted[2]))
  done 2>/dev/null
  rm -rf "$counts"
}

# The last line, and the exit code of the whole.
finish() {
  printf '\nIn %s s:\n%s passed, %s failed, %s skipped\n' $SECONDS "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ]
}

# A target that says "skipped" and ends well where it cannot run: here that is a step that was skipped.
or_skipped() { # COMMAND…
  local log code
  log=$(mktemp)
  "$@" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  if [ "$code" -eq 0 ] && grep -q ': skipped, see above$' "$log"; then code=$skip_code; fi
  rm -f "$log"
  return "$code"
}

clean() {
  make clean >/dev/null && rm -rf .greenup
}

# The stamp tells make that this install is the wanted one.
install_without_optional() {
  clean && npm ci --omit=optional --no-fund --no-audit --loglevel=error && touch node_modules/.installed
}

no_native_package_is_there() {
  local package
  for package in onoff i2c-bus spi-device mfrc522-rpi serialport; do
    if [ -d "node_modules/$package" ]; then
      echo "node_modules/$package is installed although optional packages were left out"
      return 1
    fi
  done
}

design_card_is_complete() {
  node -e "
    const p = require('./package.json');
    const all = { ...p.dependencies, ...p.optionalDependencies, ...p.devDependencies };
    const missing = ['ws', 'serialport', 'onoff', 'i2c-bus', 'mfrc522-rpi', 'typed-emitter', 'jest'].filter((n) => !all[n]);
    if (missing.length) { console.error('not in package.json: ' + missing.join(', ')); process.exit(1); }"
}

# The station stays until it is told to end; it must say that it is ready, and leave with exit code 0.
run_starts_and_ends() {
  local log state pid code
  log=$(mktemp) state=$(mktemp -d)
  node dist/greenup.js run --state "$state" --port 0 >"$log" 2>&1 &
  pid=$!
  for _ in $(seq 600); do
    grep -q 'registration: Accepted\|Available' "$log" && break
    kill -0 $pid 2>/dev/null || break
    sleep 0.2
  done
  kill -INT $pid
  wait $pid
  code=$?
  cat "$log"
  grep -q Available "$log" && [ $code -eq 0 ]
}

# Where a package is missing the parts of a rig must say so, and everything else must go on. Only src/drivers/pi may load
# one (tools/layers.js), so only tests of that folder and of what is composed on it can notice: rigs, and commands for them.
test_what_needs_packages() {
  make test ARGS='test/drivers/pi test/rig test/hil test/package/[a-km-z] test/cli/armed test/cli/h test/cli/list test/cli/p test/cli/r test/cli/safe'
}

# What some tests need beside Node.js, from Debian; those tests skip, and say why, where it is not there.
tools_of_tests() {
  local missing=
  [ -x /usr/bin/chromium ] || missing="$missing chromium"
  command -v openssl >/dev/null || missing="$missing openssl"
  [ -x /usr/sbin/proftpd ] && [ -e /usr/lib/proftpd/mod_sftp.so ] || missing="$missing proftpd-core proftpd-mod-crypto"
  [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
  # Where systemd runs, it would take the network of this machine in hand.
  if [ ! -d /run/systemd/system ]; then
    [ -x /usr/sbin/NetworkManager ] || missing="$missing network-manager"
    [ -x /usr/lib/polkit-1/polkitd ] || missing="$missing polkitd"
    [ -x /usr/bin/dbus-daemon ] || missing="$missing dbus"
  fi
  [ -x /usr/sbin/sshd ] || missing="$missing openssh-server"
  [ -z "$missing" ] && return
  # shellcheck disable=SC2086
  if command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; then return; fi
  echo "$missing: skipped, see above"
}

# A cluster of Debian's Slurm on this machine, which loses a node.
fleet_on_slurm() {
  if [ ! -x /usr/sbin/slurmctld ] || [ ! -x /usr/sbin/slurmd ]; then
    if ! { [ "$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends slurmd slurmctld slurm-client; }; then
      echo 'slurm-wlm: skipped, see above'
      return
    fi
  fi
  GREENUP_SLURM=1 make test ARGS=test/simulator/fleet/slurm
}

# The package that carries the binary of this platform: nothing to compile, no install script to allow.
node24() {
  local prefix=${TMPDIR:-/tmp}/greenup-node-24 package bin
  package=node-$(node -p 'process.platform + "-" + process.arch')
  bin=$prefix/node_modules/$package/bin
  [ -x "$bin/node" ] || npm install --prefix "$prefix" --no-fund --no-audit --loglevel=error "$package@24" || return 1
  PATH="$bin:$PATH"
  export PATH
  node --version | grep -q '^v24\.' || { echo "expected Node 24, found $(node --version)"; return 1; }
}

# Fetched here one after the other: both share a QEMU, which must not change under a machine that runs.
machines_are_there() {
  test/hil/vm/prepare.sh amd64 && test/hil/vm/prepare.sh arm64
}

built_package() { # ARCH: its file, the newest
  ls -t out/greenup_*_"$1".deb | head -1
}

package_for() { # ARCH
  make package ARCH="$1" && test/package/run-under-emulation.sh "$(built_package "$1")" && update_is_of_package "$1"
}

# The package for updates, signed with a key of its own: good, and of the release in the Debian package.
update_is_of_package() { # ARCH
  local deb work release code
  deb=$(built_package "$1") work=$(mktemp -d)
  cp "${deb%.deb}.zip" "$work/update.zip" && node dist/greenup.js package keygen "$work/key" &&
    node dist/greenup.js package sign "$work/update.zip" --key "$work/key.private.pem" &&
    node dist/greenup.js package check "$work/update.zip" --key "$work/key.public.pem" >"$work/facts" && cat "$work/facts" &&
    release=$(sed -n '1s/.*: release //p' "$work/facts") &&
    dpkg-deb -c "$deb" >"$work/files" && grep -q "/payload/$release/bin/greenup\$" "$work/files"
  code=$?
  rm -rf "$work"
  return $code
}

# With the package that is there already, where there is one.
service_in_a_machine() {
  or_skipped make service-vm PACKAGE="$(built_package arm64 2>/dev/null)"
}
