-- Gives: the new vectors of a batch in the store
-- Reads: vector_batch, a registered Arrow table: content_key VARCHAR, vector FLOAT[]
-- In: $encoder VARCHAR who encoded
-- Out: Count BIGINT vectors added
INSERT INTO embeddings
SELECT vector_batch.content_key, $encoder, any_value(vector_batch.vector)
FROM vector_batch
ANTI JOIN (SELECT content_key FROM embeddings WHERE encoder = $encoder) AS held USING (content_key)
GROUP BY vector_batch.content_key
