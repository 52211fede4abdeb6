-- Gives: the private table that an import's items wait in until they are committed, batch by batch
CREATE OR REPLACE TEMP TABLE item_stage (
    batch BIGINT NOT NULL,
    item_id VARCHAR NOT NULL,
    title VARCHAR,
    description VARCHAR,
    categories VARCHAR[] NOT NULL,
    creators VARCHAR[] NOT NULL,
    tags VARCHAR[] NOT NULL,
    attributes VARCHAR NOT NULL,
    url VARCHAR,
    is_available BOOLEAN NOT NULL,
    is_catalogue BOOLEAN NOT NULL
)
