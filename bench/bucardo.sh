#!/usr/bin/env bash
# The peer: Bucardo (Debian), two-way replication of the same two tables between two PostgreSQL 15 databases of a private
# cluster with plperl. Prints one line of JSON: seconds of the first copy of all rows, of a round without a change, and of
# one after 1 % of the rows changed (half on each side). `bucardo kick NAME 0` returns when the round is committed.
# usage: bench/bucardo.sh ROWS FOLDER        (as root: brings the Debian packages where they are missing)
set -euo pipefail
rows=$1 folder=$2 port=${PGPORT:-15481}
export DEBIAN_FRONTEND=noninteractive
command -v bucardo >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends bucardo; } >/dev/null
root=$folder/packages
if [ ! -f "$root/usr/lib/postgresql/15/lib/plperl.so" ]; then
  mkdir -p "$root/debs"
  # Unpacked, not installed: nothing on the system is upgraded for a benchmark.
  (cd "$root/debs" && apt-get download -qq postgresql-15 postgresql-client-15 postgresql-plperl-15 && for deb in *.deb; do dpkg -x "$deb" "$root"; done)
fi
bin=$root/usr/lib/postgresql/15/bin
id pgbench >/dev/null 2>&1 || useradd -r -m pgbench
chmod -R o+rX "$folder"; chmod o+x "$(dirname "$folder")" "$folder"
data=$folder/cluster
stop() {
  [ -f "$folder/pid/bucardo.mcp.pid" ] && bucardo --bucardorc "$folder/rc" stop >/dev/null 2>&1 || true
  [ -f "$data/postmaster.pid" ] && su pgbench -s /bin/sh -c "$bin/pg_ctl -D $data -s -m fast -w stop" || true
}
cd "$folder"
trap stop EXIT; stop
rm -rf "$data" "$folder/pid" "$folder/log"; mkdir -p "$folder/pid" "$folder/log"; install -d -o pgbench -m 700 "$data"
su pgbench -s /bin/sh -c "$bin/initdb -D $data -A trust -U postgres -E UTF8 --locale=C.UTF-8" >/dev/null
su pgbench -s /bin/sh -c "$bin/pg_ctl -D $data -w -s -l $data/log -o '-p $port -h 127.0.0.1 -k /tmp' start"
sql() { psql -qtAX -h 127.0.0.1 -p "$port" -U postgres "$@"; }
sql postgres -c 'create role bucardo superuser login' -c 'create database bucardo owner bucardo'
printf 'dbhost=127.0.0.1\ndbport=%s\ndbuser=bucardo\ndbname=bucardo\npiddir=%s\n' "$port" "$folder/pid" >"$folder/rc"
peer() { bucardo --bucardorc "$folder/rc" "$@"; }
peer install --batch --dbhost 127.0.0.1 --dbport "$port" --dbuser bucardo --dbname bucardo --piddir "$folder/pid" >"$folder/install.log" 2>&1
peer set piddir="$folder/pid" reason_file="$folder/pid/reason" log_level=terse >/dev/null
tables='create table companies(id int primary key, name text, domain text, city text, updated_at timestamptz default now());
create table contacts(id int primary key, email text, first_name text, last_name text, phone text, company int, updated_at timestamptz default now());'
for side in a b; do sql postgres -c "create database $side"; sql "$side" -c "$tables"; done
peer add db A dbname=a host=127.0.0.1 port="$port" user=bucardo >/dev/null
peer add db B dbname=b host=127.0.0.1 port="$port" user=bucardo >/dev/null
peer add dbgroup pair A:source B:source >/dev/null
peer add table public.companies public.contacts db=A relgroup=both >/dev/null
peer add sync pair relgroup=both dbs=pair autokick=0 conflict_strategy=bucardo_latest >/dev/null
peer --log-destination "$folder/log" start >/dev/null 2>&1
for _ in $(seq 60); do
  peer status pair 2>/dev/null | grep -qiE 'Current state *: *(Good|No records|Unknown)|Status *: *active' && break
  sleep 0.5
done
companies=$((rows / 5)) contacts=$((rows - rows / 5))
sql a -c "insert into companies select i,'Company '||i,'c'||i||'.example.com','City '||i%50 from generate_series(1,$companies) i" \
  -c "insert into contacts select i,'p'||i||'@example.com','First'||i,'Last'||i,'+49 30 '||i,1+i%$companies from generate_series(1,$contacts) i"
round() { local from=$(date +%s.%N); peer kick pair 0 >>"$folder/log/kick" 2>&1; echo "$(date +%s.%N) - $from" | bc; }
first=$(round)
copied=$(sql b -c 'select (select count(*) from companies) + (select count(*) from contacts)')
[ "$copied" = "$rows" ] || { echo "Bucardo copied $copied of $rows rows" >&2; exit 1; }
unchanged=$(round)
half=$((rows / 200))
sql a -c "update contacts set phone = 'A' || id where id <= $half"
sql b -c "update contacts set phone = 'B' || id where id > $half and id <= 2 * $half"
changed=$(round)
printf '{"first":%s,"unchanged":%s,"changed":%s}\n' "$(printf %.3f "$first")" "$(printf %.3f "$unchanged")" "$(printf %.3f "$changed")"
