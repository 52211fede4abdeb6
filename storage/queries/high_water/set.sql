-- Gives: new highest numbers
-- In: $event_seq BIGINT arrival number of the newest event
-- In: $user_no INTEGER newest user
-- In: $item_no INTEGER newest item
-- In: $import_id BIGINT newest import
-- In: $items_version BIGINT version of the table of items
-- In: $commit_no BIGINT newest commit
-- In: $event_count BIGINT events that are there
-- In: $digest UHUGEINT exclusive or of their identities, as a decimal text
-- Out: Count BIGINT rows changed
UPDATE high_water
SET event_seq = $event_seq, user_no = $user_no, item_no = $item_no, import_id = $import_id,
    items_version = $items_version, commit_no = $commit_no, event_count = $event_count, digest = $digest::UHUGEINT
