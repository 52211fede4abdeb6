-- Gives: the highest numbers handed out so far, which outlive the rows that held them, and what the store holds
-- Out: event_seq BIGINT arrival number of the newest event
-- Out: user_no INTEGER newest user
-- Out: item_no INTEGER newest item
-- Out: import_id BIGINT newest import
-- Out: items_version BIGINT moves whenever the table of items could differ
-- Out: commit_no BIGINT newest commit
-- Out: event_count BIGINT events that are there
-- Out: digest UHUGEINT exclusive or of their identities
SELECT event_seq, user_no, item_no, import_id, items_version, commit_no, event_count, digest FROM high_water
