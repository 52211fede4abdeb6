-- Gives: many new events, in the order of arrival
-- Reads: numbered_batch, a registered Arrow table with the columns of the events, identities as hexadecimal text
-- Out: Count BIGINT events added
INSERT INTO events BY NAME SELECT * REPLACE (identity::UUID AS identity) FROM numbered_batch
