-- What the migrations make. Written by `npm run schema`, compared by src/store/catalog.test.ts.

create sequence asking;

create sequence history_id;

create sequence link_id;

create sequence work_seq;

create table account (
  id integer not null generated always as identity,
  workspace integer not null,
  key text not null,
  app text not null,
  settings jsonb not null,
  secrets bytea,
  grant_refusals integer not null default 0,
  lost_at bigint,
  grant_refused_at bigint,
  identity text,
  inside boolean not null default false,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE,
  constraint account_workspace_key_key UNIQUE (workspace, key)
);

create table alert (
  workspace integer not null,
  subject text not null,
  kind text not null,
  level integer not null,
  detail text not null,
  since bigint not null,
  told integer,
  gone_at bigint,
  constraint alert_pkey PRIMARY KEY (workspace, subject, kind),
  constraint alert_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE
);

create table alert_setting (
  workspace integer not null,
  emails text[] not null,
  webhook text,
  secret bytea,
  told_at bigint,
  constraint alert_setting_pkey PRIMARY KEY (workspace),
  constraint alert_setting_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE
);

create table api_key (
  id integer not null generated always as identity,
  workspace integer not null,
  name text not null,
  role text not null,
  start text not null,
  hash text not null,
  made_by text not null,
  made_at bigint not null,
  expires_at bigint,
  used_at bigint,
  constraint api_key_hash_key UNIQUE (hash),
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_role_check CHECK ((role = ANY (ARRAY['super-admin'::text, 'manage-apps'::text, 'view-health'::text]))),
  constraint api_key_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE
);

create table app_client (
  workspace integer not null,
  app text not null,
  client_id text not null,
  secret bytea,
  constraint app_client_pkey PRIMARY KEY (workspace, app),
  constraint app_client_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE
);

create table audit (
  id bigint not null generated always as identity,
  workspace integer not null,
  at bigint not null,
  caller_kind text not null,
  caller text not null,
  caller_name text not null,
  act text not null,
  about jsonb not null,
  constraint audit_pkey PRIMARY KEY (id),
  constraint audit_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE
);

create table batch (
  sync integer not null,
  id text not null,
  run text not null,
  side text not null,
  op text not null,
  asked bigint not null,
  sent_at bigint,
  items bytea storage external not null,
  constraint batch_pkey PRIMARY KEY (sync, id),
  constraint batch_sync_fkey FOREIGN KEY (sync) REFERENCES sync(id) ON DELETE CASCADE
);

create table claim (
  feed integer not null,
  hash bigint not null,
  sync integer not null,
  batch text not null,
  constraint claim_pkey PRIMARY KEY (feed, hash)
);

create table connecting (
  state text not null,
  workspace integer not null,
  app text not null,
  account text not null,
  settings jsonb not null,
  caller text not null,
  caller_name text not null,
  verifier bytea not null,
  expires_at bigint not null,
  constraint connecting_pkey PRIMARY KEY (state),
  constraint connecting_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE
);

create table credential (
  id text not null,
  account_id text not null,
  provider_id text not null,
  user_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  password text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint credential_pkey PRIMARY KEY (id),
  constraint credential_provider_id_account_id_key UNIQUE (provider_id, account_id),
  constraint credential_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(id) ON DELETE CASCADE
);

create table data_view (
  feed integer not null,
  name text not null,
  made_of text not null,
  constraint data_view_feed_fkey FOREIGN KEY (feed) REFERENCES feed(id) ON DELETE CASCADE,
  constraint data_view_name_key UNIQUE (name),
  constraint data_view_pkey PRIMARY KEY (feed)
);

create table dirty (
  feed integer not null,
  id text collate "C" not null,
  first_marked bigint not null,
  marked bigint not null,
  constraint dirty_pkey PRIMARY KEY (feed, id)
);

create unlogged table failed_try (
  who text not null,
  failures integer not null,
  last_at bigint not null,
  constraint failed_try_pkey PRIMARY KEY (who)
);

create table feed (
  id integer not null generated always as identity,
  account integer not null,
  object text not null,
  progress jsonb not null default '{}'::jsonb,
  epoch bigint not null default 0,
  worker text,
  held_until bigint,
  due_at bigint,
  trouble jsonb,
  constraint feed_account_fkey FOREIGN KEY (account) REFERENCES account(id) ON DELETE CASCADE,
  constraint feed_account_object_key UNIQUE (account, object),
  constraint feed_pkey PRIMARY KEY (id)
);

create unlogged table gauge (
  account integer not null,
  meters jsonb not null,
  constraint gauge_account_fkey FOREIGN KEY (account) REFERENCES account(id) ON DELETE CASCADE,
  constraint gauge_pkey PRIMARY KEY (account)
);

create table history (
  id bigint not null default nextval('history_id'::regclass),
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
  edges jsonb not null,
  lag integer
) partition by RANGE (at);

create table hook (
  account integer not null,
  token_hash text not null,
  token bytea not null,
  address text not null,
  objects text[] not null,
  handles text[] not null,
  secret bytea,
  state text not null,
  message text,
  until bigint,
  tried_at bigint not null,
  constraint hook_account_fkey FOREIGN KEY (account) REFERENCES account(id) ON DELETE CASCADE,
  constraint hook_pkey PRIMARY KEY (account),
  constraint hook_state_check CHECK ((state = ANY (ARRAY['on'::text, 'by-hand'::text, 'failed'::text])))
);

create table invitation (
  id integer not null generated always as identity,
  workspace integer not null,
  email text not null,
  role text not null,
  hash text not null,
  made_by text not null,
  made_at bigint not null,
  expires_at bigint not null,
  accepted_at bigint,
  constraint invitation_hash_key UNIQUE (hash),
  constraint invitation_pkey PRIMARY KEY (id),
  constraint invitation_role_check CHECK ((role = ANY (ARRAY['super-admin'::text, 'manage-apps'::text, 'view-health'::text]))),
  constraint invitation_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE
);

create table key_spec (
  id integer not null generated always as identity,
  feed integer not null,
  name text not null,
  constraint key_spec_feed_fkey FOREIGN KEY (feed) REFERENCES feed(id) ON DELETE CASCADE,
  constraint key_spec_feed_name_key UNIQUE (feed, name),
  constraint key_spec_pkey PRIMARY KEY (id)
);

create table label (
  feed integer not null,
  record text collate "C" not null,
  text text not null,
  constraint label_pkey PRIMARY KEY (feed, record)
);

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
  constraint link_pkey PRIMARY KEY (sync, id)
);

create table link_count (
  sync integer not null,
  status text not null,
  category text not null,
  total bigint not null,
  linked bigint not null,
  constraint link_count_pkey PRIMARY KEY (sync, status, category),
  constraint link_count_sync_fkey FOREIGN KEY (sync) REFERENCES sync(id) ON DELETE CASCADE
);

create table match_key (
  spec integer not null,
  hash bigint not null,
  record text collate "C" not null,
  constraint match_key_pkey PRIMARY KEY (spec, hash, record)
);

create table membership (
  workspace integer not null,
  person text not null,
  role text not null,
  since bigint not null,
  chosen_at bigint not null,
  constraint membership_person_fkey FOREIGN KEY (person) REFERENCES person(id) ON DELETE CASCADE,
  constraint membership_pkey PRIMARY KEY (workspace, person),
  constraint membership_role_check CHECK ((role = ANY (ARRAY['super-admin'::text, 'manage-apps'::text, 'view-health'::text]))),
  constraint membership_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE
);

create table notice (
  account integer not null,
  id text not null,
  at bigint not null,
  constraint notice_account_fkey FOREIGN KEY (account) REFERENCES account(id) ON DELETE CASCADE,
  constraint notice_pkey PRIMARY KEY (account, id)
);

create table own_secret (
  name text not null,
  sealed bytea not null,
  constraint own_secret_pkey PRIMARY KEY (name)
);

create table passkey (
  id text not null,
  name text,
  public_key text not null,
  user_id text not null,
  credential_id text not null,
  counter integer not null,
  device_type text not null,
  backed_up boolean not null,
  transports text,
  created_at timestamp with time zone,
  aaguid text,
  constraint passkey_credential_id_key UNIQUE (credential_id),
  constraint passkey_pkey PRIMARY KEY (id),
  constraint passkey_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(id) ON DELETE CASCADE
);

create table person (
  id text not null,
  name text not null,
  email text not null,
  email_verified boolean not null default false,
  image text,
  two_factor_enabled boolean default false,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint person_email_key UNIQUE (email),
  constraint person_pkey PRIMARY KEY (id)
);

create table plan (
  id integer not null generated always as identity,
  sync integer not null,
  number integer not null,
  cause text not null,
  state text not null,
  settings jsonb not null,
  proposed boolean not null,
  version integer not null,
  progress jsonb not null default '{}'::jsonb,
  summary jsonb,
  reason text,
  made_at bigint not null,
  seen_at bigint not null,
  ended_at bigint,
  started_at bigint,
  sample jsonb,
  constraint plan_pkey PRIMARY KEY (id),
  constraint plan_sync_fkey FOREIGN KEY (sync) REFERENCES sync(id) ON DELETE CASCADE,
  constraint plan_sync_number_key UNIQUE (sync, number)
);

create table plan_record (
  plan integer not null,
  place integer not null,
  a_id text collate "C",
  b_id text collate "C",
  a_name text,
  b_name text,
  a_op text,
  b_op text,
  outcome text not null,
  side text not null,
  a_fields smallint not null default 0,
  b_fields smallint not null default 0,
  a_wins smallint not null default 0,
  b_wins smallint not null default 0,
  filled smallint not null default 0,
  problem jsonb,
  why text,
  a_write jsonb,
  b_write jsonb,
  hashes text[] not null default '{}'::text[],
  constraint plan_record_pkey PRIMARY KEY (plan, place)
);

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
  keys jsonb not null default '{}'::jsonb,
  constraint record_pkey PRIMARY KEY (feed, id)
);

create table retention (
  workspace integer not null,
  history_days integer not null,
  constraint retention_history_days_check CHECK ((history_days >= 1)),
  constraint retention_pkey PRIMARY KEY (workspace),
  constraint retention_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE
);

create table run (
  number bigint not null generated always as identity,
  sync integer not null,
  id text not null,
  started_at bigint not null,
  seen_at bigint not null,
  tally jsonb not null,
  ended_at bigint,
  ending text,
  reason text,
  looked bigint not null default 0,
  failed bigint not null default 0,
  calls jsonb not null default '{}'::jsonb,
  constraint run_pkey PRIMARY KEY (number),
  constraint run_sync_fkey FOREIGN KEY (sync) REFERENCES sync(id) ON DELETE CASCADE,
  constraint run_sync_id_key UNIQUE (sync, id)
);

create table second_factor (
  id text not null,
  secret text not null,
  backup_codes text not null,
  user_id text not null,
  verified boolean default true,
  failed_verification_count integer default 0,
  locked_until timestamp with time zone,
  constraint second_factor_pkey PRIMARY KEY (id),
  constraint second_factor_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(id) ON DELETE CASCADE
);

create table sign_in (
  id text not null,
  token text not null,
  user_id text not null,
  expires_at timestamp with time zone not null,
  ip_address text,
  user_agent text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint sign_in_pkey PRIMARY KEY (id),
  constraint sign_in_token_key UNIQUE (token),
  constraint sign_in_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(id) ON DELETE CASCADE
);

create unlogged table stage (
  feed integer not null,
  id text collate "C" not null
);

create table sync (
  id integer not null generated always as identity,
  workspace integer not null,
  key text not null,
  a_feed integer not null,
  b_feed integer not null,
  settings jsonb not null,
  version integer not null default 1,
  enabled boolean not null,
  progress jsonb not null,
  phase text not null generated always as ((progress ->> 'phase'::text)) stored,
  slots jsonb not null default '{}'::jsonb,
  salt integer not null,
  epoch bigint not null default 0,
  worker text,
  held_until bigint,
  due_at bigint,
  constraint sync_a_feed_fkey FOREIGN KEY (a_feed) REFERENCES feed(id),
  constraint sync_b_feed_fkey FOREIGN KEY (b_feed) REFERENCES feed(id),
  constraint sync_pkey PRIMARY KEY (id),
  constraint sync_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspace(id) ON DELETE CASCADE,
  constraint sync_workspace_key_key UNIQUE (workspace, key)
);

create table trend (
  sync integer not null,
  hour bigint not null,
  writes bigint not null,
  failures bigint not null,
  slowest integer,
  constraint trend_pkey PRIMARY KEY (sync, hour),
  constraint trend_sync_fkey FOREIGN KEY (sync) REFERENCES sync(id) ON DELETE CASCADE
);

create table trend_lag (
  sync integer not null,
  hour bigint not null,
  bucket integer not null,
  writes bigint not null,
  constraint trend_lag_pkey PRIMARY KEY (sync, hour, bucket),
  constraint trend_lag_sync_fkey FOREIGN KEY (sync) REFERENCES sync(id) ON DELETE CASCADE
);

create table undo (
  id integer not null generated always as identity,
  sync integer not null,
  run bigint,
  link bigint,
  field text,
  state text not null,
  total bigint not null,
  undone bigint not null,
  kept bigint not null,
  own_run text,
  message text,
  asked_by text not null,
  asked_at bigint not null,
  seen_at bigint not null,
  constraint undo_pkey PRIMARY KEY (id),
  constraint undo_sync_fkey FOREIGN KEY (sync) REFERENCES sync(id) ON DELETE CASCADE
);

create table verification (
  id text not null,
  identifier text not null,
  value text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint verification_pkey PRIMARY KEY (id)
);

create table wait (
  sync integer not null,
  link bigint not null,
  side text not null,
  record text collate "C" not null,
  far_side text not null,
  far_object text not null,
  far_id text collate "C" not null,
  constraint wait_pkey PRIMARY KEY (sync, link, side, far_side, far_object, far_id)
);

create table work (
  sync integer not null,
  side text not null,
  record text collate "C" not null,
  seq bigint not null,
  reason text not null,
  not_before bigint not null,
  attempts integer not null,
  constraint work_pkey PRIMARY KEY (sync, side, record)
);

create table workspace (
  id integer not null generated always as identity,
  key text not null,
  made_at bigint not null,
  name text,
  constraint workspace_key_key UNIQUE (key),
  constraint workspace_pkey PRIMARY KEY (id)
);

CREATE INDEX api_key_workspace ON syncline.api_key USING btree (workspace, id);

CREATE INDEX audit_workspace ON syncline.audit USING btree (workspace, id);

CREATE INDEX claim_batch ON syncline.claim USING btree (sync, batch);

CREATE INDEX connecting_expires ON syncline.connecting USING btree (expires_at);

CREATE INDEX credential_user ON syncline.credential USING btree (user_id);

CREATE INDEX dirty_oldest ON syncline.dirty USING btree (feed, first_marked);

CREATE INDEX failed_try_last ON syncline.failed_try USING btree (last_at);

CREATE INDEX history_at ON ONLY syncline.history USING brin (at) WITH (pages_per_range='16');

CREATE INDEX history_link ON ONLY syncline.history USING btree (link, id);

CREATE INDEX history_sync ON ONLY syncline.history USING btree (sync, id);

CREATE INDEX invitation_workspace ON syncline.invitation USING btree (workspace, id);

CREATE INDEX link_creating ON syncline.link USING btree (sync) WHERE (stage = 'creating'::text);

CREATE INDEX link_failing ON syncline.link USING btree (sync, ((problem ->> 'category'::text)), id) WHERE (status = 'failing'::text);

CREATE INDEX membership_person ON syncline.membership USING btree (person);

CREATE INDEX notice_at ON syncline.notice USING btree (at);

CREATE INDEX passkey_user ON syncline.passkey USING btree (user_id);

CREATE INDEX plan_record_a ON syncline.plan_record USING btree (plan, a_id) WHERE (a_id IS NOT NULL);

CREATE INDEX plan_record_b ON syncline.plan_record USING btree (plan, b_id) WHERE (b_id IS NOT NULL);

CREATE INDEX record_first_seen ON syncline.record USING brin (first_seen) WITH (pages_per_range='32');

CREATE INDEX run_started ON syncline.run USING btree (started_at, number);

CREATE INDEX run_sync ON syncline.run USING btree (sync, number);

CREATE INDEX second_factor_user ON syncline.second_factor USING btree (user_id);

CREATE INDEX sign_in_user ON syncline.sign_in USING btree (user_id);

CREATE INDEX sync_a_feed ON syncline.sync USING btree (a_feed);

CREATE INDEX sync_b_feed ON syncline.sync USING btree (b_feed);

CREATE INDEX undo_sync ON syncline.undo USING btree (sync, id);

CREATE INDEX verification_identifier ON syncline.verification USING btree (identifier);

CREATE INDEX wait_far ON syncline.wait USING btree (far_id, far_object);

CREATE INDEX work_seq_order ON syncline.work USING btree (sync, seq) INCLUDE (not_before);

CREATE UNIQUE INDEX link_a ON syncline.link USING btree (sync, a_id) WHERE (a_id IS NOT NULL);

CREATE UNIQUE INDEX link_b ON syncline.link USING btree (sync, b_id) WHERE (b_id IS NOT NULL);

CREATE OR REPLACE FUNCTION syncline.add_tally(old jsonb, more jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'syncline'
AS $function$
  select old || coalesce(jsonb_object_agg(key, case jsonb_typeof(value)
    when 'object' then add_tally(coalesce(old -> key, '{}'), value)
    else to_jsonb(coalesce((old ->> key)::bigint, 0) + value::bigint) end), '{}')
  from jsonb_each(more)
$function$;

CREATE OR REPLACE FUNCTION syncline.boolean_of(given jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (jsonb_typeof(given) = 'boolean'::text) THEN (given)::boolean WHEN (given = ANY (ARRAY['"true"'::jsonb, '"false"'::jsonb])) THEN ((given #>> '{}'::text[]))::boolean ELSE NULL::boolean END;

CREATE OR REPLACE FUNCTION syncline.count_links()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'syncline'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION syncline.date_of(given text)
 RETURNS date
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
begin
  if given ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then return left(given, 10)::date; end if;
  return null;
exception when others then return null;
end $function$;

CREATE OR REPLACE FUNCTION syncline.drop_data_view()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'syncline'
AS $function$
declare
  view_name text;
begin
  for view_name in select name from data_view where feed = old.id loop
    execute 'drop view if exists ' || view_name || ' cascade';
  end loop;
  return old;
end $function$;

CREATE OR REPLACE FUNCTION syncline.drop_history_before(before bigint)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'syncline'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION syncline.first_values(images jsonb[])
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT COALESCE(jsonb_object_agg(jsonb_each.key, jsonb_each.value ORDER BY i.nth DESC), '{}'::jsonb) AS "coalesce" FROM unnest(first_values.images) WITH ORDINALITY i(image, nth), LATERAL jsonb_each(i.image) jsonb_each(key, value));

CREATE OR REPLACE FUNCTION syncline.fold(given text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN lower((given COLLATE "und-x-icu"));

CREATE OR REPLACE FUNCTION syncline.label_feed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'syncline'
AS $function$
begin
  insert into label as l (feed, record, text)
  select r.feed, r.id, left(lower(concat_ws(' ', (
      select string_agg(r.content ->> field, ' ') from jsonb_array_elements_text(new.progress -> 'naming' -> 'search') field
    ), r.id) collate "und-x-icu"), 500)
  from record r where r.feed = new.id
  on conflict (feed, record) do update set text = excluded.text where l.text <> excluded.text;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION syncline.label_new_records()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'syncline'
AS $function$
begin
  insert into label (feed, record, text)
  select r.feed, r.id, left(lower(concat_ws(' ', (
      select string_agg(r.content ->> field, ' ') from jsonb_array_elements_text(f.progress -> 'naming' -> 'search') field
    ), r.id) collate "und-x-icu"), 500)
  from new_record r join feed f on f.id = r.feed;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION syncline.label_records()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'syncline'
AS $function$
begin
  insert into label as l (feed, record, text)
  select r.feed, r.id, left(lower(concat_ws(' ', (
      select string_agg(r.content ->> field, ' ') from jsonb_array_elements_text(f.progress -> 'naming' -> 'search') field
    ), r.id) collate "und-x-icu"), 500)
  from new_record r join feed f on f.id = r.feed
  on conflict (feed, record) do update set text = excluded.text where l.text <> excluded.text;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION syncline.last_values(images jsonb[])
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT COALESCE(jsonb_object_agg(jsonb_each.key, jsonb_each.value ORDER BY i.nth), '{}'::jsonb) AS "coalesce" FROM unnest(last_values.images) WITH ORDINALITY i(image, nth), LATERAL jsonb_each(i.image) jsonb_each(key, value));

CREATE OR REPLACE FUNCTION syncline.make_history_month(at bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'syncline'
AS $function$
declare
  first timestamp := month_start(at);
  name text := 'history_' || to_char(first, 'YYYYMM');
begin
  if to_regclass(name) is not null then return; end if;
  perform pg_advisory_xact_lock(hashtext('syncline history month'));
  execute format('create table if not exists %I partition of history for values from (%s) to (%s)', name,
    (extract(epoch from first) * 1000)::bigint, (extract(epoch from first + interval '1 month') * 1000)::bigint);
end $function$;

CREATE OR REPLACE FUNCTION syncline.moment(given bigint)
 RETURNS bigint
 LANGUAGE sql
RETURN COALESCE(given, ((EXTRACT(epoch FROM clock_timestamp()) * (1000)::numeric))::bigint);

CREATE OR REPLACE FUNCTION syncline.month_start(at bigint)
 RETURNS timestamp without time zone
 LANGUAGE sql
 IMMUTABLE
RETURN date_trunc('month'::text, (to_timestamp((((at)::numeric / 1000.0))::double precision) AT TIME ZONE 'UTC'::text));

CREATE OR REPLACE FUNCTION syncline.number_of(given text)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (given ~ '^[+-]?[0-9]{1,100}(\.[0-9]{1,100})?$'::text) THEN (given)::numeric ELSE NULL::numeric END;

CREATE OR REPLACE FUNCTION syncline.texts_of(given jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof(given) WHEN 'array'::text THEN ARRAY(SELECT COALESCE((e.entry ->> 'value'::text), (e.entry #>> '{}'::text[])) AS "coalesce" FROM jsonb_array_elements(texts_of.given) WITH ORDINALITY e(entry, place) ORDER BY e.place) WHEN 'string'::text THEN ARRAY[(given #>> '{}'::text[])] ELSE NULL::text[] END;

CREATE OR REPLACE FUNCTION syncline.time_of(given text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
begin
  if given ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})$' then return given::timestamptz; end if;
  return null;
exception when others then return null;
end $function$;

CREATE TRIGGER feed_deleted BEFORE DELETE ON syncline.feed FOR EACH ROW EXECUTE FUNCTION drop_data_view();

CREATE TRIGGER feed_named AFTER UPDATE ON syncline.feed FOR EACH ROW WHEN (((old.progress -> 'naming'::text) IS DISTINCT FROM (new.progress -> 'naming'::text))) EXECUTE FUNCTION label_feed();

CREATE TRIGGER link_deleted AFTER DELETE ON syncline.link REFERENCING OLD TABLE AS old_link FOR EACH STATEMENT EXECUTE FUNCTION count_links();

CREATE TRIGGER link_inserted AFTER INSERT ON syncline.link REFERENCING NEW TABLE AS new_link FOR EACH STATEMENT EXECUTE FUNCTION count_links();

CREATE TRIGGER link_updated AFTER UPDATE ON syncline.link REFERENCING OLD TABLE AS old_link NEW TABLE AS new_link FOR EACH STATEMENT EXECUTE FUNCTION count_links();

CREATE TRIGGER record_inserted AFTER INSERT ON syncline.record REFERENCING NEW TABLE AS new_record FOR EACH STATEMENT EXECUTE FUNCTION label_new_records();

CREATE TRIGGER record_updated AFTER UPDATE ON syncline.record REFERENCING NEW TABLE AS new_record FOR EACH STATEMENT EXECUTE FUNCTION label_records();
