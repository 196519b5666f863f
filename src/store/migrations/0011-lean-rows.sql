-- What a first sync pays per record, made smaller.

-- As with the mirror, a foreign key that is checked per row costs more than the row itself: who deletes a sync deletes its
-- claims.
alter table claim drop constraint claim_feed_fkey;

-- A record that is new to the mirror has no label yet, so nothing can be in the way of it; looking is a third of the cost.
create function label_new_records() returns trigger language plpgsql set search_path = syncline as $$
begin
  insert into label (feed, record, text)
  select r.feed, r.id, left(lower(concat_ws(' ', (
      select string_agg(r.content ->> field, ' ') from jsonb_array_elements_text(f.progress -> 'naming' -> 'search') field
    ), r.id) collate "und-x-icu"), 500)
  from new_record r join feed f on f.id = r.feed;
  return null;
end $$;

drop trigger record_inserted on record;
create trigger record_inserted after insert on record referencing new table as new_record
  for each statement execute function label_new_records();
