-- When an app last refused to renew a grant (milliseconds since 1970), who the app said the account is, and whether whoever
-- runs the server named its address himself (in a file at the command line), so that it may be an internal one.
alter table account add column grant_refused_at bigint;
alter table account add column identity text;
alter table account add column inside boolean not null default false;
