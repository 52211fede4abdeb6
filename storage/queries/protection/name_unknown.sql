-- Gives: new identities also for events that were moved
-- Needs: protection/rename_events
-- Reads: identity_batch, a registered Arrow table: old and new, identities as hexadecimal text
-- Out: Count BIGINT events named
UPDATE renamed SET new = identity_batch.new::UUID
FROM identity_batch
WHERE renamed.new IS NULL AND renamed.old = identity_batch.old::UUID
