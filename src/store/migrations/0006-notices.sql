-- Notices are remembered so that one that comes twice is taken in once; what they are about goes to `dirty`.
drop table notice;
create table notice (
  account integer not null references account (id) on delete cascade,
  id text not null,
  at bigint not null,
  primary key (account, id)
);
create index notice_at on notice (at);

-- How an account's app is asked to send notices. The token is part of the address; only its hash is kept.
create table hook (
  account integer primary key references account (id) on delete cascade,
  token_hash text not null,
  token bytea not null,
  address text not null,
  objects text[] not null,
  handles text[] not null,
  secret bytea,
  state text not null check (state in ('on', 'by-hand', 'failed')),
  message text,
  until bigint,
  tried_at bigint not null
);

-- The limits of an account that several workers share. A crash may lose them: they are counted anew then.
create unlogged table gauge (
  account integer primary key references account (id) on delete cascade,
  meters jsonb not null
);
