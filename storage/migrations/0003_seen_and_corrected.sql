-- What a person has corrected or removed stays so, and an import can be undone as a whole.

ALTER TABLE events ADD COLUMN edited_at TIMESTAMP;

COMMENT ON COLUMN events.edited_at IS 'When its user corrected it; imports leave it as it is from then on';

CREATE TABLE removed_events (
    user_no INTEGER NOT NULL,
    event_seq BIGINT NOT NULL,
    identity UUID,
    removed_at TIMESTAMP NOT NULL
);

COMMENT ON TABLE removed_events IS 'What a user removed, without what it was; of an undone import only the first of each user';
COMMENT ON COLUMN removed_events.identity IS 'Imports do not bring it back; NULL where a whole import was undone, which may come again';

ALTER TABLE items ADD COLUMN import_id BIGINT;

COMMENT ON COLUMN items.import_id IS 'The import that brought the item first; NULL for logged ones and for stubs of events';

ALTER TABLE models ADD COLUMN read_at TIMESTAMP;

COMMENT ON COLUMN models.read_at IS 'When its events were read; what was removed before is not in it. NULL where it is not known';
