-- Gives: the highest numbers handed out so far; they outlive the rows that held them
-- Out: event_seq BIGINT arrival number of the newest event
-- Out: user_no INTEGER newest user
-- Out: item_no INTEGER newest item
-- Out: import_id BIGINT newest import
-- Out: items_version BIGINT moves whenever the table of items could differ
SELECT event_seq, user_no, item_no, import_id, items_version FROM high_water
