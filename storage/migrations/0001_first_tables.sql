-- The first tables. TIMESTAMP columns hold UTC. Keys only where a row is replaced by its identity;
-- events, items and embeddings are kept unique by anti-joins under the one write lock.

CREATE TABLE high_water (
    event_seq BIGINT NOT NULL,
    user_no INTEGER NOT NULL,
    item_no INTEGER NOT NULL,
    import_id BIGINT NOT NULL,
    items_version BIGINT NOT NULL
);

INSERT INTO high_water VALUES (0, 0, 0, 0, 0);

CREATE TABLE erasures (
    is_due BOOLEAN NOT NULL
);

COMMENT ON TABLE erasures IS 'Holds a row from a deletion until the file has been written anew without its traces';

CREATE TABLE users (
    user_no INTEGER NOT NULL,
    user_id VARCHAR PRIMARY KEY,
    timezone VARCHAR
);

CREATE TABLE items (
    item_no INTEGER NOT NULL,
    item_id VARCHAR NOT NULL,
    title VARCHAR,
    description VARCHAR,
    categories VARCHAR[] NOT NULL,
    creators VARCHAR[] NOT NULL,
    tags VARCHAR[] NOT NULL,
    attributes VARCHAR NOT NULL,
    url VARCHAR,
    is_available BOOLEAN NOT NULL,
    is_catalogue BOOLEAN NOT NULL,
    first_user_no INTEGER,
    is_shared BOOLEAN NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

COMMENT ON COLUMN items.attributes IS 'A JSON object of text, numbers and truth values';
COMMENT ON COLUMN items.first_user_no IS 'The first user with an event of the item; NULL before any';
COMMENT ON COLUMN items.is_shared IS 'At least two users have events of the item';

CREATE TABLE events (
    event_seq BIGINT NOT NULL,
    identity UUID NOT NULL,
    user_no INTEGER NOT NULL,
    item_no INTEGER,
    action VARCHAR NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    value DOUBLE,
    text VARCHAR,
    session_id VARCHAR,
    context VARCHAR,
    event_id VARCHAR,
    recommendation_id VARCHAR,
    is_date_only BOOLEAN NOT NULL,
    import_id BIGINT,
    received_at TIMESTAMP NOT NULL
);

COMMENT ON COLUMN events.event_seq IS 'Arrival number, rising, never used twice';
COMMENT ON COLUMN events.identity IS 'From event_id, else from user, item, action, time and occurrence';
COMMENT ON COLUMN events.item_no IS 'NULL for a search without an item';

CREATE TABLE imports (
    import_id BIGINT PRIMARY KEY,
    source VARCHAR NOT NULL,
    received_at TIMESTAMP NOT NULL,
    accepted BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    updated BIGINT NOT NULL
);

CREATE TABLE embeddings (
    content_key VARCHAR NOT NULL,
    encoder VARCHAR NOT NULL,
    vector FLOAT[] NOT NULL
);

CREATE TABLE models (
    model_id VARCHAR PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    last_seq BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL,
    record VARCHAR NOT NULL
);

COMMENT ON COLUMN models.record IS 'The whole record as JSON; is_active here outranks the one inside';

CREATE TABLE jobs (
    job_id VARCHAR PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    status VARCHAR NOT NULL,
    run VARCHAR NOT NULL
);

COMMENT ON COLUMN jobs.run IS 'The whole run as JSON; status here outranks the one inside';

CREATE TABLE recommendations (
    recommendation_id VARCHAR PRIMARY KEY,
    user_id VARCHAR,
    answered_at TIMESTAMP NOT NULL,
    request VARCHAR NOT NULL,
    model_id VARCHAR,
    strategy VARCHAR NOT NULL,
    is_personalised BOOLEAN NOT NULL,
    last_seq BIGINT NOT NULL
);

COMMENT ON COLUMN recommendations.user_id IS 'NULL when asked with recent items';
COMMENT ON COLUMN recommendations.request IS 'The whole request as JSON';

CREATE TABLE recommendation_items (
    recommendation_id VARCHAR NOT NULL,
    rank INTEGER NOT NULL,
    item_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    because VARCHAR[] NOT NULL,
    leading_part VARCHAR NOT NULL
);
