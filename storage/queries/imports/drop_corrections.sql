-- Gives: no notes of what imports corrected in events that are gone, or that a person has put right, or that an import
-- that is not there any more has left
-- Out: Count BIGINT notes removed
DELETE FROM import_corrections
WHERE import_id NOT IN (SELECT import_id FROM imports)
    OR event_seq NOT IN (SELECT event_seq FROM events WHERE edited_at IS NULL)
