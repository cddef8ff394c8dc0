#!/bin/bash
# Builds the container of docs/examples/fleet on a root of Debian's packages, with buildah, and runs in it a whole charge, a
# station with its central system, and a fleet at it. Needs root, Debian's buildah and mmdebstrap, and dist/ (make build).
# Exit code 77: cannot run here, with the reason.
set -eu
cd "$(dirname "$0")/../.."
skip() { echo "skipped: $*"; exit 77; }

[ "$(id -u)" = 0 ] || skip 'needs root to build a root'
if ! command -v buildah >/dev/null || ! command -v mmdebstrap >/dev/null; then
  { apt-get update && apt-get install -y --no-install-recommends buildah mmdebstrap; } >/dev/null 2>&1 || true
  command -v buildah >/dev/null && command -v mmdebstrap >/dev/null || skip 'buildah and mmdebstrap are missing and cannot be installed'
fi
work=$(mktemp -d)
# Nothing of this machine's own images is touched.
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
buildah=(buildah --root "$work/storage" --runroot "$work/run")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

mmdebstrap --quiet --variant=minbase --include=ca-certificates,libstdc++6 bookworm "$work/root.tar" || skip 'no root can be made of packages here'
base=$("${buildah[@]}" from scratch)
"${buildah[@]}" add --quiet "$base" "$work/root.tar" / >/dev/null
npm_home=$(dirname "$(readlink -f "$(command -v npm)")")/..
"${buildah[@]}" copy --quiet "$base" "$(readlink -f "$(command -v node)")" /usr/local/bin/node >/dev/null
"${buildah[@]}" copy --quiet "$base" "$npm_home" /usr/local/lib/node_modules/npm >/dev/null
"${buildah[@]}" run "$base" -- ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
# A machine may reach the packages only through somebody whom it trusts by itself.
if [ -n "${NODE_EXTRA_CA_CERTS-}" ]; then
  "${buildah[@]}" copy --quiet "$base" "$NODE_EXTRA_CA_CERTS" /etc/ssl/certs/ca-certificates.crt >/dev/null
  "${buildah[@]}" config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$base"
fi
"${buildah[@]}" commit --quiet "$base" localhost/base >/dev/null
"${buildah[@]}" build --quiet --build-arg BASE=localhost/base -f docs/examples/fleet/Containerfile -t localhost/greenup . >/dev/null

container=$("${buildah[@]}" from --pull-never localhost/greenup)
inside() { "${buildah[@]}" run "$container" -- "$@"; }

[ "$(inside id -u)" = 1000 ] || { echo 'it runs as root'; exit 1; }
inside greenup demo | tee "$work/demo"
grep -q 'the ledger of the central system equals the meter' "$work/demo"
# A station, and a fleet at the same central system.
inside bash -c '
  greenup run --state /state/one --port 19759 --web-port 0 >/state/said 2>&1 & station=$!
  until greenup wait connected --state /state/one --timeout 60s; do sleep 1; kill -0 $station || { cat /state/said; exit 1; }; done
  url=$(greenup status --json --state /state/one | sed -n "s#.*\"url\":\"\(ws://[^\"]*\)\".*#\1#p")
  greenup fleet --stations 20 --csms "$url" --state /state/fleet --ramp 1s --for 10s --seed 1
  code=$?
  greenup quit --state /state/one
  exit $code' | tee "$work/fleet"
grep -Eq '20 stations' "$work/fleet"
echo 'the container runs a charge, a station and a fleet'
