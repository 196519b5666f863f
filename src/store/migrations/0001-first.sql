-- Every table belongs to a workspace: by its own column, or through the account, feed or sync it hangs on. Tables with a
-- row per record have no foreign keys (a check per row is dear): what deletes a feed or a sync deletes their rows.
-- Times are milliseconds since 1970 of the store's clock. Sides are 'a' and 'b'.

-- The store's clock: the database's, or the one a test hands in.
create function moment(given bigint) returns bigint language sql volatile
  return coalesce(given, (extract(epoch from clock_timestamp()) * 1000)::bigint);

create table workspace (
  id integer generated always as identity primary key,
  key text not null unique,
  made_at bigint not null
);

create table account (
  id integer generated always as identity primary key,
  workspace integer not null references workspace on delete cascade,
  key text not null,
  app text not null,
  settings jsonb not null,
  -- Sealed by whoever saved it; null where secrets are kept elsewhere.
  secrets bytea,
  unique (workspace, key)
);

-- The one reader of an (account, object type), with its lease and its place in the app's records.
create table feed (
  id integer generated always as identity primary key,
  account integer not null references account on delete cascade,
  object text not null,
  progress jsonb not null default '{}',
  epoch bigint not null default 0,
  worker text,
  held_until bigint,
  due_at bigint,
  unique (account, object)
);

create table sync (
  id integer generated always as identity primary key,
  workspace integer not null references workspace on delete cascade,
  key text not null,
  a_feed integer not null references feed,
  b_feed integer not null references feed,
  settings jsonb not null,
  version integer not null default 1,
  enabled boolean not null,
  progress jsonb not null,
  phase text not null generated always as (progress ->> 'phase') stored,
  -- Mapping signature → slot in the bases; only ever grows.
  slots jsonb not null default '{}',
  salt integer not null,
  epoch bigint not null default 0,
  worker text,
  held_until bigint,
  due_at bigint,
  unique (workspace, key)
);
create index sync_a_feed on sync (a_feed);
create index sync_b_feed on sync (b_feed);

-- The number every call to an app draws before it is sent.
create sequence asking;

-- The mirror: each record as last seen. `keys` is spec → hash, also for specs without a key ('').
create table record (
  feed integer not null,
  id text collate "C" not null,
  content jsonb not null,
  version text collate "C",
  answered bigint not null,
  first_seen bigint not null,
  changed bigint not null,
  gone text,
  survivor text,
  keys jsonb not null default '{}',
  primary key (feed, id)
);
-- For what arrived lately: rows come in the order of these numbers.
create index record_first_seen on record using brin (first_seen) with (pages_per_range = 32);

create table key_spec (
  id integer generated always as identity primary key,
  feed integer not null references feed on delete cascade,
  name text not null,
  unique (feed, name)
);

-- The match keys of live records, as 64 bits of a hash. Shared by the syncs on a feed.
create table match_key (
  spec integer not null,
  hash bigint not null,
  record text collate "C" not null,
  primary key (spec, hash, record)
);

-- Records to be read directly. `marked`: the asking number when it was last marked; only a later call cleans it.
create table dirty (
  feed integer not null,
  id text collate "C" not null,
  first_marked bigint not null,
  marked bigint not null,
  primary key (feed, id)
);
create index dirty_oldest on dirty (feed, first_marked);

-- Ids that a complete listing under way has shown, perhaps twice. Only appended to and read as a whole, so without an index; and
-- unlogged: after a crash of the server the listing seems to miss records, which costs a direct read of each and no more (G1).
create unlogged table stage (
  feed integer not null,
  id text collate "C" not null
);

create sequence link_id;

-- A pair of records, or a record without a partner. A base is 7 bytes a slot (0: never agreed), trailing zeros left out.
create table link (
  sync integer not null,
  id bigint not null,
  a_id text collate "C",
  b_id text collate "C",
  generation integer not null,
  stage text not null,
  status text not null,
  problem jsonb,
  a_base bytea not null,
  b_base bytea not null,
  a_edges jsonb,
  b_edges jsonb,
  a_pending jsonb,
  b_pending jsonb,
  flips jsonb,
  held text,
  primary key (sync, id)
);
create unique index link_a on link (sync, a_id) where a_id is not null;
create unique index link_b on link (sync, b_id) where b_id is not null;
create index link_creating on link (sync) where stage = 'creating';
create index link_failing on link (sync, (problem ->> 'category'), id) where status = 'failing';

-- Links by status and category of problem, kept by the triggers below: a million links are counted in no time.
create table link_count (
  sync integer not null references sync on delete cascade,
  status text not null,
  category text not null,
  total bigint not null,
  linked bigint not null,
  primary key (sync, status, category)
);

create function count_links() returns trigger language plpgsql set search_path = syncline as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    insert into link_count as c (sync, status, category, total, linked)
    select sync, status, coalesce(problem ->> 'category', ''), -count(*), -count(*) filter (where a_id is not null and b_id is not null)
    from old_link group by 1, 2, 3 order by 1, 2, 3
    on conflict (sync, status, category) do update set total = c.total + excluded.total, linked = c.linked + excluded.linked;
  end if;
  if tg_op in ('UPDATE', 'INSERT') then
    insert into link_count as c (sync, status, category, total, linked)
    select sync, status, coalesce(problem ->> 'category', ''), count(*), count(*) filter (where a_id is not null and b_id is not null)
    from new_link group by 1, 2, 3 order by 1, 2, 3
    on conflict (sync, status, category) do update set total = c.total + excluded.total, linked = c.linked + excluded.linked;
  end if;
  return null;
end $$;
create trigger link_inserted after insert on link referencing new table as new_link
  for each statement execute function count_links();
create trigger link_updated after update on link referencing old table as old_link new table as new_link
  for each statement execute function count_links();
create trigger link_deleted after delete on link referencing old table as old_link
  for each statement execute function count_links();

-- Links that wait for the partner of a far record.
create table wait (
  sync integer not null,
  link bigint not null,
  side text not null,
  record text collate "C" not null,
  far_side text not null,
  far_object text not null,
  far_id text collate "C" not null,
  primary key (sync, link, side, far_side, far_object, far_id)
);
create index wait_far on wait (far_id, far_object);

create sequence work_seq;

-- Records to plan again.
create table work (
  sync integer not null,
  side text not null,
  record text collate "C" not null,
  seq bigint not null,
  reason text not null,
  not_before bigint not null,
  attempts integer not null,
  primary key (sync, side, record)
);
create index work_seq_order on work (sync, seq) include (not_before);

-- Intents in flight: written before they are sent, gone when their outcome is stored.
create table batch (
  sync integer not null references sync on delete cascade,
  id text not null,
  run text not null,
  side text not null,
  op text not null,
  asked bigint not null,
  sent_at bigint,
  -- JSON, compressed by us: written once, read back whole and only after a crash.
  items bytea not null,
  primary key (sync, id)
);
alter table batch alter items set storage external;

-- What an open batch alone may write on a feed, as 64 bits of a hash: record ids and match keys.
create table claim (
  feed integer not null references feed on delete cascade,
  hash bigint not null,
  sync integer not null,
  batch text not null,
  primary key (feed, hash)
);
create index claim_batch on claim (sync, batch);

create table run (
  number bigint generated always as identity primary key,
  sync integer not null references sync on delete cascade,
  id text not null,
  started_at bigint not null,
  seen_at bigint not null,
  tally jsonb not null,
  unique (sync, id)
);

-- Adds up counts by key, at any depth.
create function add_tally(old jsonb, more jsonb) returns jsonb language sql immutable set search_path = syncline as $$
  select old || coalesce(jsonb_object_agg(key, case jsonb_typeof(value)
    when 'object' then add_tally(coalesce(old -> key, '{}'), value)
    else to_jsonb(coalesce((old ->> key)::bigint, 0) + value::bigint) end), '{}')
  from jsonb_each(more)
$$;

create sequence history_id;

-- One row per record write, insert-only; a partition per month, made when its first row comes.
create table history (
  id bigint not null default nextval('history_id'),
  at bigint not null,
  sync integer not null,
  run bigint not null,
  link bigint not null,
  side text not null,
  op text not null,
  record text collate "C" not null,
  before jsonb not null,
  after jsonb not null,
  rule jsonb not null,
  edges jsonb not null
) partition by range (at);
create index history_sync on history (sync, id);
create index history_link on history (link, id);

create function month_start(at bigint) returns timestamp language sql immutable
  return date_trunc('month', to_timestamp(at / 1000.0) at time zone 'UTC');

-- Makes the partition for the month of a moment, if it is not there.
create function make_history_month(at bigint) returns void language plpgsql set search_path = syncline as $$
declare
  first timestamp := month_start(at);
  name text := 'history_' || to_char(first, 'YYYYMM');
begin
  if to_regclass(name) is not null then return; end if;
  perform pg_advisory_xact_lock(hashtext('syncline history month'));
  execute format('create table if not exists %I partition of history for values from (%s) to (%s)', name,
    (extract(epoch from first) * 1000)::bigint, (extract(epoch from first + interval '1 month') * 1000)::bigint);
end $$;

-- Drops the months that ended before a moment. Returns how many.
create function drop_history_before(before bigint) returns integer language plpgsql set search_path = syncline as $$
declare
  part record;
  dropped integer := 0;
begin
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'history'::regclass and c.relname < 'history_' || to_char(month_start(before), 'YYYYMM')
  loop
    execute format('drop table %I', part.relname);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

-- Previews that were stored, numbered per sync.
create table plan (
  sync integer not null references sync on delete cascade,
  number integer not null,
  version integer not null,
  made_at bigint not null,
  summary jsonb not null,
  primary key (sync, number)
);

-- What an app told us by itself (a webhook, a LISTEN): kept for the account's page, and to drop doubles.
create table notice (
  account integer not null references account on delete cascade,
  id text not null,
  at bigint not null,
  object text not null,
  records text[] not null,
  primary key (account, id)
);
create index notice_at on notice (account, at);
