-- Gives: jobs whose process has died marked so
-- Out: Count BIGINT jobs marked
UPDATE jobs SET status = 'interrupted' WHERE status IN ('queued', 'running')
