-- Gives: a batch of events in the stage
-- Reads: event_batch, a registered Arrow table with the columns of the stage
-- Out: Count BIGINT rows added
INSERT INTO stage BY NAME SELECT * FROM event_batch
