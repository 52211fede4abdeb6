-- Gives: the private table of the events that a commit accepts, empty
CREATE OR REPLACE TEMP TABLE accepted (
    place BIGINT NOT NULL,
    arrival BIGINT NOT NULL,
    identity UUID NOT NULL,
    user_id VARCHAR NOT NULL,
    item_id VARCHAR,
    action VARCHAR NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    value DOUBLE,
    text VARCHAR,
    session_id VARCHAR,
    context VARCHAR,
    event_id VARCHAR,
    recommendation_id VARCHAR,
    is_date_only BOOLEAN NOT NULL
)
