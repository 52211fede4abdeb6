-- Gives: the private table of events that are to go
CREATE OR REPLACE TEMP TABLE leaving (
    event_seq BIGINT NOT NULL,
    user_no INTEGER NOT NULL,
    item_no INTEGER,
    identity UUID NOT NULL
)
