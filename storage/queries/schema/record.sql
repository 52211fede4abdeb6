-- Gives: a ledger row for a migration that was just applied
-- In: $version INTEGER its number
-- In: $name VARCHAR its file name
-- In: $sha256 VARCHAR hash of its file
-- In: $applied_at TIMESTAMP now, UTC
-- Out: Count BIGINT rows added
INSERT INTO migrations VALUES ($version, $name, $sha256, $applied_at)
