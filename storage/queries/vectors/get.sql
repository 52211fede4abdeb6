-- Gives: the vectors that are there
-- Reads: key_batch, a registered Arrow table: position INTEGER, content_key VARCHAR
-- In: $encoder VARCHAR who encoded
-- Out: position INTEGER place in the batch
-- Out: vector FLOAT[] the vector
SELECT key_batch.position, embeddings.vector
FROM key_batch
JOIN embeddings USING (content_key)
WHERE embeddings.encoder = $encoder
ORDER BY key_batch.position
