-- Gives: all vectors but those of a batch of keys removed
-- Reads: key_batch, a registered Arrow table: position INTEGER, content_key VARCHAR
-- Out: Count BIGINT vectors removed
DELETE FROM embeddings WHERE content_key NOT IN (SELECT content_key FROM key_batch)
