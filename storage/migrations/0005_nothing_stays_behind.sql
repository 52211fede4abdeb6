-- What a person corrects or removes leaves the safety copies too, an undone import gives back what it corrected, and
-- a home that knows its users by their ids can turn to pseudonyms.

ALTER TABLE erasures ADD COLUMN drops_copies BOOLEAN DEFAULT false;

COMMENT ON COLUMN erasures.drops_copies IS 'The safety copies in the home go too, once the file has been written anew';

CREATE TABLE import_corrections (
    import_id BIGINT NOT NULL,
    event_seq BIGINT NOT NULL,
    old_value DOUBLE,
    old_text VARCHAR,
    value DOUBLE,
    text VARCHAR
);

COMMENT ON TABLE import_corrections IS 'What an import found and what it left, for each event that it corrected';

CREATE TABLE former_identities (
    identity UUID NOT NULL
);

COMMENT ON TABLE former_identities IS 'Of events that a person removed or moved before the home kept pseudonyms';
