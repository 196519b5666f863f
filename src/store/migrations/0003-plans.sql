-- Stored plans: what a preview showed, record by record, so that what was shown is what is written.

drop table plan;

create table plan (
  id integer generated always as identity primary key,
  sync integer not null references sync on delete cascade,
  number integer not null,
  -- asked: somebody wants to see it. brake: the sync is paused, and this is what tripped the brake.
  cause text not null,
  -- making, ready, failed, started, discarded. One that is being made says so again every few seconds (seen_at).
  state text not null,
  -- The settings it is made for: the sync's own, or proposed ones. `version` is the sync's when it was made.
  settings jsonb not null,
  proposed boolean not null,
  version integer not null,
  progress jsonb not null default '{}',
  summary jsonb,
  reason text,
  made_at bigint not null,
  seen_at bigint not null,
  ended_at bigint,
  started_at bigint,
  -- A start with a few records: which were chosen, and what became of it.
  sample jsonb,
  unique (sync, number)
);

-- A record of a plan. A row per record of a first sync, so without a foreign key (a check per row is dear).
create table plan_record (
  plan integer not null,
  place integer not null,
  -- Null: there is none on that side (yet).
  a_id text collate "C",
  b_id text collate "C",
  a_name text,
  b_name text,
  -- create, update, archive, delete; null: nothing is written there.
  a_op text,
  b_op text,
  -- write, link, skipped, waiting, failing.
  outcome text not null,
  side text not null,
  a_fields smallint not null default 0,
  b_fields smallint not null default 0,
  -- Fields that differed on both sides, by who wins; filled: an empty field got the other's value.
  a_wins smallint not null default 0,
  b_wins smallint not null default 0,
  filled smallint not null default 0,
  problem jsonb,
  why text,
  -- { before, after, rule, edges }
  a_write jsonb,
  b_write jsonb,
  -- What stands for the decisions that were shown: one of these is what may be written without a second look.
  hashes text[] not null default '{}',
  primary key (plan, place)
);
-- When a started plan is carried out each record is looked up by either id.
create index plan_record_a on plan_record (plan, a_id) where a_id is not null;
create index plan_record_b on plan_record (plan, b_id) where b_id is not null;

-- The list of syncs shows how each one's last run ended.
create index run_sync on run (sync, number);

-- Several images of one record as one: the first, or the last, that has a key counts.
create function first_values(images jsonb[]) returns jsonb language sql immutable
  return (select coalesce(jsonb_object_agg(key, value order by nth desc), '{}') from unnest(images) with ordinality as i (image, nth), jsonb_each(image));
create function last_values(images jsonb[]) returns jsonb language sql immutable
  return (select coalesce(jsonb_object_agg(key, value order by nth), '{}') from unnest(images) with ordinality as i (image, nth), jsonb_each(image));
