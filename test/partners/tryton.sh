#!/usr/bin/env bash
# A real Tryton 6.0 from Debian's packages, on loopback, on SQLite.
# usage: tryton.sh install
#        tryton.sh init CACHE PORT      once: makes a database with a company, its accounts and countries, and keeps it in CACHE
#        tryton.sh start FOLDER PORT    serves the database in FOLDER (a copy of CACHE)
#        tryton.sh stop FOLDER          ends the server that FOLDER's pid file names
# JSON-RPC at http://127.0.0.1:PORT/hub/ (user admin, password adminpw). NODE: the Node that sets up the company.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
packages=(tryton-server tryton-modules-{party,company,product,sale,account-invoice} python3-levenshtein curl)
modules=(party company product sale account_invoice)
export LANG=C.UTF-8

install_() {
  have_ && return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Tryton is not here: install Debian's packages ${packages[*]}." >&2
    exit 3
  fi
  # Several tests may come here at once.
  exec 9>"${TMPDIR:-/tmp}/syncline-tryton-install.lock"
  flock 9
  have_ || get_ || { apt-get update -qq && get_; }
}

have_() { [ -x /usr/bin/trytond-admin ] && [ -d /usr/lib/python3/dist-packages/trytond/modules/sale ] && command -v curl >/dev/null; }

get_() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "${packages[@]}" >/dev/null
}

conf_() { # FOLDER PORT
  cat >"$1/trytond.conf" <<CONF
[web]
listen = 127.0.0.1:$2
[database]
uri = sqlite://
path = $1
[session]
timeout = 86400
max_attempt = 50
CONF
}

init_() { # CACHE PORT
  local cache=$1 draft="$1.draft"
  exec 9>"$cache.lock"
  flock 9
  [ -f "$cache/hub.sqlite" ] && return 0
  rm -rf "$draft" && mkdir -p "$draft"
  conf_ "$draft" "$2"
  printf adminpw >"$draft/pass"
  : >"$draft/hub.sqlite"
  export TRYTONPASSFILE="$draft/pass" TRYTOND_CONFIG="$draft/trytond.conf"
  {
    /usr/bin/trytond-admin -d hub --email admin@example.com --all
    /usr/bin/trytond-admin -d hub -u "${modules[@]}" --activate-dependencies
  } >"$draft/init.log" 2>&1 || { tail -n 3 "$draft/init.log" >&2; exit 1; }
  start_ "$draft" "$2" 9>&-
  "${NODE:-node}" "$here/tryton-company.ts" "http://127.0.0.1:$2" || { stop_ "$draft"; exit 1; }
  stop_ "$draft"
  rm -rf "$cache" && mv "$draft" "$cache"
}

start_() { # FOLDER PORT
  local folder=$1
  conf_ "$folder" "$2"
  TRYTOND_CONFIG="$folder/trytond.conf" /usr/bin/trytond -d hub >"$folder/log" 2>&1 &
  echo $! >"$folder/pid"
  for _ in $(seq 300); do
    curl -sf -o /dev/null -H 'content-type: application/json' -d '{"id":1,"method":"common.server.version","params":[]}' "http://127.0.0.1:$2/" && return 0
    kill -0 "$(cat "$folder/pid")" 2>/dev/null || break
    sleep 0.1
  done
  echo "Tryton on port $2 did not start: $(tail -n 1 "$folder/log")" >&2
  exit 1
}

stop_() { # FOLDER
  [ -f "$1/pid" ] || return 0
  local pid
  pid=$(cat "$1/pid")
  kill "$pid" 2>/dev/null || true
  for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill -9 "$pid" 2>/dev/null || true
  rm -f "$1/pid"
}

command=${1:-}
case $command in
  install) install_ ;;
  init) init_ "${2:?a folder}" "${3:?a port}" ;;
  start) start_ "$(cd "${2:?a folder}" && pwd)" "${3:?a port}" ;;
  stop) stop_ "${2:?a folder}" ;;
  *) sed -n '3,7p' "$0" && exit 2 ;;
esac
