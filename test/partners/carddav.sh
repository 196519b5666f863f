#!/usr/bin/env bash
# Real CardDAV servers from Debian packages, on loopback, without TLS: Radicale, and Xandikos for what Radicale rewrites.
# usage: carddav.sh install
#        carddav.sh start FOLDER PORT [PORT…]     one Radicale for each port; all state is in FOLDER
#        carddav.sh xandikos FOLDER PORT          one Xandikos, which stores cards as they come and asks for no password
#        carddav.sh stop FOLDER                   ends those that FOLDER's pid files name
# Address books: Radicale http://127.0.0.1:PORT/hub/contacts/ (user hub, password hub),
# Xandikos http://127.0.0.1:PORT/hub/contacts/addressbook/
set -euo pipefail

packages=(radicale xandikos curl)

install_() {
  have_ && return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The CardDAV servers are not here: install Debian's packages ${packages[*]}." >&2
    exit 3
  fi
  # Several tests may come here at once.
  exec 9>"${TMPDIR:-/tmp}/syncline-carddav-install.lock"
  flock 9
  have_ || get_ || { apt-get update -qq && get_; }
}

have_() { for each in "${packages[@]}"; do command -v "$each" >/dev/null || return 1; done; }

get_() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "${packages[@]}" >/dev/null
}

radicale_() { # FOLDER PORT
  local home="$1/$2"
  mkdir -p "$home"
  echo hub:hub >"$home/users"
  cat >"$home/conf" <<CONF
[server]
hosts = 127.0.0.1:$2
max_connections = 50
[auth]
type = htpasswd
htpasswd_filename = $home/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = $home/data
[logging]
level = warning
CONF
  radicale --config "$home/conf" >"$home/log" 2>&1 &
  echo $! >"$home/pid"
  ready_ "$home" "$2"
  curl -s -o /dev/null -u hub:hub -X MKCOL -H 'content-type: application/xml' "http://127.0.0.1:$2/hub/contacts/" --data '<?xml version="1.0"?>
<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/><C:addressbook/></resourcetype><displayname>Contacts</displayname></prop></set></mkcol>'
}

xandikos_() { # FOLDER PORT
  local home="$1/$2"
  mkdir -p "$home"
  xandikos -d "$home/data" -l 127.0.0.1 -p "$2" --defaults --current-user-principal /hub/ >"$home/log" 2>&1 &
  echo $! >"$home/pid"
  ready_ "$home" "$2"
}

ready_() { # HOME PORT
  for _ in $(seq 200); do
    curl -s -o /dev/null "http://127.0.0.1:$2/" && return 0
    kill -0 "$(cat "$1/pid")" 2>/dev/null || break
    sleep 0.1
  done
  echo "The CardDAV server on port $2 did not start: $(tail -n 1 "$1/log")" >&2
  exit 1
}

stop_() { # FOLDER
  local file pid
  for file in "$1"/*/pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    rm -f "$file"
  done
}

command=${1:-}
case $command in
  install) install_ ;;
  start | xandikos)
    folder=${2:?a folder} && shift 2
    [ $# -gt 0 ] || { echo "carddav.sh $command FOLDER PORT" >&2; exit 2; }
    mkdir -p "$folder" && folder=$(cd "$folder" && pwd)
    for port in "$@"; do
      if [ "$command" = start ]; then radicale_ "$folder" "$port"; else xandikos_ "$folder" "$port"; fi
    done
    ;;
  stop) stop_ "${2:?a folder}" ;;
  *) sed -n '3,8p' "$0" && exit 2 ;;
esac
