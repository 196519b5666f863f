-- People, how they prove who they are, and what they may do where. The first six tables are better-auth's, under names of
-- ours; it keeps times as timestamps. In the others times are milliseconds since 1970, as elsewhere.

create table person (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  two_factor_enabled boolean default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- A session of a browser.
create table sign_in (
  id text primary key,
  token text not null unique,
  user_id text not null references person on delete cascade,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index sign_in_user on sign_in (user_id);

-- A password (hashed), or a person's account at a sign-on provider.
create table credential (
  id text primary key,
  account_id text not null,
  provider_id text not null,
  user_id text not null references person on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index credential_user on credential (user_id);

-- What a sign-in under way has promised: challenges, states.
create table verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verification_identifier on verification (identifier);

create table second_factor (
  id text primary key,
  secret text not null,
  backup_codes text not null,
  user_id text not null references person on delete cascade,
  verified boolean default true,
  failed_verification_count integer default 0,
  locked_until timestamptz
);
create index second_factor_user on second_factor (user_id);

create table passkey (
  id text primary key,
  name text,
  public_key text not null,
  user_id text not null references person on delete cascade,
  credential_id text not null unique,
  counter integer not null,
  device_type text not null,
  backed_up boolean not null,
  transports text,
  created_at timestamptz,
  aaguid text
);
create index passkey_user on passkey (user_id);

-- What people call the workspace; its key where they have not said.
alter table workspace add column name text;

create table membership (
  workspace integer not null references workspace on delete cascade,
  person text not null references person on delete cascade,
  role text not null check (role in ('super-admin', 'manage-apps', 'view-health')),
  since bigint not null,
  -- When the person last chose this workspace: the latest one is theirs until they choose another.
  chosen_at bigint not null,
  primary key (workspace, person)
);
create index membership_person on membership (person);

-- A way in for one person; only a hash of its token is kept.
create table invitation (
  id integer generated always as identity primary key,
  workspace integer not null references workspace on delete cascade,
  email text not null,
  role text not null check (role in ('super-admin', 'manage-apps', 'view-health')),
  hash text not null unique,
  made_by text not null,
  made_at bigint not null,
  expires_at bigint not null,
  accepted_at bigint
);
create index invitation_workspace on invitation (workspace, id);

-- A program's way in; only a hash of the key is kept. `start`: its first letters, by which people know it again.
create table api_key (
  id integer generated always as identity primary key,
  workspace integer not null references workspace on delete cascade,
  name text not null,
  role text not null check (role in ('super-admin', 'manage-apps', 'view-health')),
  start text not null,
  hash text not null unique,
  made_by text not null,
  made_at bigint not null,
  expires_at bigint,
  used_at bigint
);
create index api_key_workspace on api_key (workspace, id);

-- Who did what, insert-only. No foreign key to people: what was done stays when they go.
create table audit (
  id bigint generated always as identity primary key,
  workspace integer not null references workspace on delete cascade,
  at bigint not null,
  caller_kind text not null,
  caller text not null,
  caller_name text not null,
  act text not null,
  about jsonb not null
);
create index audit_workspace on audit (workspace, id);

-- Failed tries by address and by person; it may be lost in a crash.
create unlogged table failed_try (
  who text primary key,
  failures integer not null,
  last_at bigint not null
);
create index failed_try_last on failed_try (last_at);
