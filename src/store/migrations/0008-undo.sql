-- Undos that people asked for: they go on in the background, and tell how far they are. One that its process died of is
-- asked for again: what was undone already is found as it is.
create table undo (
  id integer generated always as identity primary key,
  sync integer not null references sync on delete cascade,
  -- The run that is undone; null: all that was written for the link.
  run bigint,
  link bigint,
  field text,
  -- running, done, failed.
  state text not null,
  total bigint not null,
  undone bigint not null,
  kept bigint not null,
  -- The undo's own run, in which it stands itself.
  own_run text,
  message text,
  asked_by text not null,
  asked_at bigint not null,
  seen_at bigint not null
);
create index undo_sync on undo (sync, id);
