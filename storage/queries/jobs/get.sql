-- Gives: one job
-- In: $job_id VARCHAR its id
-- Out: run VARCHAR the whole run as JSON
-- Out: status VARCHAR how it stands
SELECT run, status FROM jobs WHERE job_id = $job_id
