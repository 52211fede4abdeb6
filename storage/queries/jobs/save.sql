-- Gives: a job as it is now
-- In: $job_id VARCHAR its id
-- In: $created_at TIMESTAMP when it was asked for, UTC
-- In: $updated_at TIMESTAMP now, UTC
-- In: $status VARCHAR queued, running, completed, failed, cancelled or interrupted
-- In: $run VARCHAR the whole run as JSON
-- Out: Count BIGINT rows added
INSERT OR REPLACE INTO jobs VALUES ($job_id, $created_at, $updated_at, $status, $run)
