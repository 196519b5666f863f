-- What people look at: records by their names, runs with how they ended, changes by the hour, and views of every object.

-- A record's names and addresses, folded, so that "contains" reads a narrow table instead of whole records. A trigram index
-- would answer large tables faster, but costs every record of a first listing several times what this row does, and the
-- extension may be missing on a server. As with the mirror itself no foreign key is checked per row.
create table label (
  feed integer not null,
  record text collate "C" not null,
  text text not null,
  primary key (feed, record)
);

-- The same folding for what is looked for: by ICU, since a database of locale C lowers only ASCII.
create function fold(given text) returns text language sql immutable
  return lower(given collate "und-x-icu");

-- One statement without functions of ours: of those PostgreSQL 18 would plan one per row.
create function label_records() returns trigger language plpgsql set search_path = syncline as $$
begin
  insert into label as l (feed, record, text)
  select r.feed, r.id, left(lower(concat_ws(' ', (
      select string_agg(r.content ->> field, ' ') from jsonb_array_elements_text(f.progress -> 'naming' -> 'search') field
    ), r.id) collate "und-x-icu"), 500)
  from new_record r join feed f on f.id = r.feed
  on conflict (feed, record) do update set text = excluded.text where l.text <> excluded.text;
  return null;
end $$;

create trigger record_inserted after insert on record referencing new table as new_record
  for each statement execute function label_records();
create trigger record_updated after update on record referencing new table as new_record
  for each statement execute function label_records();

-- What an object's records are called by changed (or is known at last): all are labelled anew.
create function label_feed() returns trigger language plpgsql set search_path = syncline as $$
begin
  insert into label as l (feed, record, text)
  select r.feed, r.id, left(lower(concat_ws(' ', (
      select string_agg(r.content ->> field, ' ') from jsonb_array_elements_text(new.progress -> 'naming' -> 'search') field
    ), r.id) collate "und-x-icu"), 500)
  from record r where r.feed = new.id
  on conflict (feed, record) do update set text = excluded.text where l.text <> excluded.text;
  return null;
end $$;

create trigger feed_named after update on feed for each row
  when (old.progress -> 'naming' is distinct from new.progress -> 'naming') execute function label_feed();

-- Milliseconds from the change being noticed to its being written; null: it was not waited for (a first sync, an undo).
alter table history add column lag integer;

-- History is written in the order of time and never changed, so a block range index is a few kilobytes a month, and "what
-- changed that day" reads that day. A B-tree on time would be one more page to write with every record.
create index history_at on history using brin (at) with (pages_per_range = 16);

-- How a run ended, and what it took.
alter table run
  add column ended_at bigint,
  add column ending text,
  add column reason text,
  add column looked bigint not null default 0,
  add column failed bigint not null default 0,
  add column calls jsonb not null default '{}';
create index run_started on run (started_at, number);

-- What happened to a sync in an hour: bounded, where the history of a week is not.
create table trend (
  sync integer not null references sync on delete cascade,
  hour bigint not null,
  writes bigint not null,
  failures bigint not null,
  slowest integer,
  primary key (sync, hour)
);

-- Of those writes, how many took how long: bucket n holds lags up to 50 ms * 1.25 ^ n.
create table trend_lag (
  sync integer not null references sync on delete cascade,
  hour bigint not null,
  bucket integer not null,
  writes bigint not null,
  primary key (sync, hour, bucket)
);

-- The view that shows a feed's records as an ordinary table, and the fields it was made of.
create table data_view (
  feed integer primary key references feed on delete cascade,
  name text not null unique,
  made_of text not null
);

-- Values of an app as columns: what does not fit the type is null, never an error.
create function number_of(given text) returns numeric language sql immutable parallel safe
  return case when given ~ '^[+-]?[0-9]{1,100}(\.[0-9]{1,100})?$' then given::numeric end;

create function boolean_of(given jsonb) returns boolean language sql immutable parallel safe
  return case when jsonb_typeof(given) = 'boolean' then given::boolean when given in ('"true"', '"false"') then (given #>> '{}')::boolean end;

create function date_of(given text) returns date language plpgsql immutable parallel safe as $$
begin
  if given ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then return left(given, 10)::date; end if;
  return null;
exception when others then return null;
end $$;

create function time_of(given text) returns timestamptz language plpgsql immutable parallel safe as $$
begin
  if given ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})$' then return given::timestamptz; end if;
  return null;
exception when others then return null;
end $$;

create function texts_of(given jsonb) returns text[] language sql immutable parallel safe
  return case jsonb_typeof(given)
    when 'array' then array(select coalesce(entry ->> 'value', entry #>> '{}') from jsonb_array_elements(given) with ordinality as e (entry, place) order by place)
    when 'string' then array[given #>> '{}']
  end;
