-- Gives: new events, in the order of arrival
-- In: $event_seq BIGINT[] their arrival numbers
-- In: $identity UUID[] their identities
-- In: $user_no INTEGER[] their users
-- In: $item_no INTEGER[] their items; NULL for a search without one
-- In: $action VARCHAR[] what was done
-- In: $happened_at TIMESTAMP[] when, UTC
-- In: $value DOUBLE[] ratings, seconds or prices; may be NULL
-- In: $text VARCHAR[] their words; may be NULL
-- In: $session_id VARCHAR[] may be NULL
-- In: $context VARCHAR[] may be NULL
-- In: $event_id VARCHAR[] may be NULL
-- In: $recommendation_id VARCHAR[] may be NULL
-- In: $is_date_only BOOLEAN[] the hour is not known
-- In: $received_at TIMESTAMP[] when each came in, UTC
-- Out: Count BIGINT events added
INSERT INTO events BY NAME
SELECT
    unnest($event_seq::BIGINT[]) AS event_seq,
    unnest($identity::UUID[]) AS identity,
    unnest($user_no::INTEGER[]) AS user_no,
    unnest($item_no::INTEGER[]) AS item_no,
    unnest($action::VARCHAR[]) AS action,
    unnest($happened_at::TIMESTAMP[]) AS happened_at,
    unnest($value::DOUBLE[]) AS value,
    unnest($text::VARCHAR[]) AS text,
    unnest($session_id::VARCHAR[]) AS session_id,
    unnest($context::VARCHAR[]) AS context,
    unnest($event_id::VARCHAR[]) AS event_id,
    unnest($recommendation_id::VARCHAR[]) AS recommendation_id,
    unnest($is_date_only::BOOLEAN[]) AS is_date_only,
    unnest($received_at::TIMESTAMP[]) AS received_at
