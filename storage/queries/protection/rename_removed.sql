-- Gives: what is remembered as removed, by its new identities
-- Reads: identity_batch, a registered Arrow table: old and new, identities as hexadecimal text
-- Out: Count BIGINT notes changed
UPDATE removed_events SET identity = identity_batch.new::UUID
FROM identity_batch
WHERE removed_events.identity = identity_batch.old::UUID
