-- Gives: the job that was asked for last
-- Out: run VARCHAR the whole run as JSON
-- Out: status VARCHAR how it stands
SELECT run, status FROM jobs ORDER BY created_at DESC, updated_at DESC, job_id DESC LIMIT 1
