-- Gives: the first of the events that are to go
-- Needs: edits/create
-- Out: event_seq BIGINT its arrival number; above every other where none is to go
SELECT coalesce(min(event_seq), 9223372036854775807) AS event_seq FROM leaving
