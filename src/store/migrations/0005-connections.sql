-- What OAuth accounts need beside their sealed secrets. Times are milliseconds since 1970.

-- How often in a row the app said that the grant is no longer valid, and when a person must connect the account again:
-- null while it works.
alter table account add column grant_refusals integer not null default 0;
alter table account add column lost_at bigint;

-- The client id and secret by which a workspace is known to an app's authorization server.
create table app_client (
  workspace integer not null references workspace on delete cascade,
  app text not null,
  client_id text not null,
  -- Sealed; null where the app wants none.
  secret bytea,
  primary key (workspace, app)
);

-- Round trips to authorization servers under way, by the hash of their state. Each is used once.
create table connecting (
  state text primary key,
  workspace integer not null references workspace on delete cascade,
  app text not null,
  -- The account's key; it exists already where it is connected again.
  account text not null,
  settings jsonb not null,
  -- Whoever began it: nobody else may end it.
  caller text not null,
  caller_name text not null,
  -- The PKCE verifier, sealed.
  verifier bytea not null,
  expires_at bigint not null
);
create index connecting_expires on connecting (expires_at);

-- Secrets of the installation itself, sealed with its key.
create table own_secret (
  name text primary key,
  sealed bytea not null
);
