#!/usr/bin/env bash
# Brings the real servers that tests sync with: on Debian and its kin, as root, from the system's own packages.
# Never upgrades what is there. Where it may not install, it says what is missing; the tests concerned say so too.
set -uo pipefail

# The store is written for PostgreSQL 15 and later: its tests want the oldest beside the embedded one.
missing=()
[ -x /usr/lib/postgresql/15/bin/postgres ] || missing+=(postgresql-15)
for program in radicale xandikos curl chromium; do command -v "$program" >/dev/null || missing+=("$program"); done
((${#missing[@]})) || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed: ${missing[*]} (needs root and apt-get); the tests that use it are not run"
  exit 0
fi

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 -o Acquire::http::Timeout=20 \
    "$@" </dev/null >/dev/null 2>&1
}
bring() { apt install -y --no-install-recommends --no-upgrade "$@"; }

echo "installing ${missing[*]}"
apt update
for package in "${missing[@]}"; do
  quiet=
  if [ "$package" = postgresql-15 ] && bring postgresql-common; then
    # Only the programs are wanted: without this, the package makes a cluster and starts it on port 5432.
    quiet=/etc/postgresql-common/createcluster.d/syncline.conf
    mkdir -p "${quiet%/*}" && echo 'create_main_cluster = false' >"$quiet"
  fi
  bring "$package" || echo "not installed: $package (apt-get could not); the tests that use it are not run"
  [ -z "$quiet" ] || rm -f "$quiet"
done
