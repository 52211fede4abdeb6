-- Gives: the private table that events wait in until they are committed
CREATE OR REPLACE TEMP TABLE stage (
    arrival BIGINT NOT NULL,
    file_row BIGINT NOT NULL,
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
