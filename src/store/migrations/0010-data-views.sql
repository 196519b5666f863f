-- A view goes with its feed, whatever the feed goes with: a sync, an account, a workspace.
create function drop_data_view() returns trigger language plpgsql set search_path = syncline as $$
declare
  view_name text;
begin
  for view_name in select name from data_view where feed = old.id loop
    execute 'drop view if exists ' || view_name || ' cascade';
  end loop;
  return old;
end $$;

create trigger feed_deleted before delete on feed for each row execute function drop_data_view();
