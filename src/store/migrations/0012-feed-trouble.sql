-- Why an app could not be read the last time, as { kind, message, since }: null while it can be.
alter table feed add column trouble jsonb;
