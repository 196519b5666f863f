-- Whom a workspace tells when something needs a person, and what it has told.
create table alert_setting (
  workspace integer primary key references workspace on delete cascade,
  emails text[] not null,
  -- An address that is told as JSON, and the secret (sealed) its messages are signed with; null: none.
  webhook text,
  secret bytea,
  told_at bigint
);

-- Troubles as they stand. Times are milliseconds since 1970.
create table alert (
  workspace integer not null references workspace on delete cascade,
  -- 'sync contacts', 'account crm'.
  subject text not null,
  kind text not null,
  level integer not null,
  detail text not null,
  since bigint not null,
  -- The level that was told; null: not yet.
  told integer,
  -- Since when it is gone; null: it stands.
  gone_at bigint,
  primary key (workspace, subject, kind)
);

-- How long a workspace keeps the history of its records, in days; missing: for good.
create table retention (
  workspace integer primary key references workspace on delete cascade,
  history_days integer not null check (history_days >= 1)
);
